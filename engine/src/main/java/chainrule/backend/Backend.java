package chainrule.backend;

/**
 * The hardware contract: everything the engine asks of a device. One method is one loop nest on a CPU and one kernel on
 * a GPU; nothing here knows what a layer or a tape is.
 *
 * <p>Conventions. Matrices are row-major, {@code rows × cols}; images are NHWC; convolution weights are
 * [kernelHeight, kernelWidth, in, out], which is the im2col matrix [patch, out]. Forward primitives overwrite their
 * result, unless they have a flag to accumulate or their formula says "+=". Gradient primitives, named {@code …Gradient}, put each result into a {@link Target}: they <b>add</b> to what is
 * there, "+=" as their formulas say, because a tensor used twice receives two contributions; or, if it is the first of
 * them, overwrite it. A result never aliases an operand unless the method says so.
 *
 * <p>A {@code default} method is a fused primitive whose body is its definition in terms of simpler ones; a backend may
 * override it for speed, never for another meaning.
 *
 * <p>Every implementation gives the same bits for any number of threads: work is split over results, and a reduction
 * has a fixed shape. One thread drives a backend at a time: while it has a {@link Scope} open, others are refused ({@link
 * Memory}).
 *
 * <p>NaN and infinity are never hidden: in a float32 backend each result is NaN, infinite or finite as in float64, but where
 * a result is too large for float, which makes it infinite, and where terms that a backend collects meet as ∞ − ∞.
 */
public interface Backend extends AutoCloseable {

    // ---- identity and memory -----------------------------------------------------------------------------------

    /** The name users give on the command line: "reference", "ejml", "simd", "cuda". */
    String name();

    /** One line for a run's header: arithmetic, threads, vector width or device. */
    String description();

    /** The unit roundoff of its arithmetic: 2⁻⁵³ for float64, 2⁻²⁴ for float32. */
    double unitRoundoff();

    /** Scopes, pool and leak report of this backend. */
    Memory memory();

    /** Opens a scope; buffers allocated until it closes belong to it. */
    default Scope openScope(String name) {
        return memory().open(name);
    }

    /** A buffer of undefined contents in the innermost open scope. */
    default Buffer allocate(int length, String label) {
        return memory().allocate(length, label);
    }

    /** A buffer of zeros. */
    default Buffer zeros(int length, String label) {
        Buffer buffer = allocate(length, label);
        fill(buffer, 0);
        return buffer;
    }

    /** x = value, everywhere. */
    void fill(Buffer x, double value);

    /** to = from. */
    void copy(Buffer from, Buffer to);

    /** Host to device, rounding where the device is float32. */
    void upload(double[] from, Buffer to);

    /** Host to device: {@code to.length()} numbers of {@code from}, starting at {@code offset}. */
    void upload(float[] from, int offset, Buffer to);

    /**
     * A buffer of the first numbers of a host array, to be read only. On a CPU it may be the array itself, which must then
     * stay as it is until the buffer's scope closes; an array that is {@link Buffer#SLACK} longer than needed always can.
     */
    default Buffer lend(float[] from, int length, String label) {
        Buffer copy = allocate(length, label);
        upload(from, 0, copy);
        return copy;
    }

    /** Device to host; exact. */
    double[] download(Buffer from);

    /** The first number of a buffer: a loss, a count. */
    double scalar(Buffer from);

    /** The first number of each of these buffers; one way back from the device where every way costs. */
    default double[] scalars(Buffer... from) {
        double[] numbers = new double[from.length];
        for (int i = 0; i < from.length; i++) {
            numbers[i] = scalar(from[i]);
        }
        return numbers;
    }

    /**
     * Whether mapGradient, batchNormGradient, normalizeGradient and multiply may write their result over dy: with a target
     * that is dy's own buffer and does not accumulate. It saves moving a third array through memory.
     */
    default boolean inPlaceGradients() {
        return false;
    }

    /** Waits until all that was asked for is done; a backend that does it at once has nothing to wait for. */
    default void synchronize() {}

    /** Frees everything. @throws MemoryLeakException if kept buffers were never closed */
    @Override
    void close();

    // ---- matrix products ---------------------------------------------------------------------------------------

    /**
     * C = op(A)·op(B), or C += op(A)·op(B) when accumulating, where op transposes if asked. op(A) is m × k, op(B) is
     * k × n, C is m × n. 2·m·n·k floating-point operations.
     */
    void gemm(
            boolean transposeA,
            boolean transposeB,
            int m,
            int n,
            int k,
            Buffer a,
            Buffer b,
            boolean accumulate,
            Buffer c);

