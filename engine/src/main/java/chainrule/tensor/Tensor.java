package chainrule.tensor;

import chainrule.backend.Backend;
import chainrule.backend.Buffer;

/**
 * A shape and the numbers that fill it, row-major, on some backend. A tensor holds no gradient: those live in {@link
 * Gradients}, keyed by tensor, for as long as one backward pass needs them.
 */
public sealed class Tensor permits Parameter {
    private final String name;
    private final Shape shape;
    private final Buffer buffer;
    private final boolean differentiable;

    Tensor(String name, Shape shape, Buffer buffer, boolean differentiable) {
        if (buffer.length() != shape.elements()) {
            throw new ShapeException(
                    name + " " + shape + " needs " + shape.elements() + " numbers, its buffer has " + buffer.length());
        }
        this.name = name;
        this.shape = shape;
        this.buffer = buffer;
        this.differentiable = differentiable;
    }

    /** A tensor whose gradient nobody asks for: a batch of images, a target. */
    public static Tensor constant(String name, Shape shape, Buffer buffer) {
        return new Tensor(name, shape, buffer, false);
    }

    /** A tensor whose gradient is wanted: an image to be changed, an operand of a gradient check. */
    public static Tensor variable(String name, Shape shape, Buffer buffer) {
        return new Tensor(name, shape, buffer, true);
    }

    /** A constant with these values, uploaded to a buffer of the innermost scope. */
    public static Tensor constant(Backend k, String name, Shape shape, double... values) {
        return constant(name, shape, upload(k, name, shape, values));
    }

    /** A variable with these values, uploaded to a buffer of the innermost scope. */
    public static Tensor variable(Backend k, String name, Shape shape, double... values) {
        return variable(name, shape, upload(k, name, shape, values));
    }

    static Buffer upload(Backend k, String name, Shape shape, double[] values) {
        if (values.length != shape.elements()) {
            throw new ShapeException(
                    name + " " + shape + " needs " + shape.elements() + " values, got " + values.length);
        }
        Buffer buffer = k.allocate(values.length, name);
        k.upload(values, buffer);
        return buffer;
    }

    /** "dense3.weight" for a parameter, the name of the op, "affine", for its result; a gradient is named as its tensor. */
    public String name() {
        return name;
    }

    public Shape shape() {
        return shape;
    }

    /** The numbers. */
    public Buffer buffer() {
        return buffer;
    }

    /** Whether a backward pass computes a gradient for it. */
    public boolean differentiable() {
        return differentiable;
    }

    /** Rows when read as a matrix: the product of all sizes but the last. */
    public int rows() {
        return shape.elements() / cols();
    }

    /** Columns when read as a matrix: the last size. */
    public int cols() {
        return shape.rank() == 0 ? 1 : shape.size(-1);
    }

    @Override
    public String toString() {
        return name + " " + shape;
    }
}
