package chainrule.cuda;

import chainrule.cuda.CudaBinding.Product;
import chainrule.cuda.emulator.EmulatedDevice;

import jcuda.Pointer;
import jcuda.driver.CUdeviceptr;
import jcuda.driver.CUstream;
import jcuda.jcublas.JCublas2;
import jcuda.jcublas.cublasHandle;
import jcuda.jcublas.cublasOperation;
import jcuda.jcublas.cublasStatus;
import jcuda.runtime.cudaStream_t;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * Matrix products by cuBLAS.
 *
 * <p>cuBLAS takes matrices column by column. A row-major C is a column-major Cᵀ, and Cᵀ = op(B)ᵀ·op(A)ᵀ; the row-major B
 * is a column-major Bᵀ already. So the operands are exchanged, their flags stay, and nothing is copied.
 */
final class CublasProducts implements AutoCloseable {
    private static final Pointer ZERO = scalar(0);
    private static final Pointer ONE = scalar(1);

    private final cublasHandle handle;
    private final String source;
    private CUstream stream;

    private CublasProducts(cublasHandle handle, String source) {
        this.handle = handle;
        this.source = source;
    }

    /** Products by cuBLAS if its library loads; otherwise {@link #source} explains why not. */
    static CublasProducts open() {
        try {
            JCublas2.setExceptionsEnabled(false);
            cublasHandle handle = new cublasHandle();
            int result = JCublas2.cublasCreate(handle);
            if (result != cublasStatus.CUBLAS_STATUS_SUCCESS) {
                return none("cuBLAS did not start: " + cublasStatus.stringFor(result));
            }
            if (EmulatedDevice.isLoaded()) {
                return new CublasProducts(handle, "emulated cuBLAS");
            }
            int[] version = {0};
            JCublas2.cublasGetVersion(handle, version);
            int v = version[0];
            return new CublasProducts(handle, "cuBLAS " + v / 10000 + "." + v % 10000 / 100 + "." + v % 100);
        } catch (LinkageError _) {
            return none("no libcublas.so.12");
        }
    }

    static CublasProducts none(String reason) {
        return new CublasProducts(null, reason);
    }

    boolean present() {
        return handle != null;
    }

    String source() {
        return source;
    }

    void gemm(Product p, CUdeviceptr a, CUdeviceptr b, CUdeviceptr c, CUstream on) {
        if (stream != on) {
            check("cublasSetStream", JCublas2.cublasSetStream(handle, new cudaStream_t(on)));
            stream = on;
        }
        int result =
                JCublas2.cublasSgemm(
                        handle,
                        operation(p.transposeB()),
                        operation(p.transposeA()),
                        p.n(),
                        p.m(),
                        p.k(),
                        ONE,
                        b,
                        p.transposeB() ? p.k() : p.n(),
                        a,
                        p.transposeA() ? p.m() : p.k(),
                        p.accumulate() ? ONE : ZERO,
                        c,
                        p.n());
        check("cublasSgemm", result);
    }

    private static int operation(boolean transpose) {
        return transpose ? cublasOperation.CUBLAS_OP_T : cublasOperation.CUBLAS_OP_N;
    }

    private static Pointer scalar(float value) {
        return Pointer.to(ByteBuffer.allocateDirect(4).order(ByteOrder.nativeOrder()).putFloat(value).rewind());
    }

    private static void check(String doing, int result) {
        if (result != cublasStatus.CUBLAS_STATUS_SUCCESS) {
            throw new CudaException(doing, result, cublasStatus.stringFor(result) + " (" + result + ")");
        }
    }

    @Override
    public void close() {
        if (handle != null) {
            JCublas2.cublasDestroy(handle);
        }
    }
}
