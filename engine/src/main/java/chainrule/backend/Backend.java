package chainrule.backend;

import chainrule.backend.Memory.Buffer;

/**
 * The hardware contract: all that the engine asks of a device. One method, a primitive, is one loop nest on a CPU and one
 * kernel on a GPU; nothing here knows what a layer or a tape is.
 *
 * <p>Conventions. A {@link Matrix} is row-major; images are NHWC; convolution weights are [kernelHeight, kernelWidth, in,
 * out], which is the im2col matrix [patch, out]. A result whose formula says "=" is overwritten. A result whose formula
 * says "+=" is the gradient of a tensor that may be used more than once: the primitive <b>adds</b> to it or, for the first
 * contribution, overwrites it, as {@link Matrix#accumulate} says. A result never aliases an operand unless the method says
 * so.
 *
 * <p>This class checks the sizes of all operands, once for every backend, and passes the call to the {@linkplain Families
 * family} of primitives of the backend at hand. Fused primitives (affine, the convolutions) are
 * defined as the reference backend composes them of simpler ones. A backend may fuse them for speed, never for another
 * meaning.
 *
 * <p>Every backend gives the same bits for any number of threads: work is split over results, and a reduction has a fixed
 * shape. One thread drives a backend at a time: while it has a {@link Scope} open, others are refused ({@link Memory}).
 *
 * <p>NaN and infinity are never hidden: in a float32 backend each result is NaN, infinite or finite as in float64, except
 * where a result is too large for float, which makes it infinite, and where terms that a backend collects meet as ∞ − ∞.
 */
public abstract class Backend implements AutoCloseable {
    private final Memory memory;
    private final TransferPrimitives transfers;
    private final MatrixPrimitives matrices;
    private final ElementwisePrimitives elementwise;
    private final ImagePrimitives images;
    private final NormalizationPrimitives normalization;
    private final LossPrimitives losses;
    private final UpdatePrimitives updates;
    private final RandomPrimitives random;

    protected Backend(Memory memory, TransferPrimitives transfers, Families families) {
        this.memory = memory;
        this.transfers = transfers;
        this.matrices = families.matrices();
        this.elementwise = families.elementwise();
        this.images = families.images();
        this.normalization = families.normalization();
        this.losses = families.losses();
        this.updates = families.updates();
        this.random = families.random();
    }

    // ---- identity and memory ----

    /** The name users give on the command line: "reference", "ejml", "simd", "cuda". */
    public abstract String name();

    /** One line for a run's header: arithmetic, threads, vector width or device. */
    public abstract String description();

    /** The unit roundoff of its arithmetic: 2⁻⁵³ for float64, 2⁻²⁴ for float32. */
    public abstract double unitRoundoff();

    /** Blocks until all queued work has completed; a backend that works at once has nothing to wait for. */
    public void synchronize() {}

    /** Frees everything. @throws MemoryLeakException if kept buffers were never closed */
    @Override
    public void close() {
        memory.close();
    }

    /** Scopes, pool and leak report of this backend. */
    public final Memory memory() {
        return memory;
    }

    /** Opens a scope; buffers allocated until it closes belong to it. */
    public final Scope openScope(String name) {
        return memory.open(name);
    }

    /** A buffer of undefined contents in the innermost open scope. */
    public final Buffer allocate(int length, String label) {
        return memory.allocate(length, label);
    }

    /** A buffer of zeros. */
    public final Buffer zeros(int length, String label) {
        Buffer buffer = allocate(length, label);
        fill(buffer, 0);
        return buffer;
    }

    /**
     * True if the elementwise and the normalization primitives, which read an element of dy for the last time before they
     * write that of dx, may write dx over dy. It saves moving a third array through memory.
     */
    public boolean inPlaceGradients() {
        return false;
    }

    /** The primitives behind the checks, for tools that observe calls. */
    public final Families families() {
        return new Families(matrices, elementwise, images, normalization, losses, updates, random);
    }

