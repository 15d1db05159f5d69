package chainrule.cuda.emulator;

import static org.assertj.core.api.Assertions.assertThat;

import jcuda.Pointer;
import jcuda.driver.CUdeviceptr;
import jcuda.driver.CUevent;
import jcuda.driver.CUresult;
import jcuda.driver.CUstream;
import jcuda.driver.CUstream_flags;
import jcuda.driver.JCudaDriver;

import org.junit.jupiter.api.Test;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;

/** A lazy device runs nothing before the host waits. */
class StreamTest {
    private static final Settings LAZY = Settings.standard().withLazy(true);
    private static final int N = 64;

    @Test
    void copiesOnlyWhenTheHostWaits() {
        try (TestDevice device = new TestDevice(Kernels.SOUND, LAZY)) {
            CUstream stream = stream();
            Pointer host = pinned();
            CUdeviceptr ones = device.upload(filled(1));
            succeed(JCudaDriver.cuMemcpyDtoHAsync(host, ones, 4 * N, stream));
            assertThat(floats(host)[0]).isNaN();
            assertThat(JCudaDriver.cuStreamQuery(stream)).isEqualTo(CUresult.CUDA_ERROR_NOT_READY);
            succeed(JCudaDriver.cuStreamSynchronize(stream));
            assertThat(floats(host)).containsOnly(1);
            assertThat(JCudaDriver.cuStreamQuery(stream)).isEqualTo(CUresult.CUDA_SUCCESS);
        }
    }

    /** If a buffer is overwritten too early, the upload copies the later contents. */
    @Test
    void readsPinnedMemoryWhenTheCopyRuns() {
        try (TestDevice device = new TestDevice(Kernels.SOUND, LAZY)) {
            CUstream stream = stream();
            Pointer host = pinned();
            CUdeviceptr target = device.allocate(4 * N);
            buffer(host).putFloat(0, 1);
            succeed(JCudaDriver.cuMemcpyHtoDAsync(target, host, 4, stream));
            buffer(host).putFloat(0, 2);
            succeed(JCudaDriver.cuStreamSynchronize(stream));
            assertThat(device.download(target, 1)).containsExactly(2);
        }
    }

    /** Memory that is not pinned is copied before the call returns, as by the driver. */
    @Test
    void copiesPageableMemoryAtOnce() {
        try (TestDevice device = new TestDevice(Kernels.SOUND, LAZY)) {
            CUstream stream = stream();
            CUdeviceptr target = device.allocate(4 * N);
            float[] values = filled(1);
            succeed(JCudaDriver.cuMemcpyHtoDAsync(target, Pointer.to(values), 4 * N, stream));
            values[0] = 2;
            succeed(JCudaDriver.cuStreamSynchronize(stream));
            assertThat(device.download(target, 1)).containsExactly(1);
        }
    }

    @Test
    void runsStreamsIndependentlyUnlessAnEventOrdersThem() {
        try (TestDevice device = new TestDevice(Kernels.SOUND, LAZY)) {
            CUstream upload = stream();
            CUstream compute = stream();
            Pointer host = pinned();
            buffer(host).putFloat(0, 1);
            CUdeviceptr between = device.upload(filled(0));
            CUdeviceptr result = device.upload(filled(0));

            succeed(JCudaDriver.cuMemcpyHtoDAsync(between, host, 4, upload));
            succeed(JCudaDriver.cuMemcpyDtoDAsync(result, between, 4, compute));
            succeed(JCudaDriver.cuStreamSynchronize(compute));
            assertThat(value(result)).isEqualTo(0);

            CUevent uploaded = new CUevent();
            succeed(JCudaDriver.cuEventCreate(uploaded, 0));
            succeed(JCudaDriver.cuEventRecord(uploaded, upload));
            succeed(JCudaDriver.cuStreamWaitEvent(compute, uploaded, 0));
            succeed(JCudaDriver.cuMemcpyDtoDAsync(result, between, 4, compute));
            assertThat(JCudaDriver.cuEventQuery(uploaded)).isEqualTo(CUresult.CUDA_ERROR_NOT_READY);
            succeed(JCudaDriver.cuStreamSynchronize(compute));
            assertThat(value(result)).isEqualTo(1);
            assertThat(JCudaDriver.cuEventQuery(uploaded)).isEqualTo(CUresult.CUDA_SUCCESS);
        }
    }

