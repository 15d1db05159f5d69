package chainrule.cuda;

import chainrule.backend.Elementwise;
import chainrule.backend.Matrix;
import chainrule.backend.Memory.Buffer;
import chainrule.backend.Scope;
import chainrule.backend.Window;
import chainrule.backend.check.PrimitiveCase;
import chainrule.backend.check.PrimitiveCases;
import chainrule.backend.provider.KernelCost;
import chainrule.cuda.emulator.EmulatedDevice;

import java.util.List;
import java.util.function.Consumer;
import java.util.function.Predicate;

/**
 * Counts every {@link Kernel} on the shapes of the CIFAR net (32 × 32 images of 3 channels, convolutions of 32, 64 and 128
 * filters, each pair of them followed by a pool), and the rungs of the three ladders. Operands and needed bytes come from
 * {@link PrimitiveCases}. Batches of 16 images and more reach every tile of the convolutions; smaller ones take smaller
 * tiles.
 */
final class KernelCosts {
    private static final int CLASSES = 10;

    private final CudaBackend backend;
    private final int images;
    private final KernelCounter counter;

    private KernelCosts(CudaBackend backend, int images, KernelCounter counter) {
        this.backend = backend;
        this.images = images;
        this.counter = counter;
    }

    /**
     * Counts them, one primitive after the other.
     *
     * @param backend a backend on the device, which counts
     * @param images in the batch; the more, the longer it takes
     * @param wanted selects by "family, primitive" what to count
     * @param progress is called with each cost as soon as it is counted
     */
    static List<KernelCost> count(
            EmulatedDevice device,
            CudaBackend backend,
            int images,
            Predicate<String> wanted,
            Consumer<KernelCost> progress) {
        KernelCounter counter = new KernelCounter(device, backend, wanted, progress);
        new KernelCosts(backend, images, counter).countAll();
        return counter.costs();
    }

    private void countAll() {
        int pixels = images * 32 * 32;
        counter.family("elementwise");
        elementwise(pixels * 32);
        counter.family("matrices: rows and columns");
        rows(pixels, 32);
        rows(images * 8 * 8, 128);
        rows(128, CLASSES);
        counter.family("matrices: products");
        counter.because("every tile reads its rows of A and columns of B again");
        products(128, 512, 128);
        counter.family("images: pooling");
        pooling(Window.valid(32, 32, 32, 2, 2, 2, 2));
        counter.because("windows overlap: a value belongs to up to four of them");
        pooling(Window.valid(31, 31, 32, 3, 3, 2, 2));
        counter.family("images: convolution");
        convolution(Window.same(32, 32, 3, 3, 3, 1, 1), 32);
        convolution(Window.same(32, 32, 32, 3, 3, 1, 1), 32);
        convolution(Window.same(16, 16, 64, 3, 3, 1, 1), 64);
        convolution(Window.same(8, 8, 64, 3, 3, 1, 1), 128);
        counter.family("normalization");
        normalization(pixels, 32);
        normalization(images * 8 * 8, 128);
        counter.family("losses");
        losses(128, CLASSES);
        counter.because("rows of 400 bytes begin within a sector, and a warp reads its row more than once");
        losses(128, 100);
        counter.because("rows are longer than shared memory: a warp reads its row more than once");
        counter.count(matrix(8, 12_004), PrimitiveCases.softmax(8, 12_004));
        counter.count(String.valueOf(128 * CLASSES), PrimitiveCases.differences(128 * CLASSES));
        counter.family("updates");
        counter.count(String.valueOf(3 * 3 * 64 * 64), PrimitiveCases.updates(3 * 3 * 64 * 64));
        counter.family("random");
        counter.count(String.valueOf(pixels * 32), PrimitiveCases.random(pixels * 32));
        counter.family("transfers");
        statistics(pixels * 32);
        new Ladders(backend, counter).count(Math.max(128, 16 * images));
    }

    private static String matrix(int rows, int cols) {
        return rows + " × " + cols;
    }

    private String images(Window w) {
        return images + " × " + w.height() + " × " + w.width() + " × " + w.channels();
    }

    private void elementwise(int n) {
        for (PrimitiveCase c : PrimitiveCases.elementwise(n)) {
            if (hasItsOwnKernel(c)) {
                counter.count(String.valueOf(n), c, true);
            }
            if (c.primitive().equals("multiply")) {
                counter.count(String.valueOf(n), c, false); // another kernel
            }
        }
    }

    /** False for a case that only fills or copies, or whose kernel is that of axpy or of scale in place. */
    private static boolean hasItsOwnKernel(PrimitiveCase c) {
        return switch (c.primitive()) {
            case "fill", "copy" -> false;
            case "scale" -> c.operands().size() == 1;
            default -> !c.variant().equals(Elementwise.IDENTITY.label());
        };
    }

    private void rows(int rows, int cols) {
        counter.count(matrix(rows, cols), PrimitiveCases.rows(rows, cols));
    }

    private void normalization(int rows, int cols) {
        counter.count(matrix(rows, cols), PrimitiveCases.normalization(rows, cols));
    }

    private void losses(int rows, int cols) {
        counter.count(matrix(rows, cols), PrimitiveCases.losses(rows, cols));
    }

    private void pooling(Window w) {
        String shape = images(w) + ", " + w.kernelHeight() + " × " + w.kernelWidth();
        counter.count(shape, PrimitiveCases.pooling(w, images));
    }

    private void convolution(Window w, int filters) {
        String odd = w.channels() % 8 == 0 ? "" : ", and pixels of " + w.channels() + " values begin within a sector";
        for (PrimitiveCase c : PrimitiveCases.convolution(w, images, filters)) {
            String reason =
                    switch (c.primitive()) {
                        case "im2col", "im2colGradient" -> "a pixel is part of up to nine patches";
                        case "convolutionWeightGradient" ->
                                "blocks that share a sum over pixels leave partial sums to a second kernel";
                        case "convolution" ->
                                "every tile reads its patches and all of its weights again, and the biases for each"
                                        + " pixel";
                        default -> "every tile reads its patches and all of its weights again";
                    };
            counter.because(reason + odd);
            counter.count(images(w) + " → " + filters, c, true);
        }
    }

    /** By sgemm.cu in both tiles; cuBLAS is not counted. */
    private void products(int m, int n, int k) {
        try (Scope _ = backend.openScope("operands")) {
            Buffer left = backend.zeros(m * k, "A");
            Buffer right = backend.zeros(k * n, "B");
            Matrix c = Matrix.of(backend.zeros(m * n, "C"), m, n);
            for (int way = 0; way < 8; way++) {
                boolean large = (way & 4) != 0;
                Matrix a = (way & 1) == 0 ? Matrix.of(left, m, k) : Matrix.of(left, k, m).T();
                Matrix b = (way & 2) == 0 ? Matrix.of(right, k, n) : Matrix.of(right, n, k).T();
                String name = "matmul " + name("A", a) + "·" + name("B", b) + (large ? ", 128²" : ", 32²");
                counter.count(
                        name,
                        m + " × " + n + " × " + k,
                        a.elements() + b.elements() + c.elements(),
                        () -> backend.matrices().sgemm(large, a, b, null, c));
            }
        }
    }

    private static String name(String letter, Matrix matrix) {
        return matrix.transposed() ? letter + "ᵀ" : letter;
    }

    /** It downloads its result, so it is not among the cases. */
    private void statistics(int n) {
        try (Scope _ = backend.openScope("operands")) {
            Buffer x = backend.zeros(n, "x");
            counter.count("statistics", String.valueOf(n), n, () -> backend.statistics(x));
        }
    }
}