    /** The transfers behind the checks, for tools that observe calls. */
    public final TransferPrimitives transfers() {
        return transfers;
    }

    // ---- transfers between host and device ----

    /** Host to device, rounding where the device is float32. The array may be longer. */
    public final void upload(double[] from, Matrix to) {
        atLeast("upload", from.length, to);
        untransposed("upload", "the destination", to);
        overwritten("upload", "the destination", to);
        transfers.upload(from, to);
    }

    /** Host to device: as many elements of {@code from} as the destination has, starting at {@code offset}. */
    public final void upload(float[] from, int offset, Matrix to) {
        atLeast("upload", from.length - offset, to);
        untransposed("upload", "the destination", to);
        overwritten("upload", "the destination", to);
        transfers.upload(from, offset, to);
    }

    /**
     * A buffer of the first elements of a host array, to be read only. A CPU backend uses the array itself if it is a
     * {@link HostArray}, which must then stay unchanged until the buffer's scope closes.
     */
    public final Buffer wrap(float[] from, int length, String label) {
        if (length > from.length) {
            throw new IllegalArgumentException(
                    "wrap: '" + label + "' needs " + length + " elements, the array has " + from.length);
        }
        Buffer inPlace = transfers.wrap(from, length, label);
        if (inPlace != null) {
            return inPlace;
        }
        Buffer copy = allocate(length, label);
        transfers.upload(from, 0, copy);
        return copy;
    }

    /** Device to host; exact. */
    public final double[] download(Matrix from) {
        untransposed("download", "the source", from);
        return transfers.download(from);
    }

    /** The first element of a matrix: a loss, a count. */
    public final double scalar(Matrix from) {
        return scalars(from)[0];
    }

    /** The first element of each of these matrices; one transfer where each has a fixed cost. */
    public final double[] scalars(Matrix... from) {
        return transfers.scalars(from);
    }

    /** A summary of all elements of x, accumulated in double in a fixed order. */
    public final Statistics statistics(Matrix x) {
        untransposed("statistics", "x", x);
        return transfers.statistics(x);
    }

    // ---- matrices: products, rows and columns ----

    /** C = A·B, or C += A·B. A and B may be transposed. 2·m·n·k floating-point operations. */
    public final void matmul(Matrix a, Matrix b, Matrix c) {
        if (b.rows() != a.cols()) {
            throw wrong("matmul", "B", b, a.cols(), b.cols());
        }
        plain("matmul", "C", c, a.rows(), b.cols());
        matrices.matmul(a, b, c);
    }

    /** Y = X·W + b, the bias added to each row: one dense layer. {@code bias} may be null. */
    public final void affine(Matrix x, Matrix w, Matrix bias, Matrix y) {
        untransposed("affine", "X", x);
        plain("affine", "W", w, x.cols(), w.cols());
        if (bias != null) {
            operand("affine", "the bias", bias, w.cols());
        }
        result("affine", "Y", y, x.rows(), w.cols());
        matrices.affine(x, w, bias, y);
    }

    /** Y = X + row: adds one row to each row; y may be x. Its gradient for the row is {@link #columnSums}. */
    public final void addRow(Matrix x, Matrix row, Matrix y) {
        untransposed("addRow", "X", x);
        operand("addRow", "the row", row, x.cols());
        result("addRow", "Y", y, x.rows(), x.cols());
        matrices.addRow(x, row, y);
    }

    /** sums += Σ_rows(X): one sum per column. */
    public final void columnSums(Matrix x, Matrix sums) {
        untransposed("columnSums", "X", x);
        operand("columnSums", "the sums", sums, x.cols());
        matrices.columnSums(x, sums);
    }

    /**
     * Mean and biased variance of each column: μ = Σx/rows, σ² = Σ(x − μ)²/rows. The mean of a constant column is so near
     * to its value that the column is normalized to 0; a column with a NaN or an infinity has the variance NaN.
     */
    public final void moments(Matrix x, Matrix mean, Matrix variance) {
        untransposed("moments", "X", x);
        result("moments", "the mean", mean, x.cols());
        result("moments", "the variance", variance, x.cols());
        matrices.moments(x, mean, variance);
    }

