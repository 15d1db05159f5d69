package chainrule.cuda.emulator;

import static jcuda.jcublas.cublasOperation.CUBLAS_OP_N;
import static jcuda.jcublas.cublasOperation.CUBLAS_OP_T;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import jcuda.Pointer;
import jcuda.driver.CUdeviceptr;
import jcuda.driver.CUresult;
import jcuda.driver.JCudaDriver;
import jcuda.jcublas.JCublas2;
import jcuda.jcublas.cublasHandle;
import jcuda.jcublas.cublasPointerMode;
import jcuda.jcublas.cublasStatus;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.util.Random;

/** The emulated cuBLAS: its products, and the checks of its arguments. */
class BlasTest {
    /** Row-major C = A·B is column-major Cᵀ = Bᵀ·Aᵀ: no transpose is made. */
    @ParameterizedTest
    @CsvSource({"false, false", "false, true", "true, false", "true, true"})
    void multipliesWithAllTranspositions(boolean transposeA, boolean transposeB) {
        int m = 13;
        int n = 70;
        int k = 21;
        float[] a = random(m * k, 1);
        float[] b = random(k * n, 2);
        float[] c = random(m * n, 3);
        try (TestDevice device = new TestDevice(Kernels.SOUND, Settings.standard())) {
            cublasHandle handle = handle();
            CUdeviceptr dc = device.upload(c);
            int result =
                    JCublas2.cublasSgemm(
                            handle,
                            transposeB ? CUBLAS_OP_T : CUBLAS_OP_N,
                            transposeA ? CUBLAS_OP_T : CUBLAS_OP_N,
                            n,
                            m,
                            k,
                            scalar(2),
                            device.upload(b),
                            transposeB ? k : n,
                            device.upload(a),
                            transposeA ? m : k,
                            scalar(0.5f),
                            dc,
                            n);
            assertThat(cublasStatus.stringFor(result)).isEqualTo("CUBLAS_STATUS_SUCCESS");
            float[] y = device.download(dc, m * n);
            for (int i = 0; i < m; i++) {
                for (int j = 0; j < n; j++) {
                    double sum = 0.5 * c[i * n + j];
                    for (int p = 0; p < k; p++) {
                        float left = transposeA ? a[p * m + i] : a[i * k + p];
                        sum += 2.0 * left * (transposeB ? b[j * k + p] : b[p * n + j]);
                    }
                    assertThat((double) y[i * n + j]).isCloseTo(sum, within(1e-4));
                }
            }
            assertThat(JCublas2.cublasDestroy(handle)).isEqualTo(cublasStatus.CUBLAS_STATUS_SUCCESS);
        }
    }

    /** Factor 0 means that C is not read: it may hold anything. */
    @Test
    void overwritesNanWithBetaZero() {
        try (TestDevice device = new TestDevice(Kernels.SOUND, Settings.standard())) {
            CUdeviceptr c = device.allocate(4);
            assertThat(multiply(handle(), 1, device.upload(3f), device.upload(4f), c))
                    .isEqualTo(cublasStatus.CUBLAS_STATUS_SUCCESS);
            assertThat(device.download(c, 1)).containsExactly(12);
        }
    }

    @Test
    void refusesAWrongLeadingDimension() {
        try (TestDevice device = new TestDevice(Kernels.SOUND, Settings.standard())) {
            CUdeviceptr x = device.upload(new float[16]);
            int result =
                    JCublas2.cublasSgemm(
                            handle(), CUBLAS_OP_N, CUBLAS_OP_N, 4, 4, 4, scalar(1), x, 4, x, 2, scalar(0), x, 4);
            assertThat(result).isEqualTo(cublasStatus.CUBLAS_STATUS_INVALID_VALUE);
            assertThat(device.emulated().report())
                    .isEqualTo(
                            "cublasSgemm: B is 4 x 4 with leading dimension 2: the leading dimension must be at least"
                                    + " 4");
        }
    }

