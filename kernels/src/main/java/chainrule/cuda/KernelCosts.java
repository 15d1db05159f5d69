package chainrule.cuda;

import chainrule.backend.Buffer;
import chainrule.backend.Elementwise;
import chainrule.backend.KernelCost;
import chainrule.backend.Scope;
import chainrule.backend.Window;
import chainrule.cuda.emulator.Counters;
import chainrule.cuda.emulator.EmulatedDevice;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * Counts what the kernels move, on the shapes of the CIFAR net: 32 × 32 images of 3 channels, convolutions of 32, 64 and
 * 128 filters, each pair of them followed by a pool. The batch is small; counts grow with it in proportion.
 */
final class KernelCosts {
    private static final int CLASSES = 10;

    private final EmulatedDevice device;
    private final CudaBackend k;
    private final int images;
    private final List<KernelCost> costs = new ArrayList<>();

    /** @param k a backend on the device, which counts */
    private KernelCosts(EmulatedDevice device, CudaBackend k, int images) {
        this.device = device;
        this.k = k;
        this.images = images;
    }

    /** @param images in the batch; the more, the longer it takes */
    static List<KernelCost> count(EmulatedDevice device, CudaBackend k, int images) {
        KernelCosts all = new KernelCosts(device, k, images);
        int pixels = images * 32 * 32;
        all.elementwise(pixels * 32);
        all.columns(pixels, 32);
        all.columns(images * 8 * 8, 128);
        all.pooling(Window.valid(32, 32, 32, 2, 2, 2, 2));
        all.losses();
        all.updates(3 * 3 * 64 * 64);
        all.convolution(Window.same(32, 32, 3, 3, 3, 1, 1), 32);
        all.convolution(Window.same(8, 8, 64, 3, 3, 1, 1), 128);
        all.products(128, 512, 128);
        return all.costs;
    }

    /** Runs a primitive and notes what its kernels did, copies between its operands left out. */
    private void count(String primitive, String shape, double neededFloats, Consumer<CudaBackend> work) {
        try (Scope _ = k.openScope(primitive)) {
            work.accept(k); // the first time scratch memory is allocated
            k.synchronize();
            device.resetCounters();
            work.accept(k);
            k.synchronize();
            List<Counters.Kernel> kernels = device.counters().kernels();
            long moved = 0;
            long conflicts = 0;
            long barriers = 0;
            long branches = 0;
            long divergent = 0;
            double transactions = 0;
            double ideal = 0;
            for (Counters.Kernel kernel : kernels) {
                moved += kernel.bytesRead() + kernel.bytesWritten();
                conflicts += kernel.bankConflicts();
                barriers += kernel.barriers();
                branches += kernel.branches();
                divergent += kernel.divergentBranches();
                for (Counters.Line line : kernel.lines()) {
                    if (line.space() == Counters.Space.GLOBAL) {
                        transactions += line.transactions();
                        ideal += line.ideal();
                    }
                }
            }
            costs.add(
                    new KernelCost(
                            primitive,
                            shape,
                            kernels.stream().map(Counters.Kernel::name).toList(),
                            (long) (4 * neededFloats),
                            moved,
                            ideal == 0 ? 1 : transactions / ideal,
                            conflicts,
                            barriers,
                            branches == 0 ? 0 : (double) divergent / branches));
        }
    }

    private Buffer zeros(int length) {
        return k.zeros(length, "operand");
    }

    private void elementwise(int n) {
        String shape = String.valueOf(n);
        try (Scope _ = k.openScope("operands")) {
            Buffer x = zeros(n);
            Buffer y = zeros(n);
            Buffer z = zeros(n);
            count("map relu", shape, 2.0 * n, b -> b.map(Elementwise.RELU, 0, x, y));
            count("map tanh", shape, 2.0 * n, b -> b.map(Elementwise.TANH, 0, x, y));
            count("mapGradient relu", shape, 4.0 * n, b -> b.mapGradient(Elementwise.RELU, 0, x, y, y, z));
            count("mapGradient tanh", shape, 4.0 * n, b -> b.mapGradient(Elementwise.TANH, 0, x, y, x, z));
            count("add", shape, 3.0 * n, b -> b.add(x, y, z));
            count("axpy", shape, 3.0 * n, b -> b.axpy(0.5, x, y));
            count("multiply", shape, 3.0 * n, b -> b.multiply(x, y, false, z));
            count("scale", shape, 2.0 * n, b -> b.scale(0.5, x));
            count("clamp", shape, 2.0 * n, b -> b.clamp(0.5, x));
            count("dropoutMask", shape, n, b -> b.dropoutMask(7, 0.3, x));
            count("statistics", shape, n, b -> b.statistics(x));
            count("squaredError", shape, 2.0 * n, b -> b.squaredError(1, x, y, zeros(1)));
            count("squaredErrorGradient", shape, 4.0 * n, b -> b.squaredErrorGradient(1, x, y, zeros(1), z));
            count("binaryCrossEntropy", shape, 2.0 * n, b -> b.binaryCrossEntropy(x, y, zeros(1)));
            count("binaryCrossEntropyGradient", shape, 4.0 * n, b -> b.binaryCrossEntropyGradient(x, y, zeros(1), z));
        }
    }

