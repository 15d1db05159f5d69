package chainrule.cuda;

import java.nio.ByteBuffer;
import java.util.List;

/**
 * What the backend asks of CUDA: one device, its memory, streams, programs and matrix products. Everything the rest of
 * this package knows of CUDA stands here, so that a binding other than {@link JCudaBinding} could take its place.
 *
 * <p>Device memory is known by its address, as in CUDA itself. Every method may throw a {@link CudaException}; an error
 * of work that was only queued comes with a later call.
 */
interface CudaBinding extends AutoCloseable {

    /** A queue of work; what is queued on one runs in order. */
    record Stream(Object handle) {}

    /** A place in a stream that others can wait for. */
    record Event(Object handle) {}

    /** A loaded kernel. */
    record Function(Object handle) {}

    /** Host memory the device can reach by itself, so that a copy need not wait for the processor. */
    record Pinned(Object handle, ByteBuffer bytes) {}

    /** The device in use. */
    Device device();

    /** So many bytes of device memory, more than 0; the address is a multiple of 256. */
    long allocate(long bytes);

    void free(long address);

    /** How many allocations of device and pinned memory have not been freed. */
    int allocations();

    Pinned allocatePinned(int bytes);

    void freePinned(Pinned memory);

    Stream stream();

    Event event();

    /** Marks the end of what is queued on the stream so far. */
    void record(Event event, Stream stream);

    /** What is queued on the stream from now on waits for the event. */
    void await(Stream stream, Event event);

    /** Waits here until the event has happened; at once if it was never recorded. */
    void synchronize(Event event);

    /** Waits here until the stream is empty. */
    void synchronize(Stream stream);

    /** Queues a copy of the first {@code bytes} of pinned memory to the device. */
    void upload(Pinned from, long to, long bytes, Stream stream);

    /** Queues a copy from the device to the start of pinned memory. */
    void download(long from, Pinned to, long bytes, Stream stream);

    /** Queues a copy on the device. */
    void copy(long from, long to, long bytes, Stream stream);

    /** Queues setting {@code count} 32-bit words. */
    void fill(long address, int word, long count, Stream stream);

    /** Loads a program in PTX and returns these of its kernels. */
    List<Function> load(byte[] ptx, List<String> kernels);

    /**
     * Queues a kernel.
     *
     * @param grid blocks in x, y and z
     * @param threads of a block
     * @param sharedBytes of shared memory beyond what the kernel declares
     */
    void launch(Function kernel, Grid grid, int threads, int sharedBytes, Arguments arguments, Stream stream);

    /** Blocks in three directions. */
    record Grid(int x, int y, int z) {
        @Override
        public String toString() {
            return x + " × " + y + " × " + z;
        }
    }

    /** Whether {@link #gemm} works here; where it does not, {@link #gemmSource} says why. */
    boolean hasGemm();

    /** Which library multiplies matrices, with its version, or why none does. */
    String gemmSource();

    /** Queues C = op(A)·op(B), or C += …; row-major, as in {@link chainrule.backend.Backend#gemm}. */
    void gemm(
            boolean transposeA,
            boolean transposeB,
            int m,
            int n,
            int k,
            long a,
            long b,
            boolean accumulate,
            long c,
            Stream stream);

    /** Gives everything back but what was allocated and not freed. */
    @Override
    void close();
}
