package chainrule.cuda;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * The arguments of a kernel, one after the other in native memory that every launch reuses. Each begins at a multiple of 8
 * bytes, the largest alignment among the types that kernels take here.
 */
final class Arguments {
    private static final int BYTES = 1024;
    private static final int MOST = 32;

    private final ByteBuffer memory = ByteBuffer.allocateDirect(BYTES).order(ByteOrder.nativeOrder());
    private final int[] offsets = new int[MOST];
    private int count;

    void clear() {
        memory.clear();
        count = 0;
    }

    Arguments putInt(int value) {
        begin().putInt(value);
        return this;
    }

    Arguments putLong(long value) {
        begin().putLong(value);
        return this;
    }

    Arguments putFloat(float value) {
        begin().putFloat(value);
        return this;
    }

    Arguments putDouble(double value) {
        begin().putDouble(value);
        return this;
    }

    /** The memory at which the next argument begins; for structs that are written by parts. */
    ByteBuffer begin() {
        memory.position(Math.ceilDiv(memory.position(), Long.BYTES) * Long.BYTES);
        offsets[count++] = memory.position();
        return memory;
    }

    ByteBuffer memory() {
        return memory;
    }

    int count() {
        return count;
    }

    /** Where an argument begins in {@link #memory}. */
    int offset(int argument) {
        return offsets[argument];
    }
}