    /** Y = X·W + 1·bᵀ: one dense layer. X is rows × in, W is in × out; {@code bias} may be null. */
    default void affine(int rows, int in, int out, Buffer x, Buffer w, Buffer bias, Buffer y) {
        gemm(false, false, rows, out, in, x, w, false, y);
        if (bias != null) {
            addRow(rows, out, y, bias, y);
        }
    }

    // ---- elementwise -------------------------------------------------------------------------------------------

    /** y = f(x); y may be x. */
    void map(Elementwise f, double a, Buffer x, Buffer y);

    /** dx += dy ⊙ f′(x), given y = f(x), as {@link Elementwise#gradient} says for each number. */
    void mapGradient(Elementwise f, double a, Buffer x, Buffer y, Buffer dy, Target dx);

    /** z = x + y; z may be x or y. */
    void add(Buffer x, Buffer y, Buffer z);

    /** y += alpha·x. */
    void axpy(double alpha, Buffer x, Buffer y);

    /** x = alpha·x. */
    void scale(double alpha, Buffer x);

    /** x = max(−limit, min(limit, x)); NaN stays NaN. */
    void clamp(double limit, Buffer x);

    /** z = x ⊙ y, or z += x ⊙ y when accumulating. */
    void multiply(Buffer x, Buffer y, boolean accumulate, Buffer z);

    /** mask = 1/(1 − rate) where the {@linkplain Philox#uniform uniform} number (key, i) is ≥ rate, else 0. */
    void dropoutMask(long key, double rate, Buffer mask);

    // ---- rows and columns --------------------------------------------------------------------------------------

    /** Y = X + 1·rowᵀ: adds one row to every row; y may be x. */
    void addRow(int rows, int cols, Buffer x, Buffer row, Buffer y);

    /** sums += Σ over rows of X: one sum a column. The gradient of {@link #addRow}. */
    void addRowGradient(int rows, int cols, Buffer dy, Target sums);

    /**
     * mean and biased variance of every column: μ = Σx/rows, σ² = Σ(x − μ)²/rows. The mean of a constant column is so near
     * to its number that the column is normalized to 0; a column with a NaN or an infinity has the variance NaN.
     */
    void moments(int rows, int cols, Buffer x, Buffer mean, Buffer variance);

    // ---- convolution and pooling; the batch is images of Window w -----------------------------------------------

    /** Every window as one row: columns[(image, i, j), (ki, kj, c)] = x at that tap, 0 outside the image. */
    void im2col(Window w, int images, Buffer x, Buffer columns);

    /** dx += the taps of every row of {@code columns}, put back where they came from: the transpose of im2col. */
    void im2colGradient(Window w, int images, Buffer columns, Target dx);

    /**
     * Y = im2col(X)·W + 1·bᵀ; {@code bias} may be null. Padding is multiplied as zeros are, so that a weight that is NaN or
     * infinite makes NaN there; and a backend that works on tiles (Winograd) may make NaN of the numbers beside one that is
     * not finite. None hides one.
     */
    default void convolution(Window w, int images, int filters, Buffer x, Buffer weight, Buffer bias, Buffer y) {
        int pixels = w.outputPixels(images);
        try (Buffer columns = allocate(w.columnsSize(images), "im2col")) {
            im2col(w, images, x, columns);
            affine(pixels, w.patchSize(), filters, columns, weight, bias, y);
        }
    }

    /** dX += col2im(dY·Wᵀ). */
    default void convolutionInputGradient(Window w, int images, int filters, Buffer dy, Buffer weight, Target dx) {
        int pixels = w.outputPixels(images);
        try (Buffer columns = allocate(w.columnsSize(images), "im2col gradient")) {
            gemm(false, true, pixels, w.patchSize(), filters, dy, weight, false, columns);
            im2colGradient(w, images, columns, dx);
        }
    }

    /** dW += im2col(X)ᵀ·dY. */
    default void convolutionWeightGradient(Window w, int images, int filters, Buffer x, Buffer dy, Target dweight) {
        int pixels = w.outputPixels(images);
        try (Buffer columns = allocate(w.columnsSize(images), "im2col")) {
            im2col(w, images, x, columns);
            boolean accumulate = dweight.accumulate();
            gemm(true, false, w.patchSize(), filters, pixels, columns, dy, accumulate, dweight.buffer());
        }
    }

    /** y = the largest tap of every window and channel; NaN if a tap is. */
    void maxPool(Window w, int images, Buffer x, Buffer y);

    /** dx += dy at the first tap, row by row, that equals the window's maximum y or, where y is NaN, is NaN. */
    void maxPoolGradient(Window w, int images, Buffer x, Buffer y, Buffer dy, Target dx);

    /** y = the mean of every window's taps inside the image, channel by channel. */
    void averagePool(Window w, int images, Buffer x, Buffer y);

    /** dx += dy / taps, for every tap of the window inside the image. */
    void averagePoolGradient(Window w, int images, Buffer dy, Target dx);

