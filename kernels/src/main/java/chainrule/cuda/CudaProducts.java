package chainrule.cuda;

import chainrule.backend.Buffer;
import chainrule.cuda.CudaBinding.Grid;

/** Matrix products: cuBLAS, or sgemm.cu where there is none. */
interface CudaProducts extends CudaHost {
    /** Tiles of 128 × 128 that keep a device busy; with fewer, smaller tiles spread the work better. */
    int LARGE_TILES = 32;

    /** Whether products go to cuBLAS. */
    boolean hasCublas();

    /** C = op(A)·op(B) by cuBLAS. */
    void cublas(
            boolean transposeA,
            boolean transposeB,
            int m,
            int n,
            int k,
            Buffer a,
            Buffer b,
            boolean accumulate,
            Buffer c);

    @Override
    default void gemm(
            boolean transposeA,
            boolean transposeB,
            int m,
            int n,
            int k,
            Buffer a,
            Buffer b,
            boolean accumulate,
            Buffer c) {
        if (hasCublas()) {
            cublas(transposeA, transposeB, m, n, k, a, b, accumulate, c);
        } else {
            sgemm(isLarge(m, n), transposeA, transposeB, m, n, k, a, b, null, accumulate, c);
        }
    }

    /** One kernel with our own product, which adds the bias as it writes; with cuBLAS a second one adds it. */
    @Override
    default void affine(int rows, int in, int out, Buffer x, Buffer w, Buffer bias, Buffer y) {
        if (hasCublas()) {
            cublas(false, false, rows, out, in, x, w, false, y);
            if (bias != null) {
                addRow(rows, out, y, bias, y);
            }
        } else {
            sgemm(isLarge(rows, out), false, false, rows, out, in, x, w, bias, false, y);
        }
    }

    private static boolean isLarge(int m, int n) {
        return (long) Math.ceilDiv(m, 128) * Math.ceilDiv(n, 128) >= LARGE_TILES;
    }

    /** C = op(A)·op(B) + 1·bᵀ, or C += op(A)·op(B), by our own kernel, in tiles of 128 × 128 or of 32 × 32. */
    default void sgemm(
            boolean large,
            boolean transposeA,
            boolean transposeB,
            int m,
            int n,
            int k,
            Buffer a,
            Buffer b,
            Buffer bias,
            boolean accumulate,
            Buffer c) {
        int tile = large ? 128 : 32;
        String ops = (transposeA ? "T" : "N") + (transposeB ? "T" : "N");
        on(Kernel.valueOf("SGEMM_" + tile + "_" + ops), m, n, k)
                .i32(m)
                .i32(n)
                .i32(k)
                .buffers(a, b, bias)
                .i32(accumulate ? 1 : 0)
                .buffers(c)
                .grid(new Grid(Math.ceilDiv(m, tile), Math.ceilDiv(n, tile), 1), large ? 256 : 64, 0);
    }
}
