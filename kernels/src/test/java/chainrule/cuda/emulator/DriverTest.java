package chainrule.cuda.emulator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import jcuda.Pointer;
import jcuda.driver.CUcontext;
import jcuda.driver.CUdevice;
import jcuda.driver.CUdevice_attribute;
import jcuda.driver.CUdeviceptr;
import jcuda.driver.CUfunction;
import jcuda.driver.CUfunction_attribute;
import jcuda.driver.CUmodule;
import jcuda.driver.CUresult;
import jcuda.driver.JCudaDriver;

import org.junit.jupiter.api.Test;

import java.nio.charset.StandardCharsets;

/** The rest of the driver API: what it refuses, and its messages. */
class DriverTest {
    private static final Settings PLAIN = Settings.standard();

    @Test
    void describesTheDevice() {
        try (TestDevice _ = new TestDevice(Kernels.SOUND, PLAIN)) {
            CUdevice device = new CUdevice();
            JCudaDriver.cuDeviceGet(device, 0);
            byte[] name = new byte[64];
            JCudaDriver.cuDeviceGetName(name, name.length, device);
            assertThat(new String(name, StandardCharsets.US_ASCII).trim()).isEqualTo("emulated device (CPU)");
            int[] major = new int[1];
            JCudaDriver.cuDeviceGetAttribute(
                    major, CUdevice_attribute.CU_DEVICE_ATTRIBUTE_COMPUTE_CAPABILITY_MAJOR, device);
            assertThat(major).containsExactly(7);
            assertThat(JCudaDriver.cuDeviceGet(device, 1)).isEqualTo(CUresult.CUDA_ERROR_INVALID_DEVICE);
        }
    }

    @Test
    void refusesAThreadWithoutAContext() throws InterruptedException {
        try (TestDevice device = new TestDevice(Kernels.SOUND, PLAIN)) {
            int[] result = new int[1];
            Thread other = new Thread(() -> result[0] = JCudaDriver.cuMemAlloc(new CUdeviceptr(), 16));
            other.start();
            other.join();
            assertThat(result[0]).isEqualTo(CUresult.CUDA_ERROR_INVALID_CONTEXT);
            assertThat(device.emulated().report()).contains("cuMemAlloc", "no context is current on this thread");
        }
    }

    @Test
    void reportsThatMemoryRanOut() {
        try (TestDevice device = new TestDevice(Kernels.SOUND, PLAIN)) {
            device.emulated().memory(1 << 20);
            try {
                int result = JCudaDriver.cuMemAlloc(new CUdeviceptr(), 2 << 20);
                assertThat(result).isEqualTo(CUresult.CUDA_ERROR_OUT_OF_MEMORY);
                assertThat(device.emulated().report()).contains("2097152 bytes");
            } finally {
                device.emulated().memory(8L << 30);
            }
        }
    }

    @Test
    void freesMemory() {
        try (TestDevice device = new TestDevice(Kernels.SOUND, PLAIN)) {
            long before = free();
            CUdeviceptr pointer = device.allocate(1000);
            assertThat(free()).isEqualTo(before - 1000);
            assertThat(JCudaDriver.cuMemFree(pointer)).isEqualTo(CUresult.CUDA_SUCCESS);
            assertThat(free()).isEqualTo(before);
            assertThat(JCudaDriver.cuMemFree(pointer)).isEqualTo(CUresult.CUDA_ERROR_INVALID_VALUE);
            assertThat(device.emulated().report()).contains("has been freed");
        }
    }

    @Test
    void refusesCopiesBeyondTheirAllocation() {
        try (TestDevice device = new TestDevice(Kernels.SOUND, PLAIN)) {
            CUdeviceptr pointer = device.allocate(16);
            int result = JCudaDriver.cuMemcpyHtoD(pointer, Pointer.to(new float[5]), 20);
            assertThat(result).isEqualTo(CUresult.CUDA_ERROR_INVALID_VALUE);
            assertThat(device.emulated().report())
                    .contains("20 bytes", "reaching 4 bytes past the end of an allocation of 16");
        }
    }

    @Test
    void limitsTheSizeOfBlocks() {
        try (TestDevice device = new TestDevice(Kernels.SOUND, PLAIN)) {
            CUdeviceptr x = device.allocate(16);
            assertThat(device.run("saxpy", 1, 1025, 1, 1f, x, x)).isEqualTo(CUresult.CUDA_ERROR_INVALID_VALUE);
            assertThat(device.emulated().report()).contains("saxpy", "at most 1024 threads");
            assertThat(device.run("saxpy", 0, 32, 1, 1f, x, x)).isEqualTo(CUresult.CUDA_ERROR_INVALID_VALUE);
        }
    }

