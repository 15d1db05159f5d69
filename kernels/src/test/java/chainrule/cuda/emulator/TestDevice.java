package chainrule.cuda.emulator;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import static java.nio.charset.StandardCharsets.US_ASCII;

import jcuda.NativePointerObject;
import jcuda.Pointer;
import jcuda.driver.CUcontext;
import jcuda.driver.CUdevice;
import jcuda.driver.CUdeviceptr;
import jcuda.driver.CUfunction;
import jcuda.driver.CUmodule;
import jcuda.driver.CUresult;
import jcuda.driver.JCudaDriver;

import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;

/** The emulated device with a context and one module of kernels, used through the real JCuda. */
final class TestDevice implements AutoCloseable {
    private final EmulatedDevice device;
    private final CUcontext context = new CUcontext();
    private final CUmodule module = new CUmodule();

    /** Skips the test where the emulated device cannot be built. */
    TestDevice(String kernels, Settings settings) {
        String unavailableReason = EmulatedDevice.unavailableReason();
        assumeTrue(unavailableReason == null, unavailableReason);
        device = EmulatedDevice.load(System.err::println);
        device.clearReport();
        device.configure(settings);
        JCudaDriver.setExceptionsEnabled(false);
        expect(CUresult.CUDA_SUCCESS, JCudaDriver.cuInit(0));
        CUdevice first = new CUdevice();
        expect(CUresult.CUDA_SUCCESS, JCudaDriver.cuDeviceGet(first, 0));
        expect(CUresult.CUDA_SUCCESS, JCudaDriver.cuCtxCreate(context, 0, first));
        expect(CUresult.CUDA_SUCCESS, load(module, resource(kernels + ".ptx")));
    }

    static int load(CUmodule module, String ptx) {
        return JCudaDriver.cuModuleLoadData(module, (ptx + "\0").getBytes(US_ASCII));
    }

    static String resource(String name) {
        try (InputStream in = TestDevice.class.getResourceAsStream(name)) {
            return new String(in.readAllBytes(), US_ASCII);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    EmulatedDevice emulated() {
        return device;
    }

    CUdeviceptr allocate(long bytes) {
        CUdeviceptr pointer = new CUdeviceptr();
        expect(CUresult.CUDA_SUCCESS, JCudaDriver.cuMemAlloc(pointer, bytes));
        return pointer;
    }

    CUdeviceptr upload(float... values) {
        CUdeviceptr pointer = allocate(4L * values.length);
        expect(CUresult.CUDA_SUCCESS, JCudaDriver.cuMemcpyHtoD(pointer, Pointer.to(values), 4L * values.length));
        return pointer;
    }

    CUdeviceptr upload(int... values) {
        CUdeviceptr pointer = allocate(4L * values.length);
        expect(CUresult.CUDA_SUCCESS, JCudaDriver.cuMemcpyHtoD(pointer, Pointer.to(values), 4L * values.length));
        return pointer;
    }

    float[] download(CUdeviceptr pointer, int count) {
        float[] values = new float[count];
        expect(CUresult.CUDA_SUCCESS, JCudaDriver.cuMemcpyDtoH(Pointer.to(values), pointer, 4L * count));
        return values;
    }

    int[] downloadInts(CUdeviceptr pointer, int count) {
        int[] values = new int[count];
        expect(CUresult.CUDA_SUCCESS, JCudaDriver.cuMemcpyDtoH(Pointer.to(values), pointer, 4L * count));
        return values;
    }

    /** Launches a row of blocks and waits; returns the result of the wait. */
    int run(String kernel, int blocks, int threads, Object... arguments) {
        return run(kernel, new int[] {blocks, 1}, new int[] {threads, 1}, 0, arguments);
    }

    /** Launches a grid and waits; returns the result of the wait. */
    int run(String kernel, int[] grid, int[] block, int dynamicBytes, Object... arguments) {
        int launched = launch(kernel, grid, block, dynamicBytes, arguments);
        return launched != CUresult.CUDA_SUCCESS ? launched : JCudaDriver.cuCtxSynchronize();
    }

    int launch(String kernel, int[] grid, int[] block, int dynamicBytes, Object... arguments) {
        Pointer[] pointers = Arrays.stream(arguments).map(TestDevice::argument).toArray(Pointer[]::new);
        return JCudaDriver.cuLaunchKernel(
                function(kernel),
                grid[0],
                grid[1],
                1,
                block[0],
                block[1],
                1,
                dynamicBytes,
                null,
                Pointer.to(pointers),
                null);
    }

    CUfunction function(String kernel) {
        CUfunction function = new CUfunction();
        expect(CUresult.CUDA_SUCCESS, JCudaDriver.cuModuleGetFunction(function, module, kernel));
        return function;
    }

    private static Pointer argument(Object value) {
        return switch (value) {
            case Integer number -> Pointer.to(new int[] {number});
            case Long number -> Pointer.to(new long[] {number});
            case Float number -> Pointer.to(new float[] {number});
            case int[] struct -> Pointer.to(struct);
            case NativePointerObject pointer -> Pointer.to(pointer);
            default -> throw new IllegalArgumentException(value.toString());
        };
    }

    private void expect(int expected, int result) {
        if (result != expected) {
            throw new AssertionError(CUresult.stringFor(result) + ": " + device.report());
        }
    }

    @Override
    public void close() {
        JCudaDriver.cuCtxDestroy(context);
        device.configure(Settings.standard());
    }
}
