package chainrule.simd;

import static chainrule.simd.Lanes.ROWS;
import static chainrule.simd.Lanes.WIDE;

import chainrule.backend.Matrix;
import chainrule.backend.ejml.ThreadPool;

/**
 * C = op(A)·op(B): chooses between the packed and the small product and shares the result between threads, by rows or
 * by columns, whichever there are more of. Each element of C is summed by one thread, and both products sum it in the
 * same order.
 */
final class Gemm {
    /**
     * Largest k·n for which B is used without packing: 128 KB, which stays in the second-level cache while every row of
     * A is multiplied by it.
     */
    private static final int SMALL = 32 * 1024;

    /**
     * Multiply-adds below which one thread finishes before two have synchronized: some 6 µs at 60 per nanosecond. A
     * product of 2 µs alone is as fast on two threads as on one, but leaves half of its result in the other thread's
     * cache.
     */
    private static final long CONCURRENT_WORK = 400_000;

    private Gemm() {}

    /** The operands of one product; {@code bias} may be null, and is not used when accumulating. */
    record Operands(
            boolean transposeA,
            boolean transposeB,
            int m,
            int n,
            int k,
            float[] a,
            float[] b,
            float[] bias,
            boolean accumulate,
            float[] c) {

        /** The operands of a primitive; the bias may be null. */
        static Operands of(Matrix a, Matrix b, Matrix bias, Matrix c) {
            return new Operands(
                    a.transposed(),
                    b.transposed(),
                    a.rows(),
                    b.cols(),
                    a.cols(),
                    a.floats(),
                    b.floats(),
                    bias == null ? null : bias.floats(),
                    c.accumulate(),
                    c.floats());
        }

        /** The distance between the stored rows of A. */
        int lda() {
            return transposeA ? m : k;
        }

        /** The distance between the stored rows of B. */
        int ldb() {
            return transposeB ? k : n;
        }
    }

    static void multiply(Operands o, ThreadPool threads) {
        boolean small = (long) o.k * o.n <= SMALL || (o.m <= 4 * ROWS && !o.transposeB);
        boolean byRows = o.m > o.n;
        int unit = byRows ? ROWS : WIDE;
        int units = Math.ceilDiv(byRows ? o.m : o.n, unit);
        int pieces = (long) o.m * o.n * o.k < CONCURRENT_WORK ? 1 : Math.min(units, threads.threads());
        if (pieces == 1) {
            piece(o, small, 0, o.m, 0, o.n);
            return;
        }
        threads.parallelFor(
                pieces,
                1,
                (from, to) -> {
                    int first = (int) ((long) units * from / pieces) * unit;
                    int last = (int) ((long) units * to / pieces) * unit;
                    if (byRows) {
                        piece(o, small, first, Math.min(last, o.m), 0, o.n);
                    } else {
                        piece(o, small, 0, o.m, first, Math.min(last, o.n));
                    }
                });
    }

    private static void piece(Operands o, boolean small, int i0, int i1, int j0, int j1) {
        if (small) {
            SmallGemm.multiply(o, i0, i1, j0, j1);
        } else {
            PackedGemm.multiply(o, i0, i1, j0, j1);
        }
    }
}
