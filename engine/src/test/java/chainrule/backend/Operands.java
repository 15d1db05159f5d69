package chainrule.backend;

import static org.assertj.core.api.Assertions.fail;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.DoubleUnaryOperator;

/**
 * The buffers of one run of a primitive. Their numbers are uniform in [−1, 1], one in eight a zero, rounded to float so
 * that every backend starts from the same; they depend on the seed and the buffer's name alone.
 *
 * <p>Results are followed by guard numbers in the same buffer, for primitives whose sizes are not those of the buffer: a
 * vector loop that writes past the last row is caught.
 */
final class Operands {
    private static final int GUARD = 5;

    private final Backend backend;
    private final long seed;
    private final boolean absolute;
    private final List<Operand> operands = new ArrayList<>();
    private boolean accumulate = true;

    private record Operand(String name, Buffer buffer, double[] before, int length, boolean result) {}

    /** @param absolute whether operands hold the absolute values of what they would hold otherwise */
    Operands(Backend backend, long seed, boolean absolute) {
        this.backend = backend;
        this.seed = seed;
        this.absolute = absolute;
    }

    /** An operand the primitive must leave as it is. */
    Buffer in(String name, int length) {
        return in(name, length, DoubleUnaryOperator.identity());
    }

    /** An operand with its numbers changed from [−1, 1] to what the primitive expects. */
    Buffer in(String name, int length, DoubleUnaryOperator change) {
        return add(name, random(name, length, change), length, false);
    }

    /** An operand with exactly these numbers. */
    Buffer in(String name, double... values) {
        return add(name, values.clone(), values.length, false);
    }

    /** A result the primitive adds to: random before, guarded. */
    Buffer sum(String name, int length) {
        return sum(name, length, DoubleUnaryOperator.identity());
    }

    /** A result the primitive changes: random before, guarded. */
    Buffer sum(String name, int length, DoubleUnaryOperator change) {
        return add(name, guarded(random(name, length, change)), length, true);
    }

    /** A result the primitive overwrites: NaN before, guarded. */
    Buffer fresh(String name, int length) {
        double[] values = new double[length];
        Arrays.fill(values, Double.NaN);
        return add(name, guarded(values), length, true);
    }

    /** The same operands, but for targets, which are to be overwritten. */
    Operands overwriting() {
        accumulate = false;
        return this;
    }

    /** A result of a gradient primitive: {@link #sum} or, if it is overwritten, NaN before. */
    Target target(String name, int length) {
        return accumulate ? Target.add(sum(name, length)) : overwritten(name, length);
    }

    /** A result of a gradient primitive; not guarded, because its own length is the size of the work. */
    Target overwritten(String name, int length) {
        return Target.set(inOut(name, length, _ -> Double.NaN));
    }

    /** Operand and result in one; not guarded, because its own length is the size of the work. */
    Buffer inOut(String name, int length) {
        return inOut(name, length, DoubleUnaryOperator.identity());
    }

    /** Operand and result in one, with its numbers changed from [−1, 1]. */
    Buffer inOut(String name, int length, DoubleUnaryOperator change) {
        return add(name, random(name, length, change), length, true);
    }

    /** The random numbers of that name, before any change: uniform in [−1, 1], one in eight a zero. */
    double[] random(String name, int length, DoubleUnaryOperator change) {
        SplittableRandom random = new SplittableRandom(seed + 0x9E3779B97F4A7C15L * name.hashCode());
        double[] values = new double[length];
        for (int i = 0; i < length; i++) {
            double raw = random.nextInt(8) == 0 ? 0 : random.nextDouble(-1, 1);
            values[i] = (float) change.applyAsDouble(raw);
        }
        return values;
    }

    private static double[] guarded(double[] values) {
        double[] longer = Arrays.copyOf(values, values.length + GUARD);
        Arrays.fill(longer, values.length, longer.length, 12345);
        return longer;
    }

    private Buffer add(String name, double[] values, int length, boolean result) {
        double[] before = absolute ? Arrays.stream(values).map(Math::abs).toArray() : values;
        Buffer buffer = backend.allocate(before.length, name);
        backend.upload(before, buffer);
        operands.add(new Operand(name, buffer, before, length, result));
        return buffer;
    }

    /** The results by name, once it is checked that operands and guards are what they were. */
    Map<String, double[]> results() {
        Map<String, double[]> results = new LinkedHashMap<>();
        for (Operand o : operands) {
            double[] after = backend.download(o.buffer);
            for (int i = o.result ? o.length : 0; i < after.length; i++) {
                if (Double.compare(after[i], o.before[i]) != 0) {
                    fail("%s[%d] of %d must not change, was %s, is %s", o.name, i, o.length, o.before[i], after[i]);
                }
            }
            for (int i = 0; i < o.length && o.result; i++) {
                if (Double.isNaN(o.before[i]) && Double.isNaN(after[i])) {
                    fail("%s[%d] of %d must be written, but is still NaN", o.name, i, o.length);
                }
            }
            if (o.result) {
                results.put(o.name, Arrays.copyOf(after, o.length));
            }
        }
        return results;
    }
}
