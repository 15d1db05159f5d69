package chainrule.cuda;

import chainrule.backend.Buffer;
import chainrule.backend.Elementwise;
import chainrule.backend.KernelCost;
import chainrule.backend.Scope;
import chainrule.backend.Target;
import chainrule.backend.Window;
import chainrule.cuda.emulator.EmulatedDevice;

import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;
import java.util.function.Consumer;
import java.util.function.Predicate;

/**
 * Counts every {@link Kernel} on the shapes of the CIFAR net (32 × 32 images of 3 channels, convolutions of 32, 64 and 128
 * filters, each pair of them followed by a pool), and the rungs of the three ladders. Batches of 16 images and more reach
 * every tile of the convolutions; smaller ones take smaller tiles.
 */
final class KernelCosts {
    private static final int CLASSES = 10;

    private final CudaBackend k;
    private final int images;
    private final KernelCounter counter;

    private KernelCosts(CudaBackend k, int images, KernelCounter counter) {
        this.k = k;
        this.images = images;
        this.counter = counter;
    }

    /**
     * Counts them, one primitive after the other.
     *
     * @param k a backend on the device, which counts
     * @param images in the batch; the more, the longer it takes
     * @param wanted selects by "family, primitive" what to count
     * @param progress is called with each cost as soon as it is counted
     */
    static List<KernelCost> count(
            EmulatedDevice device, CudaBackend k, int images, Predicate<String> wanted, Consumer<KernelCost> progress) {
        KernelCounter counter = new KernelCounter(device, k, wanted, progress);
        KernelCosts all = new KernelCosts(k, images, counter);
        int pixels = images * 32 * 32;
        counter.family("elementwise");
        all.elementwise(pixels * 32);
        counter.family("rows and columns");
        all.columns(pixels, 32);
        all.columns(images * 8 * 8, 128);
        all.columns(128, CLASSES);
        counter.family("batch normalization");
        all.batchNorm(pixels, 32);
        all.batchNorm(images * 8 * 8, 128);
        counter.family("pooling");
        all.pooling(Window.valid(32, 32, 32, 2, 2, 2, 2));
        counter.because("windows overlap: a value belongs to up to four of them");
        all.pooling(Window.valid(31, 31, 32, 3, 3, 2, 2));
        counter.family("softmax and losses");
        all.losses(128, CLASSES);
        counter.because("rows of 400 bytes begin within a sector, and a warp reads its row more than once");
        all.losses(128, 100);
        counter.because("rows are longer than shared memory: a warp reads its row more than once");
        all.softmax(8, 12_004);
        all.differences(128 * CLASSES);
        counter.family("optimizers");
        all.updates(3 * 3 * 64 * 64);
        counter.family("convolution");
        all.convolution(Window.same(32, 32, 3, 3, 3, 1, 1), 32);
        all.convolution(Window.same(32, 32, 32, 3, 3, 1, 1), 32);
        all.convolution(Window.same(16, 16, 64, 3, 3, 1, 1), 64);
        all.convolution(Window.same(8, 8, 64, 3, 3, 1, 1), 128);
        counter.family("matrix products");
        counter.because("every tile reads its rows of A and columns of B again");
        all.products(128, 512, 128);
        new Ladders(k, counter).count(Math.max(128, 16 * images));
        return counter.costs();
    }

    private void count(String primitive, String shape, double neededFloats, Consumer<CudaBackend> work) {
        counter.count(primitive, shape, neededFloats, work);
    }

    private Buffer zeros(int length) {
        return k.zeros(length, "operand");
    }

    /** From 0 to 1, nearly all different: for kernels that read less where a factor is 0, or where elements are equal. */
    private Buffer varied(int length) {
        Buffer buffer = zeros(length);
        k.upload(new SplittableRandom(1).doubles(length).toArray(), buffer);
        return buffer;
    }

    private void elementwise(int n) {
        String shape = String.valueOf(n);
        try (Scope _ = k.openScope("operands")) {
            Buffer x = zeros(n);
            Buffer y = zeros(n);
            Buffer z = zeros(n);
            for (Elementwise f : Elementwise.values()) {
                if (f != Elementwise.IDENTITY) { // which is a copy
                    String name = f.name().toLowerCase(Locale.ROOT);
                    count("map " + name, shape, 2.0 * n, b -> b.map(f, 0, x, y));
                    count("mapGradient " + name, shape, 4.0 * n, b -> b.mapGradient(f, 0, x, x, y, Target.add(z)));
                }
            }
            count("add", shape, 3.0 * n, b -> b.add(x, y, z));
            count("axpy", shape, 3.0 * n, b -> b.axpy(0.5, x, y));
            count("multiply", shape, 3.0 * n, b -> b.multiply(x, y, false, z));
            count("multiply, adding", shape, 4.0 * n, b -> b.multiply(x, y, true, z));
            count("scale", shape, 2.0 * n, b -> b.scale(0.5, x));
            count("clamp", shape, 2.0 * n, b -> b.clamp(0.5, x));
            count("dropoutMask", shape, n, b -> b.dropoutMask(7, 0.3, x));
            count("statistics", shape, n, b -> b.statistics(x));
        }
    }

