package chainrule.cuda;

import chainrule.backend.Matrix;

import java.nio.ByteBuffer;
import java.util.List;

/**
 * The part of CUDA that the backend uses: one device, its memory, streams, programs and matrix products. The rest of this
 * package uses CUDA only through this interface, so that another binding could replace {@link JCudaBinding}.
 *
 * <p>Device memory is identified by its address, as in CUDA. Every method may throw a {@link CudaException}; an error of
 * queued work is thrown by a later call.
 */
interface CudaBinding extends AutoCloseable {

    /** A queue of work; what is queued on one runs in order. */
    record Stream(Object handle) {}

    /** A point in a stream that other streams and the host can wait for. */
    record Event(Object handle) {}

    /** A loaded kernel. */
    record Function(Object handle) {}

    /** Host memory that the device can access directly, so that a copy does not occupy the CPU. */
    record Pinned(Object handle, ByteBuffer bytes) {}

    /** The device in use. */
    Device device();

    /** The address of {@code bytes} > 0 of new device memory; it is a multiple of 256. */
    long allocate(long bytes);

    void free(long address);

    /** The number of allocations of device and pinned memory that have not been freed. */
    int allocations();

    Pinned allocatePinned(int bytes);

    void freePinned(Pinned memory);

    Stream stream();

    Event event();

    /** Marks the end of the work queued on the stream so far. */
    void record(Event event, Stream stream);

    /** Work queued on the stream from now on waits for the event. */
    void await(Stream stream, Event event);

    /** Blocks until the event has happened; returns at once if it was never recorded. */
    void synchronize(Event event);

    /** Blocks until the stream is empty. */
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

    /** True if {@link #gemm} works; otherwise {@link #gemmSource} explains why not. */
    boolean hasGemm();

    /** The library that multiplies matrices, with its version, or why there is none. */
    String gemmSource();

    /**
     * The sizes of a product of row-major matrices, C [m × n] = A·B or C += A·B.
     *
     * @param transposeA true if A is stored as its transpose, [k × m]
     * @param transposeB true if B is stored as its transpose, [n × k]
     * @param k the inner size
     * @param accumulate true for +=
     */
    record Product(boolean transposeA, boolean transposeB, int m, int n, int k, boolean accumulate) {
        static Product of(Matrix a, Matrix b, Matrix c) {
            return new Product(a.transposed(), b.transposed(), c.rows(), c.cols(), a.cols(), c.accumulate());
        }
    }

    /** Queues a product of the matrices at these addresses. */
    void gemm(Product product, long a, long b, long c, Stream stream);

    /** Frees everything except memory that was allocated and not freed. */
    @Override
    void close();
}