    /** The default stream waits for streams that are not declared non-blocking. */
    @Test
    void ordersTheDefaultStreamWithBlockingStreams() {
        try (TestDevice device = new TestDevice(Kernels.SOUND, LAZY)) {
            CUstream blocking = new CUstream();
            succeed(JCudaDriver.cuStreamCreate(blocking, 0));
            CUdeviceptr memory = device.upload(filled(0));
            succeed(JCudaDriver.cuMemsetD32Async(memory, Float.floatToIntBits(3), 1, blocking));
            CUdeviceptr copy = device.upload(filled(0));
            succeed(JCudaDriver.cuMemcpyDtoDAsync(copy, memory, 4, null));
            assertThat(device.download(copy, 1)).containsExactly(3);
        }
    }

    /** As on a GPU, a failed launch is reported by a later call. */
    @Test
    void reportsFailuresWhenTheHostWaits() {
        try (TestDevice device = new TestDevice(Kernels.BUGS, LAZY)) {
            int[] one = {1, 1};
            int launched = device.launch("out_of_bounds", one, new int[] {128, 1}, 0, device.allocate(400), 100);
            assertThat(launched).isEqualTo(CUresult.CUDA_SUCCESS);
            assertThat(JCudaDriver.cuCtxSynchronize()).isEqualTo(CUresult.CUDA_ERROR_ILLEGAL_ADDRESS);
        }
    }

    @Test
    void measuresTheTimeBetweenEvents() {
        try (TestDevice device = new TestDevice(Kernels.SOUND, Settings.standard())) {
            CUevent start = new CUevent();
            CUevent end = new CUevent();
            succeed(JCudaDriver.cuEventCreate(start, 0));
            succeed(JCudaDriver.cuEventCreate(end, 0));
            float[] milliseconds = new float[1];
            assertThat(JCudaDriver.cuEventElapsedTime(milliseconds, start, end))
                    .isEqualTo(CUresult.CUDA_ERROR_INVALID_HANDLE);
            succeed(JCudaDriver.cuEventRecord(start, null));
            device.run("saxpy", 1, 32, 32, 1f, device.upload(filled(1)), device.upload(filled(1)));
            succeed(JCudaDriver.cuEventRecord(end, null));
            succeed(JCudaDriver.cuEventElapsedTime(milliseconds, start, end));
            assertThat(milliseconds[0]).isPositive();
        }
    }

    private static CUstream stream() {
        CUstream stream = new CUstream();
        succeed(JCudaDriver.cuStreamCreate(stream, CUstream_flags.CU_STREAM_NON_BLOCKING));
        return stream;
    }

    private static Pointer pinned() {
        Pointer host = new Pointer();
        succeed(JCudaDriver.cuMemAllocHost(host, 4 * N));
        return host;
    }

    private static ByteBuffer buffer(Pointer host) {
        return host.getByteBuffer(0, 4 * N).order(ByteOrder.nativeOrder());
    }

    private static float[] floats(Pointer host) {
        float[] values = new float[N];
        buffer(host).asFloatBuffer().get(values);
        return values;
    }

    /** Without waiting for any other stream: copies to pageable memory on a new stream. */
    private static float value(CUdeviceptr pointer) {
        float[] value = new float[1];
        succeed(JCudaDriver.cuMemcpyDtoHAsync(Pointer.to(value), pointer, 4, stream()));
        return value[0];
    }

    private static float[] filled(float value) {
        float[] values = new float[N];
        Arrays.fill(values, value);
        return values;
    }

    private static void succeed(int result) {
        assertThat(CUresult.stringFor(result)).isEqualTo(CUresult.stringFor(CUresult.CUDA_SUCCESS));
    }
}