    // ---- elementwise; operands have the same number of elements ----

    /** x = value, everywhere. */
    public final void fill(Matrix x, double value) {
        untransposed("fill", "x", x);
        overwritten("fill", "x", x);
        elementwise.fill(x, value);
    }

    /** y = x, or y += x. */
    public final void copy(Matrix x, Matrix y) {
        operand("copy", "y", y, x.elements());
        operand("copy", "x", x, y.elements());
        if (y.accumulate()) {
            elementwise.axpy(1, x, y);
        } else {
            elementwise.copy(x, y);
        }
    }

    /** y = f(x); y may be x. */
    public final void map(Elementwise f, double a, Matrix x, Matrix y) {
        untransposed("map", "x", x);
        result("map", "y", y, x.elements());
        elementwise.map(f, a, x, y);
    }

    /** dx += dy ⊙ f′(x), given y = f(x), as {@link Elementwise#gradient} defines for each element. */
    public final void mapGradient(Elementwise f, double a, Matrix x, Matrix y, Matrix dy, Matrix dx) {
        untransposed("mapGradient", "x", x);
        operand("mapGradient", "y", y, x.elements());
        operand("mapGradient", "dy", dy, x.elements());
        operand("mapGradient", "dx", dx, x.elements());
        replace(dy, dx);
        elementwise.mapGradient(f, a, x, y, dy, dx);
    }

    /** z = x + y; z may be x or y. */
    public final void add(Matrix x, Matrix y, Matrix z) {
        untransposed("add", "x", x);
        operand("add", "y", y, x.elements());
        result("add", "z", z, x.elements());
        elementwise.add(x, y, z);
    }

    /** y += α x. Unlike a sum, y has elements already; {@link #scale} writes a contribution to a gradient. */
    public final void axpy(double alpha, Matrix x, Matrix y) {
        untransposed("axpy", "x", x);
        result("axpy", "y", y, x.elements());
        elementwise.axpy(alpha, x, y);
    }

    /** y = α x, or y += α x; y may be x. */
    public final void scale(double alpha, Matrix x, Matrix y) {
        untransposed("scale", "x", x);
        operand("scale", "y", y, x.elements());
        if (y.accumulate()) {
            elementwise.axpy(alpha, x, y);
        } else {
            if (x.buffer() != y.buffer()) {
                elementwise.copy(x, y);
            }
            elementwise.scale(alpha, y);
        }
    }

    /** x = max(−limit, min(limit, x)); NaN stays NaN. */
    public final void clamp(double limit, Matrix x) {
        untransposed("clamp", "x", x);
        overwritten("clamp", "x", x);
        elementwise.clamp(limit, x);
    }

    /** z = x ⊙ y, or z += x ⊙ y. */
    public final void multiply(Matrix x, Matrix y, Matrix z) {
        untransposed("multiply", "x", x);
        operand("multiply", "y", y, x.elements());
        operand("multiply", "z", z, x.elements());
        replace(x, z);
        elementwise.multiply(x, y, z);
    }

    // ---- convolution and pooling; the batch is images of Window w ----

    /** Every window as one row: columns[(image, i, j), (ki, kj, c)] = x at that tap, 0 outside the image. */
    public final void im2col(Window w, Images x, Matrix columns) {
        input("im2col", "x", w, x);
        result("im2col", "the columns", columns, w.outputPixels(x.count()), w.patchSize());
        images.im2col(w, x, columns);
    }

    /** dx += the taps of each row of {@code columns}, added where they came from: the transpose of im2col. */
    public final void im2colGradient(Window w, Matrix columns, Matrix dx) {
        int count = columns.rows() / w.outputPixels();
        plain("im2colGradient", "the columns", columns, count * w.outputPixels(), w.patchSize());
        plain("im2colGradient", "dx", dx, count * w.height() * w.width(), w.channels());
        images.im2colGradient(w, columns, dx);
    }