    @Test
    void refusesAMatrixBeyondItsAllocation() {
        try (TestDevice device = new TestDevice(Kernels.SOUND, Settings.standard())) {
            CUdeviceptr x = device.upload(new float[16]);
            CUdeviceptr small = device.upload(new float[12]);
            int result =
                    JCublas2.cublasSgemm(
                            handle(), CUBLAS_OP_N, CUBLAS_OP_N, 4, 4, 4, scalar(1), x, 4, x, 4, scalar(0), small, 4);
            assertThat(result).isEqualTo(cublasStatus.CUBLAS_STATUS_EXECUTION_FAILED);
            assertThat(device.emulated().report()).contains("C is 4 x 4", "reaching 16 bytes past the end", "48 bytes");
        }
    }

    @Test
    void reportsAnUninitializedOperandUnderTheChecker() {
        try (TestDevice device = new TestDevice(Kernels.SOUND, Settings.standard().withCheck(true))) {
            CUdeviceptr never = device.allocate(4);
            assertThat(multiply(handle(), 1, device.upload(1f), never, device.upload(1f)))
                    .isEqualTo(cublasStatus.CUBLAS_STATUS_SUCCESS);
            assertThat(JCudaDriver.cuCtxSynchronize()).isEqualTo(CUresult.CUDA_ERROR_LAUNCH_FAILED);
            assertThat(device.emulated().report()).contains("cublasSgemm: B, column 0 of 1: uninitialized read");
        }
    }

    @Test
    void refusesAScalarOnTheWrongSide() {
        try (TestDevice device = new TestDevice(Kernels.SOUND, Settings.standard())) {
            cublasHandle handle = handle();
            JCublas2.cublasSetPointerMode(handle, cublasPointerMode.CUBLAS_POINTER_MODE_DEVICE);
            CUdeviceptr x = device.upload(1f);
            assertThat(multiply(handle, 1, x, x, x)).isEqualTo(cublasStatus.CUBLAS_STATUS_INVALID_VALUE);
            assertThat(device.emulated().report()).contains("alpha is on the host", "the pointer mode says the device");
        }
    }

    /** The product waits with the stream; the host's scalars may no longer exist then. */
    @Test
    void multipliesLazilyWithScalarsOfTheCall() {
        try (TestDevice device = new TestDevice(Kernels.SOUND, Settings.standard().withLazy(true))) {
            CUdeviceptr c = device.upload(0f);
            assertThat(multiply(handle(), 1, device.upload(3f), device.upload(4f), c))
                    .isEqualTo(cublasStatus.CUBLAS_STATUS_SUCCESS);
            assertThat(device.download(c, 1)).containsExactly(12);
        }
    }

    @Test
    void namesFunctionsThatAreNotEmulated() {
        try (TestDevice device = new TestDevice(Kernels.SOUND, Settings.standard())) {
            int result = JCublas2.cublasSasum(handle(), 1, device.upload(1f), 1, Pointer.to(new float[1]));
            assertThat(result).isEqualTo(cublasStatus.CUBLAS_STATUS_NOT_SUPPORTED);
            assertThat(device.emulated().report()).isEqualTo("cublasSasum_v2 is not emulated");
        }
    }

    private static int multiply(cublasHandle handle, int size, CUdeviceptr a, CUdeviceptr b, CUdeviceptr c) {
        return JCublas2.cublasSgemm(
                handle, CUBLAS_OP_N, CUBLAS_OP_N, size, size, size, scalar(1), a, size, b, size, scalar(0), c, size);
    }

    private static cublasHandle handle() {
        JCublas2.setExceptionsEnabled(false);
        cublasHandle handle = new cublasHandle();
        assertThat(JCublas2.cublasCreate(handle)).isEqualTo(CUresult.CUDA_SUCCESS);
        return handle;
    }

    private static Pointer scalar(float value) {
        return Pointer.to(new float[] {value});
    }

    private static float[] random(int n, long seed) {
        Random random = new Random(seed);
        float[] values = new float[n];
        for (int i = 0; i < n; i++) {
            values[i] = random.nextFloat() - 0.5f;
        }
        return values;
    }
}
