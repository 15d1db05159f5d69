package chainrule.bench;

import chainrule.backend.Backend;
import chainrule.backend.Buffer;
import chainrule.backend.Window;
import chainrule.simd.SimdBackend;

import jdk.incubator.vector.FloatVector;

import java.lang.management.ManagementFactory;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.function.Consumer;

/**
 * How fast the kernels of the simd backend are, beside the machine's multiply-add peak measured in the same run. Every
 * kernel runs until it is warm, then in turn with the peak loop; the best of each is printed, because other programs may
 * share the machine.
 *
 * <p>Arguments: the number of threads, then the beginnings of the names of the kernels to run (none: all).
 */
public final class KernelSpeed {
    private static final float[] SINK = new float[64];

    private final SimdBackend backend;
    private final List<String> wanted;
    private final Random random = new Random(1);

    private KernelSpeed(int threads, List<String> wanted) {
        this.backend = new SimdBackend(threads);
        this.wanted = wanted;
    }

    public static void main(String[] args) {
        int threads = args.length == 0 ? 1 : Integer.parseInt(args[0]);
        List<String> wanted = args.length < 2 ? List.of("") : Arrays.asList(args).subList(1, args.length);
        KernelSpeed speed = new KernelSpeed(threads, wanted);
        System.out.println(speed.backend.description());
        speed.products();
        speed.convolutions();
        speed.elementwise();
    }

    private void products() {
        for (int[] s :
                new int[][] {
                    {128, 32, 32},
                    {64, 32, 32},
                    {128, 784, 32},
                    {128, 32, 10},
                    {256, 1024, 1024},
                    {1024, 1024, 1024},
                    {128, 2048, 128}
                }) {
            int m = s[0];
            int k = s[1];
            int n = s[2];
            Buffer x = random(m * k);
            Buffer w = random(k * n);
            Buffer y = random(m * n);
            double flop = 2.0 * m * n * k;
            String shape = m + "×" + k + "×" + n;
            measure("gemm NN " + shape, flop, b -> b.gemm(false, false, m, n, k, x, w, false, y));
            measure("gemm NT " + shape, flop, b -> b.gemm(false, true, m, k, n, y, w, true, x));
            measure("gemm TN " + shape, flop, b -> b.gemm(true, false, k, n, m, x, y, true, w));
        }
    }

    private void convolutions() {
        for (int[] s :
                new int[][] {
                    {3, 32, 32},
                    {32, 32, 32},
                    {32, 64, 16},
                    {64, 64, 16},
                    {64, 128, 8},
                    {128, 128, 8},
                    {1, 32, 28},
                    {32, 64, 14},
                    {64, 64, 7}
                }) {
            int images = 128;
            Window w = Window.same(s[2], s[2], s[0], 3, 3, 1, 1);
            Buffer x = random(images * w.inputSize());
            Buffer weight = random(w.patchSize() * s[1]);
            Buffer bias = random(s[1]);
            Buffer y = random(images * w.outputPixels() * s[1]);
            double flop = 2.0 * images * w.outputPixels() * w.patchSize() * s[1];
            String shape = s[0] + "→" + s[1] + "@" + s[2];
            measure("convolution " + shape, flop, b -> b.convolution(w, images, s[1], x, weight, bias, y));
            measure("convolution dX " + shape, flop, b -> b.convolutionInputGradient(w, images, s[1], y, weight, x));
            measure("convolution dW " + shape, flop, b -> b.convolutionWeightGradient(w, images, s[1], x, y, weight));
        }
    }

    private void elementwise() {
        for (int n : new int[] {4096, 1 << 20}) {
            Buffer x = random(n);
            Buffer y = random(n);
            Buffer dy = random(n);
            Buffer dx = random(n);
            for (var f : chainrule.backend.Elementwise.values()) {
                measureNanos("map " + f + " " + n, n, b -> b.map(f, 0.1, x, y));
                measureNanos("mapGradient " + f + " " + n, n, b -> b.mapGradient(f, 0.1, x, y, dy, dx));
            }
            measureNanos("add " + n, n, b -> b.add(x, y, dx));
            measureNanos("axpy " + n, n, b -> b.axpy(1e-3, x, y));
            measureNanos("sgd " + n, n, b -> b.sgd(x, dy, null, 1e-3, 0, false, 0));
            measureNanos("adam " + n, n, b -> b.adam(x, dy, dx, y, 10, 1e-3, .9, .999, 1e-7, 0));
            measureNanos("dropoutMask " + n, n, b -> b.dropoutMask(7, .3, y));
            measureNanos("addRowGradient " + n, n, b -> b.addRowGradient(n / 32, 32, x, y));
            measureNanos("moments " + n, n, b -> b.moments(n / 32, 32, x, y, dy));
            measureNanos("normalize " + n, n, b -> b.normalize(n / 32, 32, x, y, dy, 1e-3, y, y, dx));
            measureNanos(
                    "batchNormGradient " + n, n, b -> b.batchNormGradient(n / 32, 32, x, y, y, 9, y, dy, dx, y, y));
            measureNanos("statistics " + n, n, b -> b.statistics(x));
            Window pool = Window.valid(16, 16, 16, 2, 2, 2, 2);
            int images = n / pool.inputSize();
            measureNanos("maxPool " + n, n, b -> b.maxPool(pool, images, x, y));
            measureNanos("maxPoolGradient " + n, n, b -> b.maxPoolGradient(pool, images, x, y, dy, dx));
            measureNanos("averagePool " + n, n, b -> b.averagePool(pool, images, x, y));
            measureNanos("averagePoolGradient " + n, n, b -> b.averagePoolGradient(pool, images, dy, dx));
        }
        Buffer logits = random(1280);
        Buffer target = random(1280);
        Buffer loss = random(1);
        Buffer gradient = random(1280);
        measureNanos("softmaxCrossEntropy", 1280, b -> b.softmaxCrossEntropy(128, 10, logits, target, loss));
        measureNanos(
                "softmaxCrossEntropyGradient",
                1280,
                b -> b.softmaxCrossEntropyGradient(128, 10, logits, target, loss, gradient));
    }

