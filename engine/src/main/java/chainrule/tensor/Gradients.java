package chainrule.tensor;

import chainrule.backend.Backend;
import chainrule.backend.Buffer;
import chainrule.backend.Target;

import java.util.Arrays;
import java.util.IdentityHashMap;
import java.util.Map;

/**
 * ∂L/∂t for the tensors t of one backward pass. What remains after the pass are the gradients of the leaves: parameters
 * and variables; those of intermediate results are recycled as soon as they have been passed on.
 */
public final class Gradients {
    private final Backend backend;
    private final Map<Tensor, Tensor> gradients = new IdentityHashMap<>();

    /** What the backward pass began with: it stays the caller's. */
    private Tensor given;

    /** The tensor whose gradient is being written over the one that is passed on; null if there is none. */
    private Tensor successor;

    Gradients(Backend backend) {
        this.backend = backend;
    }

    /** Whether an op should compute a gradient for this operand. */
    public boolean wants(Tensor t) {
        return t.differentiable();
    }

    /**
     * Where an op puts its contribution to the gradient of t: overwriting for the first one, adding for all others. The
     * op must write at once, before it asks for another target: it may be the same tensor's.
     */
    public Target target(Tensor t) {
        Tensor gradient = gradients.get(t);
        if (gradient != null) {
            return Target.add(gradient.buffer());
        }
        Buffer buffer = backend.allocate(t.shape().elements(), t.name());
        gradients.put(t, new Tensor(t.name(), t.shape(), buffer, false));
        return Target.set(buffer);
    }

    /**
     * As {@link #target(Tensor)}, for a primitive of {@link Backend#inPlaceGradients}: a first contribution may be written
     * over dy, which nobody needs any more after this op.
     */
    public Target target(Tensor t, Tensor dy) {
        if (dy == given || !backend.inPlaceGradients() || gradients.containsKey(t)) {
            return target(t);
        }
        successor = t;
        return Target.set(dy.buffer());
    }

    /**
     * The targets of several operands at once, for a primitive of {@link Backend#inPlaceGradients} that writes them in an
     * order of its own: the first may be dy. Null for those that want none. If a tensor is among them twice, each of its
     * targets adds.
     */
    public Target[] targets(Tensor dy, Tensor... operands) {
        Target[] targets = new Target[operands.length];
        for (int i = 0; i < operands.length; i++) {
            Tensor t = operands[i];
            if (wants(t)) {
                boolean once = Arrays.stream(operands).filter(o -> o == t).count() == 1;
                Target own = once && i == 0 ? target(t, dy) : target(t);
                targets[i] = once ? own : Target.add(own.toAddTo(backend));
            }
        }
        return targets;
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
        target(t).toAddTo(backend); // zeros if nothing arrived
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
        given = dy;
    }

    /** After an op has passed on dy, to which nothing more comes: it is recycled, or holds its successor already. */
    void passedOn(Tensor dy) {
        if (successor != null) {
            Buffer buffer = dy.buffer().handOver(successor.name());
            gradients.put(successor, new Tensor(successor.name(), successor.shape(), buffer, false));
            successor = null;
        } else if (dy != given) {
            dy.buffer().close();
        }
    }

    /** The gradient of an op's result; null if nothing arrived there. */
    Tensor arrived(Tensor y) {
        return gradients.get(y);
    }
}
