package chainrule.backend.cpu;

import chainrule.backend.Buffer;

import org.ejml.concurrency.EjmlConcurrency;
import org.ejml.data.FMatrixRMaj;
import org.ejml.dense.row.CommonOps_FDRM;
import org.ejml.dense.row.CommonOps_MT_FDRM;

/**
 * The portable CPU backend: float32, matrix products by EJML. It needs no JVM flag and no native code.
 *
 * <p>EJML's threaded product splits the rows of the result, so an element is summed by one thread in one order and the
 * bits do not depend on the number of threads.
 *
 * @see <a href="https://ejml.org">Efficient Java Matrix Library</a>
 */
public final class EjmlBackend extends Float32Backend {
    /** Multiply-adds below which handing rows to a second thread costs more than it saves. */
    private static final long CONCURRENT_WORK = 200_000;

    /** @param threads how many threads share a loop or a product */
    public EjmlBackend(int threads) {
        super(threads);
        EjmlConcurrency.setMaxThreads(threads);
    }

    @Override
    public String name() {
        return "ejml";
    }

    @Override
    public String description() {
        return "float32, EJML products, " + workers().threads() + (workers().threads() == 1 ? " thread" : " threads");
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
        FMatrixRMaj av = FMatrixRMaj.wrap(transposeA ? k : m, transposeA ? m : k, f32(a));
        FMatrixRMaj bv = FMatrixRMaj.wrap(transposeB ? n : k, transposeB ? k : n, f32(b));
        FMatrixRMaj cv = FMatrixRMaj.wrap(m, n, f32(c));
        // The choice must not depend on the number of threads, or so might the bits.
        if ((long) m * n * k >= CONCURRENT_WORK) {
            concurrent(transposeA, transposeB, av, bv, accumulate, cv);
        } else {
            sequential(transposeA, transposeB, av, bv, accumulate, cv);
        }
    }

    private static void sequential(
            boolean transposeA, boolean transposeB, FMatrixRMaj a, FMatrixRMaj b, boolean accumulate, FMatrixRMaj c) {
        if (transposeA && transposeB) {
            if (accumulate) CommonOps_FDRM.multAddTransAB(a, b, c);
            else CommonOps_FDRM.multTransAB(a, b, c);
        } else if (transposeA) {
            if (accumulate) CommonOps_FDRM.multAddTransA(a, b, c);
            else CommonOps_FDRM.multTransA(a, b, c);
        } else if (transposeB) {
            if (accumulate) CommonOps_FDRM.multAddTransB(a, b, c);
            else CommonOps_FDRM.multTransB(a, b, c);
        } else {
            if (accumulate) CommonOps_FDRM.multAdd(a, b, c);
            else CommonOps_FDRM.mult(a, b, c);
        }
    }

    private static void concurrent(
            boolean transposeA, boolean transposeB, FMatrixRMaj a, FMatrixRMaj b, boolean accumulate, FMatrixRMaj c) {
        if (transposeA && transposeB) {
            if (accumulate) CommonOps_MT_FDRM.multAddTransAB(a, b, c);
            else CommonOps_MT_FDRM.multTransAB(a, b, c);
        } else if (transposeA) {
            if (accumulate) CommonOps_MT_FDRM.multAddTransA(a, b, c);
            else CommonOps_MT_FDRM.multTransA(a, b, c);
        } else if (transposeB) {
            if (accumulate) CommonOps_MT_FDRM.multAddTransB(a, b, c);
            else CommonOps_MT_FDRM.multTransB(a, b, c);
        } else {
            if (accumulate) CommonOps_MT_FDRM.multAdd(a, b, c);
            else CommonOps_MT_FDRM.mult(a, b, c);
        }
    }
}