    private void columns(int rows, int cols) {
        String shape = rows + " × " + cols;
        double n = (double) rows * cols;
        try (Scope _ = k.openScope("operands")) {
            Buffer x = zeros(rows * cols);
            Buffer y = zeros(rows * cols);
            Buffer dx = zeros(rows * cols);
            Buffer a = zeros(cols);
            Buffer b = zeros(cols);
            Buffer c = zeros(cols);
            Buffer d = zeros(cols);
            count("addRow", shape, 2 * n, k -> k.addRow(rows, cols, x, a, y));
            count("addRowGradient", shape, n, k -> k.addRowGradient(rows, cols, x, a));
            count("moments", shape, n, k -> k.moments(rows, cols, x, a, b));
            count("normalize", shape, 2 * n, k -> k.normalize(rows, cols, x, a, b, 1e-3, c, d, y));
            count(
                    "batchNormGradient",
                    shape,
                    6 * n, // x and dy for the sums; x, dy and dx again, dx written
                    k -> k.batchNormGradient(rows, cols, x, a, b, 1e-3, c, y, dx, c, d));
        }
    }

    private void pooling(Window w) {
        String shape = images + " × 32 × 32 × " + w.channels() + ", 2 × 2";
        double in = (double) images * w.inputSize();
        double out = in / 4;
        try (Scope _ = k.openScope("operands")) {
            Buffer x = zeros((int) in);
            Buffer dx = zeros((int) in);
            Buffer y = zeros((int) out);
            Buffer dy = zeros((int) out);
            count("maxPool", shape, in + out, k -> k.maxPool(w, images, x, y));
            count("maxPoolGradient", shape, 3 * in + 2 * out, k -> k.maxPoolGradient(w, images, x, y, dy, dx));
            count("averagePool", shape, in + out, k -> k.averagePool(w, images, x, y));
            count("averagePoolGradient", shape, 2 * in + out, k -> k.averagePoolGradient(w, images, dy, dx));
        }
    }

    private void losses() {
        int rows = 128;
        String shape = rows + " × " + CLASSES;
        double n = rows * CLASSES;
        try (Scope _ = k.openScope("operands")) {
            Buffer z = zeros(rows * CLASSES);
            Buffer t = zeros(rows * CLASSES);
            Buffer dz = zeros(rows * CLASSES);
            count("softmax", shape, 2 * n, k -> k.softmax(rows, CLASSES, z, dz));
            count("softmaxGradient", shape, 4 * n, k -> k.softmaxGradient(rows, CLASSES, z, t, dz));
            count("softmaxCrossEntropy", shape, 2 * n, k -> k.softmaxCrossEntropy(rows, CLASSES, z, t, zeros(1)));
            count(
                    "softmaxCrossEntropyGradient",
                    shape,
                    4 * n,
                    k -> k.softmaxCrossEntropyGradient(rows, CLASSES, z, t, zeros(1), dz));
            count("matches", shape, 2 * n, k -> k.matches(rows, CLASSES, z, t, zeros(1)));
            count("addRowGradient", shape, n, k -> k.addRowGradient(rows, CLASSES, z, zeros(CLASSES)));
        }
    }

    private void updates(int n) {
        String shape = String.valueOf(n);
        try (Scope _ = k.openScope("operands")) {
            Buffer w = zeros(n);
            Buffer g = zeros(n);
            Buffer m = zeros(n);
            Buffer s = zeros(n);
            count("sgd", shape, 3.0 * n, k -> k.sgd(w, g, null, 0.1, 0, false, 0));
            count("sgd momentum", shape, 5.0 * n, k -> k.sgd(w, g, m, 0.1, 0.9, false, 0));
            count("adam", shape, 7.0 * n, k -> k.adam(w, g, m, s, 1, 0.1, 0.9, 0.999, 1e-8, 0));
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
            double all = (double) in + out + weights;
            count("convolution", shape, all, k -> k.convolution(w, images, filters, x, weight, null, y));
            count(
                    "convolutionInputGradient",
                    shape,
                    all + in,
                    k -> k.convolutionInputGradient(w, images, filters, y, weight, x));
            count(
                    "convolutionWeightGradient",
                    shape,
                    all + weights,
                    k -> k.convolutionWeightGradient(w, images, filters, x, y, weight));
        }
    }

    /** By our own kernels in both tiles: what cuBLAS does is its own affair. */
    private void products(int m, int n, int depth) {
        String shape = m + " × " + n + " × " + depth;
        double floats = (double) m * depth + (double) depth * n + (double) m * n;
        try (Scope _ = k.openScope("operands")) {
            Buffer a = zeros(m * depth);
            Buffer b = zeros(depth * n);
            Buffer c = zeros(m * n);
            for (boolean large : new boolean[] {false, true}) {
                count("gemm", shape, floats, k -> k.sgemm(large, false, false, m, n, depth, a, b, null, false, c));
                count("gemm Aᵀ", shape, floats, k -> k.sgemm(large, true, false, m, n, depth, a, b, null, false, c));
                count("gemm Bᵀ", shape, floats, k -> k.sgemm(large, false, true, m, n, depth, a, b, null, false, c));
            }
        }
    }
}
