package chainrule.cuda;

import chainrule.backend.Matrix;
import chainrule.backend.Memory;
import chainrule.backend.Memory.Buffer;
import chainrule.backend.Sizes;
import chainrule.cuda.CudaBinding.Product;
import chainrule.cuda.CudaBinding.Stream;

/**
 * What the families of primitives share: the stream on which they queue kernels, copies and fills, and device memory.
 *
 * <p>Work on the stream runs in the order in which it was queued. So the storage of a closed buffer may be used again while
 * kernels still need it: whatever the next owner does is queued behind them.
 */
final class CudaStream {
    private final CudaBinding cuda;
    private final Stream stream;
    private final Launcher launcher;
    private final Memory memory;

    CudaStream(CudaBinding cuda) {
        this.cuda = cuda;
        this.stream = cuda.stream();
        this.launcher = new Launcher(cuda, stream);
        this.memory = new Memory(this::allocateStorage, this::poison, this::free);
    }

    CudaBinding cuda() {
        return cuda;
    }

    /** The stream as the binding knows it. */
    Stream handle() {
        return stream;
    }

    Memory memory() {
        return memory;
    }

    /** The number of kernels launched so far. */
    long launches() {
        return launcher.launches();
    }

    // ---- device memory -----------------------------------------------------------------------------------------

    /** If the device is out of memory, storage that was kept for reuse is freed first. */
    private Object allocateStorage(int length) {
        try {
            return storage(length);
        } catch (CudaException e) {
            if (e.code() != CudaException.OUT_OF_MEMORY) {
                throw new CudaException(
                        "a buffer, after the kernels " + launcher.recent(), e); // which one of them caused
            }
        }
        memory.trim();
        try {
            return storage(length);
        } catch (CudaException e) {
            Device on = cuda.device();
            String what = "a buffer of " + length + " elements on " + on.name() + ", which has " + on.memory();
            throw new CudaException(what + "; a smaller batch needs less", e);
        }
    }

    private DeviceArray storage(int length) {
        return new DeviceArray(cuda.allocate(4L * Math.max(1, length)), length);
    }

    private void poison(Object storage) {
        DeviceArray array = (DeviceArray) storage;
        cuda.fill(array.address(), Float.floatToRawIntBits(Float.NaN), array.length(), stream);
    }

    private void free(Object storage) {
        cuda.free(((DeviceArray) storage).address());
    }

    /**
     * A buffer for one kernel to leave floats in for the next. Close it when the last kernel that needs it is queued: its
     * next owner's work comes later on this stream.
     */
    Buffer floats(int length, String label) {
        return memory.allocate(length, label);
    }

    /** As {@link #floats}, for partial sums in double; null if their number is 0. */
    Buffer doubles(int count) {
        return count == 0 ? null : floats(Sizes.product("partial sums", 2, count), "partial sums");
    }

    // ---- work --------------------------------------------------------------------------------------------------

    /** Names a kernel to launch. @param shape what it works on, for messages */
    Launcher on(Kernel kernel, int... shape) {
        memory.requireThisThread(); // before the launcher forgets what it was preparing
        return launcher.on(kernel, shape);
    }

    void fill(Matrix x, double value) {
        cuda.fill(DeviceArray.address(x), Float.floatToRawIntBits((float) value), x.elements(), stream);
    }

    void copy(Matrix from, Matrix to) {
        cuda.copy(DeviceArray.address(from), DeviceArray.address(to), 4L * from.elements(), stream);
    }

    /** The buffer of a sum for a kernel that can only add: filled with zeros first if it has no contributions yet. */
    Buffer toAddTo(Matrix sum) {
        if (sum == null) {
            return null;
        }
        if (!sum.accumulate()) {
            fill(sum, 0);
        }
        return sum.buffer();
    }

    boolean hasCublas() {
        return cuda.hasGemm();
    }

    /** C = A·B or C += A·B by cuBLAS. */
    void cublas(Matrix a, Matrix b, Matrix c) {
        cuda.gemm(Product.of(a, b, c), DeviceArray.address(a), DeviceArray.address(b), DeviceArray.address(c), stream);
    }

    /** Runs something that blocks until queued work has completed, and names the latest kernels if one of them failed. */
    void waiting(String doing, Runnable work) {
        try {
            work.run();
        } catch (CudaException e) {
            throw new CudaException(doing + ", after the kernels " + launcher.recent(), e);
        }
    }

    void synchronize() {
        waiting("waiting for the device", () -> cuda.synchronize(stream));
    }
}
