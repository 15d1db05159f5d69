package chainrule.tensor;

import chainrule.backend.Backend;
import chainrule.backend.Images;
import chainrule.backend.Matrix;
import chainrule.backend.Memory.Buffer;

/**
 * A shape and the elements that fill it, row-major, on some backend. As a {@link Matrix} it has its last axis as columns
 * and all other axes as rows. A tensor holds no gradient: those live in {@link
 * Gradients}, keyed by tensor, for as long as one backward pass needs them.
 */
public sealed class Tensor extends Matrix permits Parameter {
    private final String name;
    private final Shape shape;
    private final Buffer buffer;
    private final boolean differentiable;

    Tensor(String name, Shape shape, Buffer buffer, boolean differentiable) {
        super(shape.elements() / columns(shape), columns(shape));
        if (buffer.length() != shape.elements()) {
            throw new ShapeException(
                    name + " " + shape + " needs " + shape.elements() + " elements, its buffer has " + buffer.length());
        }
        this.name = name;
        this.shape = shape;
        this.buffer = buffer;
        this.differentiable = differentiable;
    }

    /** The last size; 1 for a single number. */
    private static int columns(Shape shape) {
        return shape.rank() == 0 ? 1 : shape.size(-1);
    }

    /** A tensor without a gradient: a batch of images, a target. */
    public static Tensor constant(String name, Shape shape, Buffer buffer) {
        return new Tensor(name, shape, buffer, false);
    }

    /** A tensor with a gradient: an image to be changed, an operand of a gradient check. */
    public static Tensor variable(String name, Shape shape, Buffer buffer) {
        return new Tensor(name, shape, buffer, true);
    }

    /** A constant with these values, uploaded to a buffer of the innermost scope. */
    public static Tensor constant(Backend backend, String name, Shape shape, double... values) {
        return constant(name, shape, upload(backend, name, shape, values));
    }

    /** A variable with these values, uploaded to a buffer of the innermost scope. */
    public static Tensor variable(Backend backend, String name, Shape shape, double... values) {
        return variable(name, shape, upload(backend, name, shape, values));
    }

    static Buffer upload(Backend backend, String name, Shape shape, double[] values) {
        if (values.length != shape.elements()) {
            throw new ShapeException(
                    name + " " + shape + " needs " + shape.elements() + " values, got " + values.length);
        }
        Buffer buffer = backend.allocate(values.length, name);
        backend.upload(values, buffer);
        return buffer;
    }

    /** "dense3.weight" for a parameter, the name of the op, "affine", for its result; a gradient is named as its tensor. */
    public String name() {
        return name;
    }

    public Shape shape() {
        return shape;
    }

    @Override
    public Buffer buffer() {
        return buffer;
    }

    /** True if a backward pass computes a gradient for it. */
    public boolean differentiable() {
        return differentiable;
    }

    /** This tensor, [N, height, width, channels], as a batch of images. */
    public Images images() {
        return new Images(buffer, shape.size(0), shape.size(1), shape.size(2), shape.size(3));
    }

    @Override
    public String toString() {
        return name + " " + shape;
    }
}
