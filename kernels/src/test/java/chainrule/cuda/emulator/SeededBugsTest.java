package chainrule.cuda.emulator;

import static org.assertj.core.api.Assertions.assertThat;

import jcuda.Pointer;
import jcuda.driver.CUdeviceptr;
import jcuda.driver.CUresult;
import jcuda.driver.JCudaDriver;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Every class of bug is found and reported with its kernel and its line; some always, some by the checker only. */
class SeededBugsTest {
    private static final Settings PLAIN = Settings.standard();
    private static final Settings CHECKED = Settings.standard().withCheck(true);

    @Test
    void findsAWriteBeyondTheGuardPage() {
        try (TestDevice device = new TestDevice(Kernels.BUGS, PLAIN)) {
            int n = 100;
            int result = device.run("out_of_bounds", 1, 128, device.allocate(4L * n), n);
            expect(
                    device,
                    result,
                    CUresult.CUDA_ERROR_ILLEGAL_ADDRESS,
                    "out_of_bounds",
                    "past the end of an allocation of 400");
        }
    }

    /** 99 floats end 4 bytes before a multiple of 16: the write does not reach the guard page, but the checker finds it. */
    @Test
    void findsAWriteJustOutOfBoundsUnderTheChecker() {
        try (TestDevice device = new TestDevice(Kernels.BUGS, CHECKED)) {
            int n = 99;
            int result = device.run("out_of_bounds", 1, 100, device.allocate(4L * n), n);
            expect(
                    device,
                    result,
                    CUresult.CUDA_ERROR_ILLEGAL_ADDRESS,
                    "out_of_bounds",
                    "0 bytes past the end of an allocation of 396");
        }
    }

    @Test
    void findsASmallOverrunWhenTheMemoryIsFreed() {
        try (TestDevice device = new TestDevice(Kernels.BUGS, PLAIN)) {
            CUdeviceptr y = device.allocate(4 * 99);
            assertThat(device.run("out_of_bounds", 1, 100, y, 99)).isEqualTo(CUresult.CUDA_SUCCESS);
            assertThat(JCudaDriver.cuMemFree(y)).isEqualTo(CUresult.CUDA_ERROR_ILLEGAL_ADDRESS);
            assertThat(device.emulated().report()).contains("when it was freed", "0 bytes past the end", "396");
        }
    }

    @Test
    void findsUseAfterFree() {
        try (TestDevice device = new TestDevice(Kernels.BUGS, PLAIN)) {
            CUdeviceptr y = device.allocate(400);
            assertThat(JCudaDriver.cuMemFree(y)).isEqualTo(CUresult.CUDA_SUCCESS);
            int result = device.run("fill", 1, 128, y, 100);
            expect(device, result, CUresult.CUDA_ERROR_ILLEGAL_ADDRESS, "fill", "400 bytes that has been freed");
        }
    }

    @Test
    void findsAHostPointer() {
        try (TestDevice device = new TestDevice(Kernels.BUGS, PLAIN)) {
            Pointer host = new Pointer();
            assertThat(JCudaDriver.cuMemAllocHost(host, 400)).isEqualTo(CUresult.CUDA_SUCCESS);
            int result = device.run("fill", 1, 128, host, 100);
            expect(device, result, CUresult.CUDA_ERROR_ILLEGAL_ADDRESS, "fill", "host pointer");
        }
    }

    @Test
    void findsSharedMemoryOutOfBounds() {
        try (TestDevice device = new TestDevice(Kernels.BUGS, PLAIN)) {
            int result = device.run("shared_out_of_bounds", 1, 32, device.allocate(128));
            expect(
                    device,
                    result,
                    CUresult.CUDA_ERROR_ILLEGAL_ADDRESS,
                    "shared_out_of_bounds",
                    "byte 128 of the block's shared memory");
        }
    }

    @Test
    void findsAMisalignedVector() {
        try (TestDevice device = new TestDevice(Kernels.BUGS, PLAIN)) {
            int result = device.run("misaligned", 1, 1, device.upload(1, 2, 3, 4f), device.allocate(16));
            expect(device, result, CUresult.CUDA_ERROR_MISALIGNED_ADDRESS, "misaligned", "8 bytes at");
        }
    }

    @ParameterizedTest
    @EnumSource
    void findsADivergentBarrier(Settings.Order order) {
        try (TestDevice device = new TestDevice(Kernels.BUGS, PLAIN.withOrder(order))) {
            int result = device.run("divergent_barrier", 1, 64, device.allocate(256), 40);
            expect(device, result, CUresult.CUDA_ERROR_LAUNCH_FAILED, "divergent_barrier", "divergent barrier");
        }
    }