    /**
     * Y = im2col(X)·W + b; {@code bias} may be null. Padding is multiplied as zeros are, so a weight that is NaN or infinite
     * makes NaN there; and a backend that works on tiles (Winograd) may make NaN of the elements next to one that is not
     * finite. None hides one.
     */
    public final void convolution(Window w, Images x, Matrix weight, Matrix bias, Images y) {
        input("convolution", "x", w, x);
        plain("convolution", "the weight", weight, w.patchSize(), weight.cols());
        if (bias != null) {
            operand("convolution", "the bias", bias, weight.cols());
        }
        output("convolution", "y", w, x.count(), weight.cols(), y);
        images.convolution(w, x, weight, bias, y);
    }

    /** dX += im2colᵀ(dY·Wᵀ). */
    public final void convolutionInputGradient(Window w, Images dy, Matrix weight, Matrix dx) {
        output("convolutionInputGradient", "dy", w, dy.count(), dy.channels(), dy);
        plain("convolutionInputGradient", "the weight", weight, w.patchSize(), dy.channels());
        plain("convolutionInputGradient", "dx", dx, dy.count() * w.height() * w.width(), w.channels());
        images.convolutionInputGradient(w, dy, weight, dx);
    }

    /** dW += im2col(X)ᵀ·dY. */
    public final void convolutionWeightGradient(Window w, Images x, Images dy, Matrix dweight) {
        input("convolutionWeightGradient", "x", w, x);
        output("convolutionWeightGradient", "dy", w, x.count(), dy.channels(), dy);
        plain("convolutionWeightGradient", "dweight", dweight, w.patchSize(), dy.channels());
        images.convolutionWeightGradient(w, x, dy, dweight);
    }

    /** y = the largest tap of each window and channel; NaN if a tap is. */
    public final void maxPool(Window w, Images x, Images y) {
        input("maxPool", "x", w, x);
        output("maxPool", "y", w, x.count(), w.channels(), y);
        images.maxPool(w, x, y);
    }

    /** dx += dy at the first tap, row by row, that equals the window's maximum y or, where y is NaN, is NaN. */
    public final void maxPoolGradient(Window w, Images x, Images y, Images dy, Matrix dx) {
        input("maxPoolGradient", "x", w, x);
        output("maxPoolGradient", "y", w, x.count(), w.channels(), y);
        output("maxPoolGradient", "dy", w, x.count(), w.channels(), dy);
        plain("maxPoolGradient", "dx", dx, x.rows(), x.cols());
        images.maxPoolGradient(w, x, y, dy, dx);
    }

    /** y = the mean of each window's taps inside the image, channel by channel. */
    public final void averagePool(Window w, Images x, Images y) {
        input("averagePool", "x", w, x);
        output("averagePool", "y", w, x.count(), w.channels(), y);
        images.averagePool(w, x, y);
    }

    /** dx += dy / taps, for each tap of the window inside the image. */
    public final void averagePoolGradient(Window w, Images dy, Matrix dx) {
        output("averagePoolGradient", "dy", w, dy.count(), w.channels(), dy);
        plain("averagePoolGradient", "dx", dx, dy.count() * w.height() * w.width(), w.channels());
        images.averagePoolGradient(w, dy, dx);
    }

    // ---- normalization, column by column ----

    /** y = γ (x − μ)/√(σ² + ε) + β. */
    public final void normalize(Matrix x, Moments moments, Matrix gamma, Matrix beta, Matrix y) {
        columns("normalize", x, moments, gamma);
        operand("normalize", "beta", beta, x.cols());
        result("normalize", "y", y, x.rows(), x.cols());
        normalization.normalize(x, moments, gamma, beta, y);
    }

