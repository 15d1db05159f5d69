package chainrule.tensor;

import java.util.Arrays;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** The sizes of a tensor's axes, outermost first; immutable. Printed as [64 × 784]. */
public final class Shape {
    private final int[] sizes;
    private final int elements;

    private Shape(int[] sizes) {
        long product = 1;
        for (int size : sizes) {
            if (size < 1) {
                throw new ShapeException("shape " + Arrays.toString(sizes) + ": every size must be at least 1");
            }
            product *= size;
            if (product > Integer.MAX_VALUE) {
                throw new ShapeException("shape " + Arrays.toString(sizes) + " has more than 2³¹ − 1 elements");
            }
        }
        this.sizes = sizes;
        this.elements = (int) product;
    }

    /** A shape with these sizes; no sizes at all make a scalar. */
    public static Shape of(int... sizes) {
        return new Shape(sizes.clone());
    }

    /** The number of axes. */
    public int rank() {
        return sizes.length;
    }

    /** The size of one axis; negative axes count from the end, so −1 is the last. */
    public int size(int axis) {
        return sizes[axis < 0 ? sizes.length + axis : axis];
    }

    /** The product of all sizes. */
    public int elements() {
        return elements;
    }

    /** This shape as one of {@code batch} examples: a new axis in front. */
    public Shape batch(int batch) {
        int[] batched = new int[sizes.length + 1];
        batched[0] = batch;
        System.arraycopy(sizes, 0, batched, 1, sizes.length);
        return new Shape(batched);
    }

    /** The shape of one example: without the first axis. */
    public Shape example() {
        requireAxes("has no batch axis to leave out");
        return new Shape(Arrays.copyOfRange(sizes, 1, sizes.length));
    }

    /** The same sizes except for the last axis. */
    public Shape withLast(int size) {
        requireAxes("has no last axis to change");
        int[] changed = sizes.clone();
        changed[changed.length - 1] = size;
        return new Shape(changed);
    }

    private void requireAxes(String problem) {
        if (sizes.length == 0) {
            throw new ShapeException("a scalar, shape [], " + problem);
        }
    }

    /** A copy of the sizes. */
    public int[] sizes() {
        return sizes.clone();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Shape shape && Arrays.equals(sizes, shape.sizes);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(sizes);
    }

    @Override
    public String toString() {
        return IntStream.of(sizes).mapToObj(Integer::toString).collect(Collectors.joining(" × ", "[", "]"));
    }
}
