package chainrule.backend;

import static org.assertj.core.api.Assertions.fail;

import chainrule.backend.Memory.Buffer;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.DoubleUnaryOperator;

/**
 * The operands of one run of a primitive. Their values are uniform in [−1, 1], one in eight is 0, and they are rounded to
 * float so that every backend starts from the same. They depend on the seed and the operand's name alone.
 *
 * <p>Guard values follow the elements of a result in the same buffer, so that a vector loop that writes past the last
 * element is caught. Results that are images have none, because {@link Images} fill their buffer.
 */
final class Operands {
    private static final int GUARD = 5;

    private final Backend backend;
    private final long seed;
    private final boolean absolute;
    private final List<Operand> operands = new ArrayList<>();
    private boolean accumulate = true;

    private record Operand(String name, Buffer buffer, double[] before, int length, boolean result) {}

    /** @param absolute true if operands hold the absolute values of what they would hold otherwise */
    Operands(Backend backend, long seed, boolean absolute) {
        this.backend = backend;
        this.seed = seed;
        this.absolute = absolute;
    }

    /** An operand of one row that the primitive must leave unchanged. */
    Matrix in(String name, int cols) {
        return in(name, 1, cols);
    }

    /** An operand of one row, its values mapped from [−1, 1] to what the primitive expects. */
    Matrix in(String name, int cols, DoubleUnaryOperator map) {
        return in(name, 1, cols, map);
    }

    /** An operand that the primitive must leave unchanged. */
    Matrix in(String name, int rows, int cols) {
        return in(name, rows, cols, DoubleUnaryOperator.identity());
    }

    /** An operand with its values mapped from [−1, 1] to what the primitive expects. */
    Matrix in(String name, int rows, int cols, DoubleUnaryOperator map) {
        return Matrix.of(add(name, random(name, rows * cols, map), rows * cols, false), rows, cols);
    }

    /** Images that the primitive must leave unchanged. */
    Images images(String name, int[] shape) {
        return images(name, shape, DoubleUnaryOperator.identity());
    }

    /** Images with their values mapped from [−1, 1] to what the primitive expects. */
    Images images(String name, int[] shape, DoubleUnaryOperator map) {
        int elements = elements(shape);
        return images(add(name, random(name, elements, map), elements, false), shape);
    }

    /** An operand with exactly these values. */
    Matrix values(String name, int rows, int cols, double... values) {
        return Matrix.of(add(name, values.clone(), values.length, false), rows, cols);
    }

    /** A row that the primitive reads and overwrites, guarded. */
    Matrix state(String name, int cols) {
        return state(name, 1, cols);
    }

    /** A row that the primitive reads and overwrites, guarded, its values mapped from [−1, 1]. */
    Matrix state(String name, int cols, DoubleUnaryOperator map) {
        return guarded(name, random(name, cols, map), 1, cols, false);
    }

    /** A matrix that the primitive reads and overwrites, guarded. */
    Matrix state(String name, int rows, int cols) {
        return guarded(name, random(name, rows * cols, DoubleUnaryOperator.identity()), rows, cols, false);
    }

    /** A result of one row that the primitive overwrites: NaN before, guarded. */
    Matrix fresh(String name, int cols) {
        return fresh(name, 1, cols);
    }

    /** A result that the primitive overwrites: NaN before, guarded. */
    Matrix fresh(String name, int rows, int cols) {
        return guarded(name, nan(rows * cols), rows, cols, false);
    }

    /** Images that the primitive overwrites: NaN before. */
    Images freshImages(String name, int[] shape) {
        return images(add(name, nan(elements(shape)), elements(shape), true), shape);
    }

    /** The same operands, except that sums are overwritten. */
    Operands overwriting() {
        accumulate = false;
        return this;
    }

    /** A result of one row whose formula says "+=". */
    Matrix sum(String name, int cols) {
        return sum(name, 1, cols);
    }

    /** A result whose formula says "+=", guarded: random before or, if it is overwritten, NaN. */
    Matrix sum(String name, int rows, int cols) {
        return accumulate
                ? guarded(name, random(name, rows * cols, DoubleUnaryOperator.identity()), rows, cols, true)
                : fresh(name, rows, cols);
    }

    /** The random values of that name: uniform in [−1, 1], one in eight a zero, then mapped. */
    double[] random(String name, int length, DoubleUnaryOperator map) {
        SplittableRandom random = new SplittableRandom(seed + 0x9E3779B97F4A7C15L * name.hashCode());
        double[] values = new double[length];
        for (int i = 0; i < length; i++) {
            double raw = random.nextInt(8) == 0 ? 0 : random.nextDouble(-1, 1);
            values[i] = (float) map.applyAsDouble(raw);
        }
        return values;
    }

    private static double[] nan(int length) {
        double[] values = new double[length];
        Arrays.fill(values, Double.NaN);
        return values;
    }

    private static int elements(int[] shape) {
        return Arrays.stream(shape).reduce(1, Math::multiplyExact);
    }

    private static Images images(Buffer buffer, int[] shape) {
        return new Images(buffer, shape[0], shape[1], shape[2], shape[3]);
    }

    private Matrix guarded(String name, double[] values, int rows, int cols, boolean sum) {
        double[] longer = Arrays.copyOf(values, values.length + GUARD);
        Arrays.fill(longer, values.length, longer.length, 12345);
        Buffer buffer = add(name, longer, values.length, true);
        return new Matrix(rows, cols, sum) {
            @Override
            public Buffer buffer() {
                return buffer;
            }
        };
    }

    private Buffer add(String name, double[] values, int length, boolean result) {
        double[] before = absolute ? Arrays.stream(values).map(Math::abs).toArray() : values;
        Buffer buffer = backend.allocate(before.length, name);
        backend.upload(before, buffer);
        operands.add(new Operand(name, buffer, before, length, result));
        return buffer;
    }

    /** The results by name, after a check that operands and guards are unchanged. */
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