    /**
     * The gradient of {@link #normalize} where μ and σ² are the batch's own and so depend on x. With x̂ = (x − μ)/√(σ² +
     * ε): dβ += Σdy; dγ += Σ(dy x̂); dx += γ/√(σ² + ε) (dy − Σdy/rows − x̂ Σ(dy x̂)/rows). Any of dx, dγ, dβ may be null.
     */
    public final void batchNormGradient(
            Matrix x, Moments moments, Matrix gamma, Matrix dy, Matrix dx, Matrix dgamma, Matrix dbeta) {
        columns("batchNormGradient", x, moments, gamma);
        columnGradients("batchNormGradient", x, dy, dx, dgamma, dbeta);
        normalization.batchNormGradient(x, moments, gamma, dy, dx, dgamma, dbeta);
    }

    /** The gradient of {@link #normalize} where μ and σ² are constants: dx += γ/√(σ² + ε) dy; dγ, dβ as above. */
    public final void normalizeGradient(
            Matrix x, Moments moments, Matrix gamma, Matrix dy, Matrix dx, Matrix dgamma, Matrix dbeta) {
        columns("normalizeGradient", x, moments, gamma);
        columnGradients("normalizeGradient", x, dy, dx, dgamma, dbeta);
        normalization.normalizeGradient(x, moments, gamma, dy, dx, dgamma, dbeta);
    }

    // ---- softmax and losses; a loss has one element ----

    /**
     * Each row of y = eˣ / Σeˣ of that row of x, shifted by its maximum so that nothing overflows. A row with a NaN or +∞, or
     * of nothing but −∞, has no softmax: all of it is NaN.
     */
    public final void softmax(Matrix x, Matrix y) {
        untransposed("softmax", "x", x);
        result("softmax", "y", y, x.rows(), x.cols());
        losses.softmax(x, y);
    }

    /** dx += y ⊙ (dy − Σ_cols(dy ⊙ y)). */
    public final void softmaxGradient(Matrix y, Matrix dy, Matrix dx) {
        untransposed("softmaxGradient", "y", y);
        plain("softmaxGradient", "dy", dy, y.rows(), y.cols());
        plain("softmaxGradient", "dx", dx, y.rows(), y.cols());
        losses.softmaxGradient(y, dy, dx);
    }

    /**
     * loss = −(1/rows) Σ target ⊙ log softmax(logits). An entry whose target is 0 adds nothing, even where its softmax is 0
     * (0·log 0 = 0, the limit); but a row without a {@link #softmax} makes the loss NaN, whatever its targets.
     */
    public final void softmaxCrossEntropy(Matrix logits, Matrix target, Matrix loss) {
        untransposed("softmaxCrossEntropy", "the logits", logits);
        plain("softmaxCrossEntropy", "the target", target, logits.rows(), logits.cols());
        result("softmaxCrossEntropy", "the loss", loss, 1);
        losses.softmaxCrossEntropy(logits, target, loss);
    }

    /** dlogits += dloss/rows (softmax(logits) Σtarget − target), the sum over each row. */
    public final void softmaxCrossEntropyGradient(Matrix logits, Matrix target, Matrix dloss, Matrix dlogits) {
        untransposed("softmaxCrossEntropyGradient", "the logits", logits);
        plain("softmaxCrossEntropyGradient", "the target", target, logits.rows(), logits.cols());
        operand("softmaxCrossEntropyGradient", "dloss", dloss, 1);
        plain("softmaxCrossEntropyGradient", "dlogits", dlogits, logits.rows(), logits.cols());
        losses.softmaxCrossEntropyGradient(logits, target, dloss, dlogits);
    }

    /** loss = (1/n) Σ (max(z, 0) − z t + log(1 + e^−|z|)): −t log σ(z) − (1 − t) log(1 − σ(z)) without overflow. */
    public final void binaryCrossEntropy(Matrix logits, Matrix target, Matrix loss) {
        untransposed("binaryCrossEntropy", "the logits", logits);
        operand("binaryCrossEntropy", "the target", target, logits.elements());
        result("binaryCrossEntropy", "the loss", loss, 1);
        losses.binaryCrossEntropy(logits, target, loss);
    }