    @Test
    void requiresAnAttributeForMoreThan48KibibytesOfSharedMemory() {
        try (TestDevice device = new TestDevice(Kernels.SOUND, PLAIN)) {
            CUdeviceptr x = device.upload(new float[32]);
            int[] one = {1, 1};
            int[] warp = {32, 1};
            int bytes = 60_000;
            assertThat(device.run("softmax", one, warp, bytes, x, x, 32)).isEqualTo(CUresult.CUDA_ERROR_INVALID_VALUE);
            assertThat(device.emulated().report()).contains("cuFuncSetAttribute");
            CUfunction softmax = device.function("softmax");
            int attribute = CUfunction_attribute.CU_FUNC_ATTRIBUTE_MAX_DYNAMIC_SHARED_SIZE_BYTES;
            assertThat(JCudaDriver.cuFuncSetAttribute(softmax, attribute, bytes)).isEqualTo(CUresult.CUDA_SUCCESS);
            assertThat(device.run("softmax", one, warp, bytes, x, x, 32)).isEqualTo(CUresult.CUDA_SUCCESS);
        }
    }

    /** JCuda loads hundreds of functions: the ones that are not emulated return an error instead of ending the JVM. */
    @Test
    void namesFunctionsThatAreNotEmulated() {
        try (TestDevice device = new TestDevice(Kernels.SOUND, PLAIN)) {
            assertThat(JCudaDriver.cuCtxGetApiVersion(new CUcontext(), new int[1]))
                    .isEqualTo(CUresult.CUDA_ERROR_NOT_SUPPORTED);
            assertThat(device.emulated().report()).isEqualTo("cuCtxGetApiVersion is not emulated");
        }
    }

    @Test
    void namesAnUnknownKernel() {
        try (TestDevice device = new TestDevice(Kernels.SOUND, PLAIN)) {
            CUmodule module = new CUmodule();
            assertThat(TestDevice.load(module, TestDevice.resource("sound.ptx"))).isEqualTo(CUresult.CUDA_SUCCESS);
            int result = JCudaDriver.cuModuleGetFunction(new CUfunction(), module, "nowhere");
            assertThat(result).isEqualTo(CUresult.CUDA_ERROR_NOT_FOUND);
            assertThat(device.emulated().report()).contains("nowhere");
        }
    }

    /** PTX that is not emulated is refused when it is loaded, with the line and the instruction. */
    @Test
    void namesAnUnknownInstruction() {
        String ptx = kernel(".reg .b32 %r<3>;\ndp4a.u32.u32 %r1, %r2, %r2, %r1;");
        try (TestDevice device = new TestDevice(Kernels.SOUND, PLAIN)) {
            assertThat(TestDevice.load(new CUmodule(), ptx)).isEqualTo(CUresult.CUDA_ERROR_INVALID_PTX);
            assertThat(device.emulated().report())
                    .isEqualTo("PTX line 6: dp4a.u32.u32 %r1, %r2, %r2, %r1: the instruction dp4a is not emulated");
        }
    }

    /** Ignoring a modifier silently would be worse than refusing it. */
    @Test
    void namesAnUnknownModifier() {
        String ptx = kernel(".reg .b32 %r<3>;\nadd.cc.u32 %r1, %r2, %r2;");
        try (TestDevice device = new TestDevice(Kernels.SOUND, PLAIN)) {
            assertThat(TestDevice.load(new CUmodule(), ptx)).isEqualTo(CUresult.CUDA_ERROR_INVALID_PTX);
            assertThat(device.emulated().report()).endsWith("add.cc.u32 %r1, %r2, %r2: .cc is not emulated");
        }
    }

    @Test
    void refusesArraysThatDoNotFitAFiber() {
        String ptx = kernel(".local .align 4 .b8 depot[300000];");
        try (TestDevice device = new TestDevice(Kernels.SOUND, PLAIN)) {
            assertThat(TestDevice.load(new CUmodule(), ptx)).isEqualTo(CUresult.CUDA_ERROR_INVALID_PTX);
            assertThat(device.emulated().report()).contains("300000 bytes for each thread");
        }
    }

    /** The JVM relies on faults that it catches: they must still reach it when the emulator catches faults of kernels. */
    @Test
    void leavesFaultsOfTheJvmToTheJvm() {
        try (TestDevice device = new TestDevice(Kernels.BUGS, PLAIN)) {
            int result = device.run("out_of_bounds", 1, 128, device.allocate(400), 100);
            assertThat(result).isEqualTo(CUresult.CUDA_ERROR_ILLEGAL_ADDRESS);
        }
        int[][] rows = new int[1000][1];
        long sum = 0;
        int caught = 0;
        for (int round = 0; round < 2000; round++) { // compiled long before the last round, without a test for null
            rows[500] = round < 1900 ? new int[1] : null;
            try {
                for (int[] row : rows) {
                    sum += row.length;
                }
            } catch (NullPointerException _) {
                caught++;
            }
        }
        assertThat(caught).isEqualTo(100);
        assertThat(sum).isEqualTo(1900 * 1000 + 100 * 500);
        assertThatThrownBy(() -> depth(0)).isInstanceOf(StackOverflowError.class);
    }

    private static int depth(int n) {
        return depth(n + 1) + 1;
    }

    /** PTX of a module with one kernel. */
    private static String kernel(String body) {
        return ".version 7.5\n.target sm_75\n.address_size 64\n.visible .entry strange() {\n" + body + "\nret;\n}\n";
    }

    private static long free() {
        long[] free = new long[1];
        assertThat(JCudaDriver.cuMemGetInfo(free, new long[1])).isEqualTo(CUresult.CUDA_SUCCESS);
        return free[0];
    }
}
