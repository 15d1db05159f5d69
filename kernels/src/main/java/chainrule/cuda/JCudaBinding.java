package chainrule.cuda;

import jcuda.NativePointerObject;
import jcuda.Pointer;
import jcuda.driver.CUcontext;
import jcuda.driver.CUdevice;
import jcuda.driver.CUdevice_attribute;
import jcuda.driver.CUdeviceptr;
import jcuda.driver.CUevent;
import jcuda.driver.CUevent_flags;
import jcuda.driver.CUfunction;
import jcuda.driver.CUmodule;
import jcuda.driver.CUresult;
import jcuda.driver.CUstream;
import jcuda.driver.CUstream_flags;
import jcuda.driver.JCudaDriver;

import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** CUDA by JCuda's driver API, in a new context, and matrix products by JCublas where cuBLAS is found. */
final class JCudaBinding implements CudaBinding {
    /** The binding whose context is current on a thread: CUDA keeps one context per thread. */
    private static final ThreadLocal<JCudaBinding> CURRENT = new ThreadLocal<>();

    private static final CUdeviceptr NULL = new CUdeviceptr();

    private final CUcontext context = new CUcontext();
    private final Device device;
    private final Set<Long> allocated = new HashSet<>();
    private final Set<CUmodule> modules = new HashSet<>();
    private final List<CUstream> streams = new ArrayList<>();
    private final List<CUevent> events = new ArrayList<>();
    private final CublasProducts products;
    private int pinned;
    private boolean broken;
    private boolean closed;

    /** A device address as a number. */
    private static final class Address extends CUdeviceptr {
        long value() {
            return getNativePointer();
        }

        static CUdeviceptr of(long value) {
            return NULL.withByteOffset(value);
        }
    }

    /**
     * Opens a device.
     *
     * @param products true to multiply matrices by cuBLAS where it is found
     * @throws CudaException if there is no working driver, or no such device
     */
    JCudaBinding(int index, boolean products) {
        JCudaDriver.setExceptionsEnabled(false);
        check("initializing CUDA", JCudaDriver.cuInit(0));
        this.device = device(index);
        CUdevice handle = new CUdevice();
        check("opening device " + index, JCudaDriver.cuDeviceGet(handle, index));
        check("opening device " + index, JCudaDriver.cuCtxCreate(context, 0, handle));
        CURRENT.set(this);
        this.products = products ? CublasProducts.open() : CublasProducts.none("as asked");
    }

    /** The number of devices. */
    static int devices() {
        JCudaDriver.setExceptionsEnabled(false);
        int[] count = {0};
        require("initializing CUDA", JCudaDriver.cuInit(0));
        require("counting devices", JCudaDriver.cuDeviceGetCount(count));
        return count[0];
    }

    /** The device of that number. */
    static Device device(int index) {
        CUdevice handle = new CUdevice();
        byte[] name = new byte[256];
        long[] bytes = {0};
        String doing = "looking at device " + index;
        require(doing, JCudaDriver.cuDeviceGet(handle, index));
        require(doing, JCudaDriver.cuDeviceGetName(name, name.length, handle));
        require(doing, JCudaDriver.cuDeviceTotalMem(bytes, handle));
        int major = attribute(doing, CUdevice_attribute.CU_DEVICE_ATTRIBUTE_COMPUTE_CAPABILITY_MAJOR, handle);
        int minor = attribute(doing, CUdevice_attribute.CU_DEVICE_ATTRIBUTE_COMPUTE_CAPABILITY_MINOR, handle);
        String text = new String(name, StandardCharsets.UTF_8);
        return new Device(index, text.substring(0, text.indexOf('\0')).strip(), bytes[0], major, minor);
    }

    private static int attribute(String doing, int which, CUdevice handle) {
        int[] value = {0};
        require(doing, JCudaDriver.cuDeviceGetAttribute(value, which, handle));
        return value[0];
    }

    /** The latest CUDA that the driver supports, such as "12.6". */
    static String driverVersion() {
        int[] version = {0};
        require("asking for the driver's version", JCudaDriver.cuDriverGetVersion(version));
        return version[0] / 1000 + "." + version[0] % 1000 / 10;
    }

    @Override
    public Device device() {
        return device;
    }

    @Override
    public long allocate(long bytes) {
        enter();
        Address address = new Address();
        check("allocating " + bytes + " bytes", JCudaDriver.cuMemAlloc(address, bytes));
        allocated.add(address.value());
        return address.value();
    }

    @Override
    public void free(long address) {
        enter();
        allocated.remove(address);
        if (!broken) {
            check("freeing device memory", JCudaDriver.cuMemFree(Address.of(address)));
        }
    }

    @Override
    public int allocations() {
        return allocated.size() + pinned;
    }

    @Override
    public Pinned allocatePinned(int bytes) {
        enter();
        Pointer pointer = new Pointer();
        check("allocating " + bytes + " bytes of pinned memory", JCudaDriver.cuMemAllocHost(pointer, bytes));
        pinned++;
        return new Pinned(pointer, pointer.getByteBuffer(0, bytes).order(ByteOrder.nativeOrder()));
    }

    @Override
    public void freePinned(Pinned memory) {
        enter();
        pinned--;
        if (!broken) {
            check("freeing pinned memory", JCudaDriver.cuMemFreeHost((Pointer) memory.handle()));
        }
    }