    /** dlogits += dloss/n (σ(z) − t). */
    public final void binaryCrossEntropyGradient(Matrix logits, Matrix target, Matrix dloss, Matrix dlogits) {
        untransposed("binaryCrossEntropyGradient", "the logits", logits);
        operand("binaryCrossEntropyGradient", "the target", target, logits.elements());
        operand("binaryCrossEntropyGradient", "dloss", dloss, 1);
        operand("binaryCrossEntropyGradient", "dlogits", dlogits, logits.elements());
        losses.binaryCrossEntropyGradient(logits, target, dloss, dlogits);
    }

    /** loss = factor Σ (x − target)². */
    public final void squaredError(double factor, Matrix x, Matrix target, Matrix loss) {
        untransposed("squaredError", "x", x);
        operand("squaredError", "the target", target, x.elements());
        result("squaredError", "the loss", loss, 1);
        losses.squaredError(factor, x, target, loss);
    }

    /** dx += dloss 2 factor (x − target). */
    public final void squaredErrorGradient(double factor, Matrix x, Matrix target, Matrix dloss, Matrix dx) {
        untransposed("squaredErrorGradient", "x", x);
        operand("squaredErrorGradient", "the target", target, x.elements());
        operand("squaredErrorGradient", "dloss", dloss, 1);
        operand("squaredErrorGradient", "dx", dx, x.elements());
        losses.squaredErrorGradient(factor, x, target, dloss, dx);
    }

    /**
     * count = the number of rows whose output and target have their largest entry in the same column (the first one on a
     * tie); with one column, a logit: output > 0 exactly where target > ½. A row without a softmax has no answer and never
     * counts: one with a NaN, or whose largest entry is infinite; with one column, NaN or +∞.
     */
    public final void matches(Matrix output, Matrix target, Matrix count) {
        untransposed("matches", "the output", output);
        plain("matches", "the target", target, output.rows(), output.cols());
        result("matches", "the count", count, 1);
        losses.matches(output, target, count);
    }

    // ---- updates ----

    /** v = μ v + g + λ w; w −= η v, or w −= η (g + λ w + μ v) for Nesterov. {@code v} may be null when μ is 0. */
    public final void sgd(Matrix w, Matrix g, Matrix v, double rate, double momentum, boolean nesterov, double decay) {
        untransposed("sgd", "w", w);
        overwritten("sgd", "w", w);
        operand("sgd", "g", g, w.elements());
        if (v != null) {
            result("sgd", "v", v, w.elements());
        }
        updates.sgd(w, g, v, rate, momentum, nesterov, decay);
    }

    /** w −= η λ w; m = β₁ m + (1 − β₁) g; s = β₂ s + (1 − β₂) g²; w −= η m̂/(√ŝ + ε), m̂ = m/(1 − β₁ᵗ), ŝ = s/(1 − β₂ᵗ). */
    public final void adam(Matrix w, Matrix g, Matrix m, Matrix s, AdamStep step) {
        untransposed("adam", "w", w);
        overwritten("adam", "w", w);
        operand("adam", "g", g, w.elements());
        result("adam", "m", m, w.elements());
        result("adam", "s", s, w.elements());
        updates.adam(w, g, m, s, step);
    }

    // ---- random ----

    /** mask = 1/(1 − rate) where the {@linkplain Philox#uniform uniform} number (key, i) is ≥ rate, else 0. */
    public final void dropoutMask(long key, double rate, Matrix mask) {
        untransposed("dropoutMask", "the mask", mask);
        overwritten("dropoutMask", "the mask", mask);
        random.dropoutMask(key, rate, mask);
    }

    // ---- checks ----

    /** Lets dx take the storage of dy, if this backend can work in place and no other operand needs dy. */
    private void replace(Matrix dy, Matrix dx) {
        if (inPlaceGradients()) {
            dx.replace(dy);
        }
    }