    private void columns(int rows, int cols) {
        String shape = rows + " × " + cols;
        double n = (double) rows * cols;
        try (Scope _ = k.openScope("operands")) {
            Buffer x = zeros(rows * cols);
            Buffer y = zeros(rows * cols);
            Buffer row = zeros(cols);
            count("addRow", shape, 2 * n + cols, b -> b.addRow(rows, cols, x, row, y));
            count("addRowGradient", shape, n + 2 * cols, b -> b.addRowGradient(rows, cols, x, Target.add(row)));
        }
    }

    private void batchNorm(int rows, int cols) {
        String shape = rows + " × " + cols;
        double n = (double) rows * cols;
        try (Scope _ = k.openScope("operands")) {
            Buffer x = varied(rows * cols);
            Buffer y = varied(rows * cols);
            Target dx = Target.add(zeros(rows * cols));
            Buffer mean = zeros(cols);
            Buffer variance = zeros(cols);
            Buffer gamma = varied(cols);
            Buffer beta = zeros(cols);
            Target dgamma = Target.add(zeros(cols));
            Target dbeta = Target.add(beta);
            count("moments", shape, n + 2 * cols, b -> b.moments(rows, cols, x, mean, variance));
            count(
                    "normalize",
                    shape,
                    2 * n + 4 * cols,
                    b -> b.normalize(rows, cols, x, mean, variance, 1e-3, gamma, beta, y));
            count(
                    "batchNormGradient",
                    shape,
                    6 * n, // x and dy for the sums; x, dy and dx again, dx written
                    b -> b.batchNormGradient(rows, cols, x, mean, variance, 1e-3, gamma, y, dx, dgamma, dbeta));
        }
    }

    private void pooling(Window w) {
        String shape =
                images
                        + " × "
                        + w.height()
                        + " × "
                        + w.width()
                        + " × "
                        + w.channels()
                        + ", "
                        + w.kernelHeight()
                        + " × "
                        + w.kernelWidth();
        double in = (double) images * w.inputSize();
        double out = (double) images * w.outputPixels() * w.channels();
        try (Scope _ = k.openScope("operands")) {
            Buffer x = varied((int) in);
            Target dx = Target.add(zeros((int) in));
            Buffer y = zeros((int) out);
            Buffer dy = zeros((int) out);
            k.maxPool(w, images, x, y);
            count("maxPool", shape, in + out, b -> b.maxPool(w, images, x, y));
            count("maxPoolGradient", shape, 3 * in + 2 * out, b -> b.maxPoolGradient(w, images, x, y, dy, dx));
            count("averagePool", shape, in + out, b -> b.averagePool(w, images, x, y));
            count("averagePoolGradient", shape, 2 * in + out, b -> b.averagePoolGradient(w, images, dy, dx));
        }
    }

    private void losses(int rows, int classes) {
        softmax(rows, classes);
        String shape = rows + " × " + classes;
        double n = (double) rows * classes;
        try (Scope _ = k.openScope("operands")) {
            Buffer z = zeros(rows * classes);
            Buffer t = zeros(rows * classes);
            Target dz = Target.add(zeros(rows * classes));
            Buffer one = zeros(1);
            count("softmaxCrossEntropy", shape, 2 * n, b -> b.softmaxCrossEntropy(rows, classes, z, t, one));
            count(
                    "softmaxCrossEntropyGradient",
                    shape,
                    4 * n,
                    b -> b.softmaxCrossEntropyGradient(rows, classes, z, t, one, dz));
            count("matches", shape, 2 * n, b -> b.matches(rows, classes, z, t, one));
        }
    }

    private void softmax(int rows, int cols) {
        String shape = rows + " × " + cols;
        double n = (double) rows * cols;
        try (Scope _ = k.openScope("operands")) {
            Buffer y = zeros(rows * cols);
            Buffer dy = zeros(rows * cols);
            Buffer dx = zeros(rows * cols);
            count("softmax", shape, 2 * n, b -> b.softmax(rows, cols, y, dx));
            count("softmaxGradient", shape, 4 * n, b -> b.softmaxGradient(rows, cols, y, dy, Target.add(dx)));
        }
    }