    private Buffer random(int length) {
        float[] values = new float[length];
        for (int i = 0; i < length; i++) {
            values[i] = random.nextFloat() * 0.1f;
        }
        Buffer buffer = backend.allocate(length, "bench");
        backend.upload(values, 0, buffer);
        return buffer;
    }

    private void measure(String name, double flop, Consumer<Backend> work) {
        if (wanted.stream().noneMatch(name::startsWith)) {
            return;
        }
        double[] best = best(work);
        System.out.printf(
                Locale.ROOT,
                "%-32s %9.1f µs  %7.1f GFLOP/s  %5.1f %% of peak (%.0f a thread)%n",
                name,
                best[0] * 1e-3,
                flop / best[0],
                100 * flop / best[0] / (best[1] * backend.workers().threads()),
                best[1]);
    }

    private void measureNanos(String name, int elements, Consumer<Backend> work) {
        if (wanted.stream().noneMatch(name::startsWith)) {
            return;
        }
        double nanos = best(work)[0];
        System.out.printf(Locale.ROOT, "%-32s %9.2f µs  %7.3f ns an element%n", name, nanos * 1e-3, nanos / elements);
    }

    /**
     * Nanoseconds of one call, and the peak in GFLOP/s of one thread, each the best of 41 measurements in turn. With one
     * thread its own processor time is measured, which other programs on the machine disturb less.
     */
    private double[] best(Consumer<Backend> work) {
        long warm = System.nanoTime() + 1_000_000_000L;
        int calls = 0;
        long start = System.nanoTime();
        while (System.nanoTime() < warm) {
            work.accept(backend);
            calls++;
        }
        int repeats = Math.max(1, (int) (calls * 3_000_000L / (System.nanoTime() - start)));
        double[] nanos = new double[41];
        double[] peaks = new double[41];
        for (int i = 0; i < nanos.length; i++) {
            start = clock();
            for (int r = 0; r < repeats; r++) {
                work.accept(backend);
            }
            nanos[i] = (double) (clock() - start) / repeats;
            peaks[i] = peak();
        }
        Arrays.sort(nanos);
        Arrays.sort(peaks);
        return new double[] {nanos[0], peaks[40]};
    }

    private long clock() {
        return backend.workers().threads() == 1
                ? ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime()
                : System.nanoTime();
    }

    /** GFLOP/s of sixteen independent chains of multiply-adds in registers. */
    private static double peak() {
        int rounds = 1000;
        int calls = 50;
        long start = System.nanoTime();
        for (int i = 0; i < calls; i++) {
            chains(rounds);
        }
        return 32.0 * FloatVector.SPECIES_PREFERRED.length() * rounds * calls / (System.nanoTime() - start);
    }

    private static void chains(int rounds) {
        FloatVector x = FloatVector.broadcast(FloatVector.SPECIES_PREFERRED, 0.999f);
        FloatVector v0 = x;
        FloatVector v1 = x;
        FloatVector v2 = x;
        FloatVector v3 = x;
        FloatVector v4 = x;
        FloatVector v5 = x;
        FloatVector v6 = x;
        FloatVector v7 = x;
        FloatVector v8 = x;
        FloatVector v9 = x;
        FloatVector v10 = x;
        FloatVector v11 = x;
        FloatVector v12 = x;
        FloatVector v13 = x;
        FloatVector v14 = x;
        FloatVector v15 = x;
        for (int r = 0; r < rounds; r++) {
            v0 = x.fma(v0, x);
            v1 = x.fma(v1, x);
            v2 = x.fma(v2, x);
            v3 = x.fma(v3, x);
            v4 = x.fma(v4, x);
            v5 = x.fma(v5, x);
            v6 = x.fma(v6, x);
            v7 = x.fma(v7, x);
            v8 = x.fma(v8, x);
            v9 = x.fma(v9, x);
            v10 = x.fma(v10, x);
            v11 = x.fma(v11, x);
            v12 = x.fma(v12, x);
            v13 = x.fma(v13, x);
            v14 = x.fma(v14, x);
            v15 = x.fma(v15, x);
        }
        v0.add(v1)
                .add(v2.add(v3))
                .add(v4.add(v5).add(v6.add(v7)))
                .add(v8.add(v9).add(v10.add(v11)).add(v12.add(v13).add(v14.add(v15))))
                .intoArray(SINK, 0);
    }
}