    @ParameterizedTest
    @EnumSource
    void findsAPartialMask(Settings.Order order) {
        try (TestDevice device = new TestDevice(Kernels.BUGS, PLAIN.withOrder(order))) {
            int result = device.run("partial_mask", 1, 32, device.allocate(128));
            expect(device, result, CUresult.CUDA_ERROR_LAUNCH_FAILED, "partial_mask", "partial-mask deadlock");
        }
    }

    @ParameterizedTest
    @EnumSource
    void findsAMissingBarrier(Settings.Order order) {
        try (TestDevice device = new TestDevice(Kernels.BUGS, CHECKED.withOrder(order))) {
            int result = device.run("missing_barrier", 1, 64, device.upload(new float[64]), device.allocate(256));
            assertThat(result).isEqualTo(CUresult.CUDA_ERROR_LAUNCH_FAILED);
            // Either the first thread reads what its neighbor has not written yet, or a later thread reads a racing
            // write.
            assertThat(device.emulated().report())
                    .contains("kernel missing_barrier, ", "bugs.cu:")
                    .containsAnyOf("data race", "uninitialized read");
        }
    }

    /** The result is correct in every order: only the checker finds the race. */
    @ParameterizedTest
    @EnumSource
    void findsAMissingSecondBarrier(Settings.Order order) {
        try (TestDevice device = new TestDevice(Kernels.BUGS, CHECKED.withOrder(order))) {
            String kernel = "missing_second_barrier";
            int result = device.run(kernel, 1, 64, device.upload(new float[64]), device.allocate(256));
            assertThat(result).isEqualTo(CUresult.CUDA_ERROR_LAUNCH_FAILED);
            assertThat(device.emulated().report())
                    .startsWith("kernel " + kernel + ", bugs.cu:")
                    .contains("data race", "of shared memory", Kernels.bugOf(kernel), "with no barrier between");
        }
    }

    @Test
    void findsALostUpdateWithinABlock() {
        try (TestDevice device = new TestDevice(Kernels.BUGS, CHECKED)) {
            int result = device.run("lost_update", 1, 32, device.upload(0f));
            expect(
                    device,
                    result,
                    CUresult.CUDA_ERROR_LAUNCH_FAILED,
                    "lost_update",
                    "data race: this read of global memory");
        }
    }

    @Test
    void findsALostUpdateBetweenBlocks() {
        try (TestDevice device = new TestDevice(Kernels.BUGS, CHECKED)) {
            int result = device.run("lost_update", 2, 1, device.upload(0f));
            expect(
                    device,
                    result,
                    CUresult.CUDA_ERROR_LAUNCH_FAILED,
                    "lost_update",
                    "by thread (0,0,0) of block (0,0,0)");
        }
    }

    @Test
    void findsAnUninitializedReadUnderTheChecker() {
        try (TestDevice device = new TestDevice(Kernels.BUGS, CHECKED)) {
            int result = device.run("uninitialized", 1, 32, device.allocate(40), 10);
            expect(device, result, CUresult.CUDA_ERROR_LAUNCH_FAILED, "uninitialized", "uninitialized read");
        }
    }

    @Test
    void readsNanFromUninitializedMemoryWithoutTheChecker() {
        try (TestDevice device = new TestDevice(Kernels.BUGS, PLAIN)) {
            CUdeviceptr y = device.allocate(40);
            assertThat(device.run("uninitialized", 1, 32, y, 10)).isEqualTo(CUresult.CUDA_SUCCESS);
            assertThat(device.download(y, 10)).containsOnly(Float.NaN);
        }
    }

    @Test
    void findsUninitializedSharedMemory() {
        try (TestDevice device = new TestDevice(Kernels.BUGS, CHECKED)) {
            int result = device.run("uninitialized_shared", 1, 32, device.allocate(128));
            expect(
                    device,
                    result,
                    CUresult.CUDA_ERROR_LAUNCH_FAILED,
                    "uninitialized_shared",
                    "byte 20 of the block's shared memory");
        }
    }

    /** A broken launch breaks the context for good, as on a GPU. */
    @Test
    void failsEveryCallAfterABrokenLaunch() {
        try (TestDevice device = new TestDevice(Kernels.BUGS, PLAIN)) {
            device.run("out_of_bounds", 1, 128, device.allocate(400), 100);
            int later = JCudaDriver.cuMemAlloc(new CUdeviceptr(), 16);
            assertThat(later).isEqualTo(CUresult.CUDA_ERROR_ILLEGAL_ADDRESS);
        }
    }

    private static void expect(TestDevice device, int result, int status, String kernel, String what) {
        String report = device.emulated().report();
        assertThat(CUresult.stringFor(result)).as(report).isEqualTo(CUresult.stringFor(status));
        assertThat(report).startsWith("kernel " + kernel + ", " + Kernels.bugOf(kernel) + ", block (").contains(what);
        String[] text = new String[1];
        JCudaDriver.cuGetErrorString(result, text);
        assertThat(text[0]).endsWith(report);
    }
}
