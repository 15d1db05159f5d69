package chainrule.backend.reference;

import chainrule.backend.Buffer;
import chainrule.backend.Memory;
import chainrule.backend.Statistics;

import java.util.Arrays;

/**
 * The specification: float64, naive loops, one thread. Slow on purpose, so that every loop can be read beside its
 * formula; all other backends are tested against it, and gradient checks run on it.
 *
 * <p>The loops stand in one interface per family of primitives, in this package.
 */
public final class ReferenceBackend
        implements ReferenceMatrices,
                ReferenceElementwise,
                ReferenceImages,
                ReferenceNormalization,
                ReferenceLosses,
                ReferenceUpdates {

    private final Memory memory = new Memory(double[]::new, storage -> Arrays.fill((double[]) storage, Double.NaN));

    @Override
    public String name() {
        return "reference";
    }

    @Override
    public String description() {
        return "float64, naive loops, 1 thread";
    }

    @Override
    public double unitRoundoff() {
        return 0x1p-53;
    }

    @Override
    public Memory memory() {
        return memory;
    }

    @Override
    public void close() {
        memory.close();
    }

    @Override
    public void fill(Buffer x, double value) {
        Arrays.fill(f64(x), 0, x.length(), value);
    }

    @Override
    public void copy(Buffer from, Buffer to) {
        System.arraycopy(f64(from), 0, f64(to), 0, from.length());
    }

    @Override
    public void upload(double[] from, Buffer to) {
        System.arraycopy(from, 0, f64(to), 0, to.length());
    }

    @Override
    public void upload(float[] from, int offset, Buffer to) {
        double[] data = f64(to);
        for (int i = 0; i < to.length(); i++) {
            data[i] = from[offset + i];
        }
    }

    @Override
    public double[] download(Buffer from) {
        return Arrays.copyOf(f64(from), from.length());
    }

    @Override
    public double scalar(Buffer from) {
        return f64(from)[0];
    }

    @Override
    public Statistics statistics(Buffer x) {
        double[] data = f64(x);
        Statistics all = Statistics.EMPTY;
        for (int i = 0; i < x.length(); i++) {
            all = all.plus(Statistics.of(data[i]));
        }
        return all;
    }

    /** The numbers behind a buffer of this backend. */
    static double[] f64(Buffer buffer) {
        return (double[]) buffer.storage();
    }
}