    // ---- batch normalisation, column by column -----------------------------------------------------------------

    /** y = γ·(x − μ)/√(σ² + ε) + β. */
    void normalize(
            int rows,
            int cols,
            Buffer x,
            Buffer mean,
            Buffer variance,
            double epsilon,
            Buffer gamma,
            Buffer beta,
            Buffer y);

    /**
     * The gradient of {@link #normalize} where μ and σ² are the batch's own and so depend on x. With x̂ = (x − μ)/√(σ² +
     * ε): dβ += Σdy; dγ += Σdy·x̂; dx += γ/√(σ² + ε) · (dy − Σdy/rows − x̂·Σ(dy·x̂)/rows). Any of dx, dγ, dβ may be null.
     */
    void batchNormGradient(
            int rows,
            int cols,
            Buffer x,
            Buffer mean,
            Buffer variance,
            double epsilon,
            Buffer gamma,
            Buffer dy,
            Target dx,
            Target dgamma,
            Target dbeta);

    /** The gradient of {@link #normalize} where μ and σ² are constants: dx += γ/√(σ² + ε)·dy; dγ, dβ as above. */
    void normalizeGradient(
            int rows,
            int cols,
            Buffer x,
            Buffer mean,
            Buffer variance,
            double epsilon,
            Buffer gamma,
            Buffer dy,
            Target dx,
            Target dgamma,
            Target dbeta);

    // ---- losses; results have one number -----------------------------------------------------------------------

    /**
     * Each row of y = eˣ / Σeˣ of that row of x, shifted by its maximum so that nothing overflows. A row with a NaN or +∞, or
     * of nothing but −∞, has no softmax: all of it is NaN.
     */
    void softmax(int rows, int cols, Buffer x, Buffer y);

    /** dx += y ⊙ (dy − Σ over the row of dy ⊙ y). */
    void softmaxGradient(int rows, int cols, Buffer y, Buffer dy, Target dx);

    /**
     * loss = −(1/rows) Σ target ⊙ log softmax(logits). An entry whose target is 0 adds nothing, even where its softmax is 0
     * (0·log 0 = 0, the limit); but a row without a {@link #softmax} makes the loss NaN, whatever its targets.
     */
    void softmaxCrossEntropy(int rows, int cols, Buffer logits, Buffer target, Buffer loss);

    /** dlogits += dloss/rows · (softmax(logits)·Σtarget − target), the sum over each row. */
    void softmaxCrossEntropyGradient(int rows, int cols, Buffer logits, Buffer target, Buffer dloss, Target dlogits);

    /** loss = (1/n) Σ (max(z, 0) − z·t + log(1 + e^−|z|)): −t·log σ(z) − (1 − t)·log(1 − σ(z)) without overflow. */
    void binaryCrossEntropy(Buffer logits, Buffer target, Buffer loss);

    /** dlogits += dloss/n · (σ(z) − t). */
    void binaryCrossEntropyGradient(Buffer logits, Buffer target, Buffer dloss, Target dlogits);

    /** loss = factor · Σ (x − target)². */
    void squaredError(double factor, Buffer x, Buffer target, Buffer loss);

    /** dx += dloss · 2·factor · (x − target). */
    void squaredErrorGradient(double factor, Buffer x, Buffer target, Buffer dloss, Target dx);

    /**
     * count = the number of rows classified as their target says: the largest entry stands at the same place in both
     * (the first one on a tie); with one column, a logit: output > 0 exactly where target > ½. A row without a softmax has
     * no answer and never counts: one with a NaN, or whose largest entry is infinite; with one column, NaN or +∞.
     */
    void matches(int rows, int cols, Buffer output, Buffer target, Buffer count);

    // ---- optimiser updates -------------------------------------------------------------------------------------

    /** v = μ·v + g + λ·w; w −= η·v, or w −= η·(g + λ·w + μ·v) for Nesterov. {@code v} may be null when μ is 0. */
    void sgd(Buffer w, Buffer g, Buffer v, double rate, double momentum, boolean nesterov, double decay);

    /**
     * w −= η·λ·w; m = β₁m + (1 − β₁)g; s = β₂s + (1 − β₂)g²; w −= η · m̂ / (√ŝ + ε) with m̂ = m/(1 − β₁ᵗ), ŝ = s/(1 −
     * β₂ᵗ), t = step counted from 1.
     */
    void adam(
            Buffer w,
            Buffer g,
            Buffer m,
            Buffer s,
            long step,
            double rate,
            double beta1,
            double beta2,
            double epsilon,
            double decay);

    // ---- measuring ---------------------------------------------------------------------------------------------

    /** A summary of all numbers of x, accumulated in double in a fixed order. */
    Statistics statistics(Buffer x);
}