    /** Requires a matrix of any size that is not transposed. */
    private static void untransposed(String primitive, String name, Matrix found) {
        if (found.transposed()) {
            throw wrong(primitive, name, found, found.cols(), found.rows());
        }
    }

    /** Requires a matrix that is not transposed, of these sizes. */
    private static void plain(String primitive, String name, Matrix found, int rows, int cols) {
        if (found.rows() != rows || found.cols() != cols || found.transposed()) {
            throw wrong(primitive, name, found, rows, cols);
        }
    }

    /** Requires a result of these sizes, for a primitive that overwrites it. */
    private static void result(String primitive, String name, Matrix found, int rows, int cols) {
        plain(primitive, name, found, rows, cols);
        overwritten(primitive, name, found);
    }

    /** Requires as many elements, in any shape. */
    private static void operand(String primitive, String name, Matrix found, int elements) {
        if (found.elements() != elements || found.transposed()) {
            throw new IllegalArgumentException(
                    primitive + ": " + name + " is " + describe(found) + ", expected " + elements + " elements");
        }
    }

    /** Requires a result of as many elements, for a primitive that overwrites it. */
    private static void result(String primitive, String name, Matrix found, int elements) {
        operand(primitive, name, found, elements);
        overwritten(primitive, name, found);
    }

    private static void overwritten(String primitive, String name, Matrix found) {
        if (found.accumulate()) {
            throw new IllegalArgumentException(
                    primitive
                            + ": "
                            + name
                            + " is overwritten, but "
                            + describe(found)
                            + " has contributions already; write to a temporary and copy that");
        }
    }

    private static void input(String primitive, String name, Window w, Images found) {
        images(primitive, name, found, found.count(), w.height(), w.width(), w.channels());
    }

    private static void output(String primitive, String name, Window w, int count, int channels, Images found) {
        images(primitive, name, found, count, w.outHeight(), w.outWidth(), channels);
    }

    private static void images(
            String primitive, String name, Images found, int count, int height, int width, int channels) {
        if (found.count() != count
                || found.height() != height
                || found.width() != width
                || found.channels() != channels) {
            throw new IllegalArgumentException(
                    primitive
                            + ": "
                            + name
                            + " is "
                            + found
                            + ", expected ["
                            + count
                            + " × "
                            + height
                            + " × "
                            + width
                            + " × "
                            + channels
                            + "]");
        }
    }

    private static void columns(String primitive, Matrix x, Moments moments, Matrix gamma) {
        untransposed(primitive, "x", x);
        operand(primitive, "the mean", moments.mean(), x.cols());
        operand(primitive, "the variance", moments.variance(), x.cols());
        operand(primitive, "gamma", gamma, x.cols());
    }

    private void columnGradients(String primitive, Matrix x, Matrix dy, Matrix dx, Matrix dgamma, Matrix dbeta) {
        plain(primitive, "dy", dy, x.rows(), x.cols());
        if (dx != null) {
            plain(primitive, "dx", dx, x.rows(), x.cols());
            replace(dy, dx);
        }
        if (dgamma != null) {
            operand(primitive, "dgamma", dgamma, x.cols());
        }
        if (dbeta != null) {
            operand(primitive, "dbeta", dbeta, x.cols());
        }
    }

    private static void atLeast(String primitive, int length, Matrix to) {
        if (length < to.elements()) {
            throw new IllegalArgumentException(
                    primitive + ": the array has " + length + " elements for " + describe(to));
        }
    }

    private static IllegalArgumentException wrong(String primitive, String name, Matrix found, int rows, int cols) {
        return new IllegalArgumentException(
                primitive + ": " + name + " is " + describe(found) + ", expected [" + rows + " × " + cols + "]");
    }

    private static String describe(Matrix found) {
        return found + (found.transposed() ? ", transposed" : "");
    }
}