    @Override
    public Stream stream() {
        enter();
        CUstream stream = new CUstream();
        check("making a stream", JCudaDriver.cuStreamCreate(stream, CUstream_flags.CU_STREAM_NON_BLOCKING));
        streams.add(stream);
        return new Stream(stream);
    }

    @Override
    public Event event() {
        enter();
        CUevent event = new CUevent();
        check("making an event", JCudaDriver.cuEventCreate(event, CUevent_flags.CU_EVENT_DISABLE_TIMING));
        events.add(event);
        return new Event(event);
    }

    @Override
    public void record(Event event, Stream stream) {
        enter();
        check("recording an event", JCudaDriver.cuEventRecord((CUevent) event.handle(), cu(stream)));
    }

    @Override
    public void await(Stream stream, Event event) {
        enter();
        check("waiting for an event", JCudaDriver.cuStreamWaitEvent(cu(stream), (CUevent) event.handle(), 0));
    }

    @Override
    public void synchronize(Event event) {
        enter();
        check("waiting for an event", JCudaDriver.cuEventSynchronize((CUevent) event.handle()));
    }

    @Override
    public void synchronize(Stream stream) {
        enter();
        check("waiting for the device", JCudaDriver.cuStreamSynchronize(cu(stream)));
    }

    @Override
    public void upload(Pinned from, long to, long bytes, Stream stream) {
        enter();
        check("upload", JCudaDriver.cuMemcpyHtoDAsync(Address.of(to), (Pointer) from.handle(), bytes, cu(stream)));
    }

    @Override
    public void download(long from, Pinned to, long bytes, Stream stream) {
        enter();
        check("download", JCudaDriver.cuMemcpyDtoHAsync((Pointer) to.handle(), Address.of(from), bytes, cu(stream)));
    }

    @Override
    public void copy(long from, long to, long bytes, Stream stream) {
        enter();
        check("copy", JCudaDriver.cuMemcpyDtoDAsync(Address.of(to), Address.of(from), bytes, cu(stream)));
    }

    @Override
    public void fill(long address, int word, long count, Stream stream) {
        enter();
        check("fill", JCudaDriver.cuMemsetD32Async(Address.of(address), word, count, cu(stream)));
    }

    @Override
    public List<Function> load(byte[] ptx, List<String> kernels) {
        enter();
        CUmodule module = new CUmodule();
        byte[] ended = Arrays.copyOf(ptx, ptx.length + 1); // CUDA reads up to a NUL
        check("compiling PTX for " + device.name(), JCudaDriver.cuModuleLoadData(module, ended));
        modules.add(module);
        List<Function> functions = new ArrayList<>();
        for (String name : kernels) {
            CUfunction function = new CUfunction();
            check("finding kernel " + name, JCudaDriver.cuModuleGetFunction(function, module, name));
            functions.add(new Function(function));
        }
        return functions;
    }

    @Override
    public void launch(Function kernel, Grid grid, int threads, int sharedBytes, Arguments arguments, Stream stream) {
        enter();
        Pointer memory = Pointer.to(arguments.memory().rewind());
        NativePointerObject[] pointers = new NativePointerObject[arguments.count()];
        for (int i = 0; i < pointers.length; i++) {
            pointers[i] = memory.withByteOffset(arguments.offset(i));
        }
        int result =
                JCudaDriver.cuLaunchKernel(
                        (CUfunction) kernel.handle(),
                        grid.x(),
                        grid.y(),
                        grid.z(),
                        threads,
                        1,
                        1,
                        sharedBytes,
                        cu(stream),
                        Pointer.to(pointers),
                        null);
        check("launch", result);
    }

    @Override
    public boolean hasGemm() {
        return products.present();
    }

    @Override
    public String gemmSource() {
        return products.source();
    }

    @Override
    public void gemm(Product product, long a, long b, long c, Stream stream) {
        enter();
        products.gemm(product, Address.of(a), Address.of(b), Address.of(c), cu(stream));
    }

    @Override
    public void close() {
        if (closed) {
            return;
        }
        closed = true;
        enter();
        products.close();
        // After an error of a kernel nothing can be freed individually; destroying the context frees everything.
        if (!broken) {
            modules.forEach(JCudaDriver::cuModuleUnload);
            events.forEach(JCudaDriver::cuEventDestroy);
            streams.forEach(JCudaDriver::cuStreamDestroy);
        }
        CURRENT.remove();
        JCudaDriver.cuCtxDestroy(context);
    }

    private static CUstream cu(Stream stream) {
        return (CUstream) stream.handle();
    }

    private void enter() {
        if (CURRENT.get() != this) {
            check("entering the context of device " + device.index(), JCudaDriver.cuCtxSetCurrent(context));
            CURRENT.set(this);
        }
    }

    /** Remembers an error of a kernel, after which every call of the context fails with the same error. */
    private void check(String doing, int result) {
        broken |=
                result >= CUresult.CUDA_ERROR_ILLEGAL_ADDRESS && result != CUresult.CUDA_ERROR_LAUNCH_OUT_OF_RESOURCES;
        require(doing, result);
    }

    private static void require(String doing, int result) {
        if (result != CUresult.CUDA_SUCCESS) {
            throw new CudaException(doing, result, text(result));
        }
    }

    /** "CUDA_ERROR_OUT_OF_MEMORY (2): out of memory". */
    private static String text(int result) {
        String[] words = {""};
        JCudaDriver.cuGetErrorString(result, words);
        String name = CUresult.stringFor(result) + " (" + result + ")";
        return words[0] == null || words[0].isEmpty() ? name : name + ": " + words[0];
    }
}
