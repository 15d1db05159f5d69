package chainrule.cuda;

import chainrule.backend.Buffer;
import chainrule.backend.Memory;
import chainrule.backend.Statistics;
import chainrule.cuda.CudaBinding.Stream;

/**
 * A CUDA device: float32, our own kernels (src/main/cuda), cuBLAS where it is found.
 *
 * <p>Primitives are queued on one stream and return at once; the host waits only where it asks for numbers. Storage of a
 * closed buffer may be handed out again while kernels still use it, because whatever the next owner does is queued behind
 * them.
 *
 * <p>The loops stand in one interface per family of primitives, in this package.
 */
public final class CudaBackend implements CudaProducts, CudaElementwise, CudaRows, CudaLosses, CudaImages, CudaUpdates {

    /** Doubles of a summary in statistics.cu. */
    private static final int SUMMARY = 7;

    /** The most numbers that {@link #scalars} brings back at once. */
    private static final int FIGURES = 64;

    private final CudaBinding cuda;
    private final String device;
    private final Stream stream;
    private final Launcher launcher;
    private final Transfers transfers;
    private final Memory memory;
    private final long figures;
    private boolean closed;

    /** @param device what to call the device in a run's header */
    CudaBackend(CudaBinding cuda, String device) {
        this.cuda = cuda;
        this.device = device;
        this.stream = cuda.stream();
        this.launcher = new Launcher(cuda, stream);
        this.transfers = new Transfers(cuda, stream);
        this.memory = new Memory(this::allocateStorage, this::poison, this::free);
        this.figures = cuda.allocate(4 * FIGURES);
    }

    @Override
    public String name() {
        return "cuda";
    }

    @Override
    public String description() {
        return "float32, " + device + ", products by " + (cuda.hasGemm() ? "" : "our own sgemm: ") + cuda.gemmSource();
    }

    @Override
    public double unitRoundoff() {
        return 0x1p-24;
    }

    @Override
    public Memory memory() {
        return memory;
    }

    /** How much was moved between host and device so far. */
    public Transfers.Moved moved() {
        return transfers.moved();
    }

    @Override
    public void synchronize() {
        waiting("waiting for the device", () -> cuda.synchronize(stream));
    }

    /** Where the device has no more, storage that was kept for reuse is given back first. */
    private Object allocateStorage(int length) {
        try {
            return storage(length);
        } catch (CudaException e) {
            if (e.code() != CudaException.OUT_OF_MEMORY) {
                throw new CudaException("a buffer, after the kernels " + launcher.recent(), e); // a fault of theirs
            }
        }
        memory.trim();
        try {
            return storage(length);
        } catch (CudaException e) {
            Device on = cuda.device();
            String what = "a buffer of " + length + " numbers on " + on.name() + ", which has " + on.memory();
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
     * Frees everything.
     *
     * @throws chainrule.backend.MemoryLeakException if kept buffers were never closed
     * @throws IllegalStateException if the device has memory of ours left after that: a fault of this class
     */
    @Override
    public void close() {
        if (closed) {
            return;
        }
        memory.requireThisThread();
        closed = true;
        try (cuda;
                AutoCloseable _ = this::freeOwn) {
            memory.close();
        } catch (RuntimeException e) {
            throw e;
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    private void freeOwn() {
        transfers.close();
        cuda.free(figures);
        if (cuda.allocations() > 0) {
            throw new IllegalStateException(cuda.allocations() + " allocations of device memory were never freed");
        }
    }

    @Override
    public Launcher on(Kernel kernel, int... shape) {
        memory.requireThisThread(); // before the launcher forgets what it was preparing
        return launcher.on(kernel, shape);
    }

    @Override
    public void fill(Buffer x, double value) {
        cuda.fill(DeviceArray.address(x), Float.floatToRawIntBits((float) value), x.length(), stream);
    }

    @Override
    public void copy(Buffer from, Buffer to) {
        cuda.copy(DeviceArray.address(from), DeviceArray.address(to), 4L * from.length(), stream);
    }

    @Override
    public void upload(double[] from, Buffer to) {
        transfers.upload(from, to.length(), DeviceArray.address(to));
    }

    @Override
    public void upload(float[] from, int offset, Buffer to) {
        transfers.upload(from, offset, to.length(), DeviceArray.address(to));
    }

    @Override
    public double[] download(Buffer from) {
        double[] numbers = new double[from.length()];
        waiting("download of " + from, () -> transfers.download(DeviceArray.address(from), from.length(), numbers));
        return numbers;
    }

    @Override
    public double scalar(Buffer from) {
        return scalars(from)[0];
    }

    @Override
    public double[] scalars(Buffer... from) {
        if (from.length > FIGURES) {
            return CudaProducts.super.scalars(from);
        }
        double[] numbers = new double[from.length];
        for (int i = 0; i < from.length; i++) {
            cuda.copy(DeviceArray.address(from[i]), figures + 4L * i, 4, stream);
        }
        waiting("download of " + from.length + " numbers", () -> transfers.download(figures, from.length, numbers));
        return numbers;
    }

    @Override
    public Statistics statistics(Buffer x) {
        int n = x.length();
        int blocks = CudaHost.blocksFor(n);
        try (Buffer partial = doubles(SUMMARY * blocks)) {
            on(Kernel.STATISTICS, n).i32(n).buffers(x, partial).blocks(blocks);
            if (blocks > 1) {
                on(Kernel.STATISTICS_FINISH, blocks).i32(blocks).buffers(partial).blocks(1);
            }
            double[] v = new double[SUMMARY];
            waiting(
                    "statistics of " + x,
                    () ->
                            transfers.download(
                                    DeviceArray.address(partial),
                                    SUMMARY * Double.BYTES,
                                    back -> back.bytes().asDoubleBuffer().get(v)));
            return new Statistics(n, v[3], v[4], v[0], v[1], v[2], (long) v[5], (long) v[6]);
        }
    }

    private void waiting(String doing, Runnable work) {
        try {
            work.run();
        } catch (CudaException e) {
            throw new CudaException(doing + ", after the kernels " + launcher.recent(), e);
        }
    }

    @Override
    public boolean hasCublas() {
        return cuda.hasGemm();
    }

    @Override
    public void cublas(
            boolean transposeA,
            boolean transposeB,
            int m,
            int n,
            int k,
            Buffer a,
            Buffer b,
            boolean accumulate,
            Buffer c) {
        cuda.gemm(
                transposeA,
                transposeB,
                m,
                n,
                k,
                DeviceArray.address(a),
                DeviceArray.address(b),
                accumulate,
                DeviceArray.address(c),
                stream);
    }
}
