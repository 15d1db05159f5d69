package chainrule.backend.cpu;

import chainrule.backend.Buffer;
import chainrule.backend.Memory;
import chainrule.backend.Statistics;

import java.util.Arrays;

/**
 * What all float32 CPU backends share: every primitive except the matrix product, as plain loops over {@code float[]}
 * that the JIT compiler vectorises where it can, split over threads by result. The loops stand in one interface per
 * family, in this package; a faster backend overrides the ones that matter to it.
 */
public abstract class Float32Backend
        implements Float32Elementwise, Float32Rows, Float32Images, Float32Normalization, Float32Losses, Float32Updates {

    private final Memory memory;
    private final Workers workers;
    private final int padding;

    /** @param threads how many threads share a loop */
    protected Float32Backend(int threads) {
        this(threads, 0);
    }

    /**
     * @param threads how many threads share a loop
     * @param padding numbers of undefined contents that follow the last one in every buffer's storage, so that loops over
     *     whole vectors may read and write past the end
     */
    protected Float32Backend(int threads, int padding) {
        this.workers = new Workers(threads);
        this.padding = padding;
        this.memory =
                new Memory(length -> new float[length + padding], storage -> Arrays.fill((float[]) storage, Float.NaN));
    }

    @Override
    public final Workers workers() {
        return workers;
    }

    @Override
    public double unitRoundoff() {
        return 0x1p-24;
    }

    @Override
    public final Memory memory() {
        return memory;
    }

    @Override
    public void close() {
        memory.requireThisThread();
        workers.close();
        memory.close();
    }

    @Override
    public void fill(Buffer x, double value) {
        Arrays.fill(f32(x), 0, x.length(), (float) value);
    }

    @Override
    public void copy(Buffer from, Buffer to) {
        System.arraycopy(f32(from), 0, f32(to), 0, from.length());
    }

    @Override
    public void upload(double[] from, Buffer to) {
        float[] data = f32(to);
        for (int i = 0; i < to.length(); i++) {
            data[i] = (float) from[i];
        }
    }

    @Override
    public void upload(float[] from, int offset, Buffer to) {
        System.arraycopy(from, offset, f32(to), 0, to.length());
    }

    /** The array itself, if it is long enough for loops over whole vectors: copying a batch costs as much as a layer. */
    @Override
    public Buffer lend(float[] from, int length, String label) {
        return from.length < length + padding
                ? Float32Elementwise.super.lend(from, length, label)
                : memory.lend(from, length, label);
    }

    @Override
    public double[] download(Buffer from) {
        float[] data = f32(from);
        double[] copy = new double[from.length()];
        for (int i = 0; i < copy.length; i++) {
            copy[i] = data[i];
        }
        return copy;
    }

    @Override
    public double scalar(Buffer from) {
        return f32(from)[0];
    }

    @Override
    public Statistics statistics(Buffer x) {
        return Summary.of(f32(x), x.length());
    }

    /** The numbers behind a buffer of this backend; may be longer than the buffer. */
    public static float[] f32(Buffer buffer) {
        return (float[]) buffer.storage();
    }
}
