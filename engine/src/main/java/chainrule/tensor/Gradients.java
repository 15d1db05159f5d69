package chainrule.tensor;

import chainrule.backend.Backend;
import chainrule.backend.Buffer;

import java.util.IdentityHashMap;
import java.util.Map;

/**
 * ∂L/∂t for the tensors t of one backward pass. What remains after the pass are the gradients of the leaves: parameters
 * and variables; those of intermediate results are recycled as soon as they have been passed on.
 */
public final class Gradients {
    private final Backend backend;
    private final Map<Tensor, Tensor> gradients = new IdentityHashMap<>();

    Gradients(Backend backend) {
        this.backend = backend;
    }

    /** Whether an op should compute a gradient for this operand. */
    public boolean wants(Tensor t) {
        return t.differentiable();
    }

    /** Where an op adds its contribution to the gradient of t: zeros at first. */
    public Buffer into(Tensor t) {
        Target target = target(t);
        if (!target.accumulate()) {
            backend.fill(target.buffer(), 0);
        }
        return target.buffer();
    }

    /**
     * Where an op puts its contribution.
     *
     * @param accumulate false for the first contribution: the buffer's contents are undefined and must be overwritten
     */
    public record Target(Buffer buffer, boolean accumulate) {}

    /**
     * {@link #into} for an op whose primitive can overwrite as well as add, which saves filling with zeros and reading
     * them. The op must write at once, before it asks for another target: it may be the same tensor's.
     */
    public Target target(Tensor t) {
        Tensor gradient = gradients.get(t);
        if (gradient != null) {
            return new Target(gradient.buffer(), true);
        }
        Buffer buffer = backend.allocate(t.shape().elements(), t.name());
        gradients.put(t, new Tensor(t.name(), t.shape(), buffer, false));
        return new Target(buffer, false);
    }

    /** {@link #into}, or null where no gradient is wanted: for primitives that take null as "not needed". */
    public Buffer intoOrNull(Tensor t) {
        return wants(t) ? into(t) : null;
    }

    /**
     * ∂L/∂t, of the shape of t; all zeros if the loss does not depend on t.
     *
     * @throws IllegalArgumentException if t is not differentiable, so that nothing was computed
     * @throws IllegalStateException if t is an intermediate result, whose gradient was passed on and recycled
     */
    public Tensor of(Tensor t) {
        if (!wants(t)) {
            throw new IllegalArgumentException(
                    "no gradient was computed for "
                            + t
                            + ": it is a constant or a frozen parameter; make it a Tensor.variable or unfreeze it");
        }
        into(t);
        Tensor gradient = gradients.get(t);
        if (!gradient.buffer().isOpen()) {
            throw new IllegalStateException(
                    "the gradient of " + t + " was passed on and recycled; see it by a listener of the backward pass");
        }
        return gradient;
    }

    void start(Tensor y, Tensor dy) {
        if (!dy.shape().equals(y.shape())) {
            throw new ShapeException("the gradient " + dy + " does not have the shape of " + y);
        }
        gradients.put(y, dy);
    }

    /** The gradient of an op's result; null if nothing arrived there. */
    Tensor arrived(Tensor y) {
        return gradients.get(y);
    }
}