    private void differences(int n) {
        String shape = String.valueOf(n);
        try (Scope _ = k.openScope("operands")) {
            Buffer x = zeros(n);
            Buffer t = zeros(n);
            Target dx = Target.add(zeros(n));
            Buffer one = zeros(1);
            count("squaredError", shape, 2.0 * n, b -> b.squaredError(1, x, t, one));
            count("squaredErrorGradient", shape, 4.0 * n, b -> b.squaredErrorGradient(1, x, t, one, dx));
            count("binaryCrossEntropy", shape, 2.0 * n, b -> b.binaryCrossEntropy(x, t, one));
            count("binaryCrossEntropyGradient", shape, 4.0 * n, b -> b.binaryCrossEntropyGradient(x, t, one, dx));
        }
    }

    private void updates(int n) {
        String shape = String.valueOf(n);
        try (Scope _ = k.openScope("operands")) {
            Buffer w = zeros(n);
            Buffer g = zeros(n);
            Buffer m = zeros(n);
            Buffer s = zeros(n);
            count("sgd", shape, 3.0 * n, b -> b.sgd(w, g, null, 0.1, 0, false, 0));
            count("sgd momentum", shape, 5.0 * n, b -> b.sgd(w, g, m, 0.1, 0.9, false, 0));
            count("sgd nesterov", shape, 5.0 * n, b -> b.sgd(w, g, m, 0.1, 0.9, true, 0));
            count("adam", shape, 7.0 * n, b -> b.adam(w, g, m, s, 1, 0.1, 0.9, 0.999, 1e-8, 0));
        }
    }

    private void convolution(Window w, int filters) {
        String shape = images + " × " + w.height() + " × " + w.width() + " × " + w.channels() + " → " + filters;
        int in = images * w.inputSize();
        int out = images * w.outputPixels() * filters;
        int weights = w.patchSize() * filters;
        try (Scope _ = k.openScope("operands")) {
            Buffer x = zeros(in);
            Buffer y = zeros(out);
            Buffer weight = zeros(weights);
            Buffer columns = zeros(images * w.outputPixels() * w.patchSize());
            double all = (double) in + out + weights;
            String odd =
                    w.channels() % 8 == 0 ? "" : ", and pixels of " + w.channels() + " values begin within a sector";
            counter.because("every tile reads its patches and all of its weights again" + odd);
            count("convolution", shape, all, b -> b.convolution(w, images, filters, x, weight, null, y));
            count(
                    "convolutionInputGradient",
                    shape,
                    all + in,
                    b -> b.convolutionInputGradient(w, images, filters, y, weight, Target.add(x)));
            counter.because("blocks that share a sum over pixels leave partial sums to a second kernel" + odd);
            count(
                    "convolutionWeightGradient",
                    shape,
                    all + weights,
                    b -> b.convolutionWeightGradient(w, images, filters, x, y, Target.add(weight)));
            counter.because("a pixel is part of up to nine patches" + odd);
            count("im2col", shape, (double) in + columns.length(), b -> b.im2col(w, images, x, columns));
            count(
                    "im2colGradient",
                    shape,
                    2.0 * in + (double) images * tapsInside(w) * w.channels(),
                    b -> b.im2colGradient(w, images, columns, Target.add(x)));
        }
    }

    /** Taps of all windows that fall into the image: what the padding holds is never read back. */
    private static long tapsInside(Window w) {
        return inside(w.outHeight(), w.strideHeight(), w.padTop(), w.kernelHeight(), w.height())
                * inside(w.outWidth(), w.strideWidth(), w.padLeft(), w.kernelWidth(), w.width());
    }

    private static long inside(int windows, int stride, int pad, int kernel, int side) {
        long taps = 0;
        for (int i = 0; i < windows; i++) {
            int from = i * stride - pad;
            taps += Math.min(from + kernel, side) - Math.max(from, 0);
        }
        return taps;
    }

    /** By our own kernels in both tiles; cuBLAS is not counted. */
    private void products(int m, int n, int depth) {
        String shape = m + " × " + n + " × " + depth;
        double floats = (double) m * depth + (double) depth * n + (double) m * n;
        try (Scope _ = k.openScope("operands")) {
            Buffer a = zeros(m * depth);
            Buffer b = zeros(depth * n);
            Buffer c = zeros(m * n);
            for (int way = 0; way < 8; way++) {
                boolean large = (way & 4) != 0;
                boolean left = (way & 1) != 0;
                boolean right = (way & 2) != 0;
                String name = "gemm " + (left ? "Aᵀ" : "A") + "·" + (right ? "Bᵀ" : "B") + (large ? ", 128²" : ", 32²");
                count(name, shape, floats, k -> k.sgemm(large, left, right, m, n, depth, a, b, null, false, c));
            }
        }
    }
}
