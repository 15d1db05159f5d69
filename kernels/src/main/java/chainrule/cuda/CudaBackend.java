package chainrule.cuda;

import chainrule.backend.Backend;
import chainrule.backend.Families;

/**
 * A CUDA device: float32, the kernels of src/main/cuda, and cuBLAS where it is found.
 *
 * <p>Primitives are queued on one stream and return at once; the host waits only where it asks for elements. Each family of
 * primitives is one class of this package, and its kernels are in the folder of that name.
 */
public final class CudaBackend extends Backend {
    private final String device;
    private final CudaStream stream;
    private final CudaTransfers transfers;
    private final CudaMatrices matrices;
    private final CudaImages images;
    private boolean closed;

    /** @param device what to call the device in a run's header */
    CudaBackend(CudaBinding cuda, String device) {
        this(device, new CudaStream(cuda));
    }

    private CudaBackend(String device, CudaStream stream) {
        this(device, stream, new CudaTransfers(stream), new CudaMatrices(stream), new CudaImages(stream));
    }

    private CudaBackend(
            String device, CudaStream stream, CudaTransfers transfers, CudaMatrices matrices, CudaImages images) {
        super(
                stream.memory(),
                transfers,
                new Families(
                        matrices,
                        new CudaElementwise(stream),
                        images,
                        new CudaNormalization(stream),
                        new CudaLosses(stream),
                        new CudaUpdates(stream),
                        new CudaRandom(stream)));
        this.device = device;
        this.stream = stream;
        this.transfers = transfers;
        this.matrices = matrices;
        this.images = images;
    }

    @Override
    public String name() {
        return "cuda";
    }

    @Override
    public String description() {
        CudaBinding cuda = stream.cuda();
        return "float32, " + device + ", products by " + (cuda.hasGemm() ? "" : "our own sgemm: ") + cuda.gemmSource();
    }

    @Override
    public double unitRoundoff() {
        return 0x1p-24;
    }

    @Override
    public void synchronize() {
        stream.synchronize();
    }

    /** How much was moved between host and device so far. */
    PinnedTransfers.Moved moved() {
        return transfers.moved();
    }

    /** For kernels that are no primitive. */
    CudaStream stream() {
        return stream;
    }

    /** For products in tiles of a given size. */
    CudaMatrices matrices() {
        return matrices;
    }

    /** For convolutions in tiles of a given size. */
    CudaImages images() {
        return images;
    }

    /**
     * Frees everything.
     *
     * @throws chainrule.backend.MemoryLeakException if kept buffers were never closed
     * @throws IllegalStateException if device memory is still allocated after that, which is a bug in this package
     */
    @Override
    public void close() {
        if (closed) {
            return;
        }
        memory().requireThisThread();
        closed = true;
        try (CudaBinding _ = stream.cuda();
                AutoCloseable _ = this::freeTransfers) {
            super.close();
        } catch (RuntimeException e) {
            throw e;
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    private void freeTransfers() {
        transfers.close();
        int left = stream.cuda().allocations();
        if (left > 0) {
            throw new IllegalStateException(left + " allocations of device memory were never freed");
        }
    }
}
