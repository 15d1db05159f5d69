package chainrule.cuda;

import chainrule.backend.Backend;
import chainrule.backend.Buffer;
import chainrule.backend.Sizes;

/** What the families of primitives need to know of the backend they are part of. */
interface CudaHost extends Backend {

    /** Names a kernel to launch. */
    Launcher on(Kernel kernel, int... shape);

    /**
     * Room for so many doubles, for sums that one kernel leaves for the next; null for none. Close it when the last kernel
     * that needs it is queued: what takes its storage comes later on the same stream.
     */
    default Buffer doubles(int count) {
        return count == 0 ? null : allocate(Sizes.product("partial sums", 2, count), "partial sums");
    }

    /** The number of blocks that share a sum over n numbers: each thread takes some sixteen; depends on n alone. */
    static int blocksFor(int n) {
        return Math.clamp(Math.ceilDiv(n, 16 * Launcher.BLOCK), 1, 1024);
    }

    /** Finishes a sum that several blocks left in {@code partial}: result = factor · Σ. With one block it is done. */
    default void finishSum(int blocks, double factor, Buffer partial, Buffer result) {
        if (blocks > 1) {
            on(Kernel.SUM_FINISH, blocks).i32(blocks).f64(factor).buffers(partial, result).blocks(1);
        }
    }

    /** Closes a buffer that may be null. */
    static void close(Buffer buffer) {
        if (buffer != null) {
            buffer.close();
        }
    }
}
