package chainrule.simd;

import static chainrule.simd.Lanes.LANES;
import static chainrule.simd.Lanes.PADDING;

import chainrule.backend.Buffer;
import chainrule.backend.Statistics;
import chainrule.backend.cpu.Float32Backend;

import java.util.Arrays;

/** The fast CPU backend: float32 on the JDK's Vector API, in pure Java. */
public final class SimdBackend extends Float32Backend
        implements SimdElementwise, SimdRows, SimdNormalization, SimdConvolution, SimdPooling, SimdLosses {

    /** Numbers worth a hand-over to another thread: 256 KB, some ten microseconds. */
    private static final int COPY_GRAIN = 65_536;

    /** @param threads how many threads share a loop or a product */
    public SimdBackend(int threads) {
        super(threads, PADDING);
    }

    @Override
    public String name() {
        return "simd";
    }

    @Override
    public String description() {
        int threads = workers().threads();
        return "float32, Vector API "
                + LANES * Float.SIZE
                + " bit, "
                + threads
                + (threads == 1 ? " thread" : " threads");
    }

    @Override
    public boolean inPlaceGradients() {
        return true;
    }

    /** Shared between threads where it is long: one alone does not reach the memory's bandwidth. */
    @Override
    public void fill(Buffer x, double value) {
        float[] data = f32(x);
        workers().loop(x.length(), COPY_GRAIN, (from, to) -> Arrays.fill(data, from, to, (float) value));
    }

    @Override
    public void copy(Buffer from, Buffer to) {
        float[] source = f32(from);
        float[] target = f32(to);
        workers().loop(from.length(), COPY_GRAIN, (i, j) -> System.arraycopy(source, i, target, i, j - i));
    }

    @Override
    public void gemm(
            boolean transposeA,
            boolean transposeB,
            int m,
            int n,
            int k,
            Buffer a,
            Buffer b,
            boolean accumulate,
            Buffer c) {
        Gemm.multiply(
                new Gemm.Operands(transposeA, transposeB, m, n, k, f32(a), f32(b), null, accumulate, f32(c)),
                workers());
    }

    @Override
    public void affine(int rows, int in, int out, Buffer x, Buffer w, Buffer bias, Buffer y) {
        float[] start = bias == null ? null : f32(bias);
        Gemm.multiply(new Gemm.Operands(false, false, rows, out, in, f32(x), f32(w), start, false, f32(y)), workers());
    }

    @Override
    public Statistics statistics(Buffer x) {
        return SummaryKernel.of(workers(), f32(x), x.length());
    }
}
