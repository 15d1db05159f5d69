package chainrule.cuda;

import chainrule.cuda.CudaBinding.Event;
import chainrule.cuda.CudaBinding.Pinned;
import chainrule.cuda.CudaBinding.Stream;

import java.nio.FloatBuffer;

/**
 * Copies between host and device through pinned memory.
 *
 * <p>An upload must neither wait for the step that is still running on the device nor delay it. So it uses a second stream
 * and goes through pinned memory into a landing place on the device; the compute stream copies it from there when it has
 * finished the work queued before:
 *
 * <pre>
 *   host array ──copied at once──▶ pinned ──upload stream──▶ landing ──compute stream──▶ buffer
 * </pre>
 *
 * <p>Copying straight into the buffer would save a copy on the device, which takes little time, but the buffer's
 * storage may still be in use by the step before. A few such slots are used in turn; a slot is free again when its landing
 * place has been copied.
 */
final class PinnedTransfers implements AutoCloseable {
    /** Enough for the inputs and targets of two steps. */
    private static final int SLOTS = 4;

    /** The most floats in a slot; longer arrays are copied in several pieces. */
    private static final int LONGEST = 1 << 22;

    private final CudaBinding cuda;
    private final Stream compute;
    private final Stream uploads;
    private final Slot[] slots = new Slot[SLOTS];
    private int next;
    private Pinned back;
    private long uploaded;
    private long uploadedBytes;
    private long downloaded;
    private long downloadedBytes;

    /** The numbers of uploads, downloads and their bytes so far. */
    record Moved(long uploads, long uploadedBytes, long downloads, long downloadedBytes) {}

    private static final class Slot {
        final Event arrived;
        final Event emptied;
        Pinned pinned;
        long landing;

        Slot(CudaBinding cuda) {
            arrived = cuda.event();
            emptied = cuda.event();
        }
    }

    PinnedTransfers(CudaBinding cuda, Stream compute) {
        this.cuda = cuda;
        this.compute = compute;
        this.uploads = cuda.stream();
    }

    Moved moved() {
        return new Moved(uploaded, uploadedBytes, downloaded, downloadedBytes);
    }

    /** Queues an upload of {@code length} elements; the array may change as soon as this returns. */
    void upload(float[] from, int offset, int length, long to) {
        uploaded++;
        for (int at = 0; at < length; at += LONGEST) {
            int count = Math.min(LONGEST, length - at);
            Slot slot = slot(count);
            floats(slot.pinned).put(from, offset + at, count);
            send(slot, count, to + 4L * at);
        }
    }

    /** As {@link #upload(float[], int, int, long)}, rounding to float. */
    void upload(double[] from, int length, long to) {
        uploaded++;
        for (int at = 0; at < length; at += LONGEST) {
            int count = Math.min(LONGEST, length - at);
            Slot slot = slot(count);
            FloatBuffer floats = floats(slot.pinned);
            for (int i = 0; i < count; i++) {
                floats.put(i, (float) from[at + i]);
            }
            send(slot, count, to + 4L * at);
        }
    }

    /** The next slot, with room for {@code count} floats, once its pinned memory is no longer being read. */
    private Slot slot(int count) {
        next = (next + 1) % SLOTS;
        Slot slot = slots[next];
        if (slot == null) {
            slot = slots[next] = new Slot(cuda);
        }
        cuda.synchronize(slot.arrived);
        if (slot.pinned == null || slot.pinned.bytes().capacity() < 4 * count) {
            cuda.synchronize(slot.emptied);
            release(slot);
            int bytes = 4 * Math.max(1024, Integer.highestOneBit(2 * count - 1)); // the next power of two
            slot.pinned = cuda.allocatePinned(bytes);
            slot.landing = cuda.allocate(bytes);
        }
        return slot;
    }

    private void send(Slot slot, int count, long to) {
        long bytes = 4L * count;
        cuda.await(uploads, slot.emptied);
        cuda.upload(slot.pinned, slot.landing, bytes, uploads);
        cuda.record(slot.arrived, uploads);
        cuda.await(compute, slot.arrived);
        cuda.copy(slot.landing, to, bytes, compute);
        cuda.record(slot.emptied, compute);
        uploadedBytes += bytes;
    }

    /** Reads the bytes of a download from the start of pinned memory. */
    @FunctionalInterface
    interface Reader<T> {
        T read(Pinned bytes);
    }

    /** Blocks until all work queued before has completed, and downloads that many bytes, at most 16 MB. */
    <T> T download(long from, int bytes, Reader<T> reader) {
        if (back == null || back.bytes().capacity() < bytes) {
            if (back != null) {
                cuda.freePinned(back);
                back = null;
            }
            back = cuda.allocatePinned(Math.max(4096, Integer.highestOneBit(2 * bytes - 1)));
        }
        cuda.download(from, back, bytes, compute);
        cuda.synchronize(compute);
        downloaded++;
        downloadedBytes += bytes;
        return reader.read(back);
    }

    /** Downloads that many floats. */
    void download(long from, int length, double[] to) {
        for (int at = 0; at < length; at += LONGEST) {
            int first = at;
            int count = Math.min(LONGEST, length - at);
            download(
                    from + 4L * at,
                    4 * count,
                    bytes -> {
                        FloatBuffer floats = floats(bytes);
                        for (int i = 0; i < count; i++) {
                            to[first + i] = floats.get(i);
                        }
                        return null;
                    });
        }
    }

    private static FloatBuffer floats(Pinned memory) {
        return memory.bytes().asFloatBuffer();
    }

    private void release(Slot slot) {
        if (slot.pinned != null) {
            cuda.freePinned(slot.pinned);
            cuda.free(slot.landing);
            slot.pinned = null;
        }
    }

    @Override
    public void close() {
        for (Slot slot : slots) {
            if (slot != null) {
                release(slot);
            }
        }
        if (back != null) {
            cuda.freePinned(back);
            back = null;
        }
    }
}
