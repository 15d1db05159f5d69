package chainrule.tensor;

import chainrule.backend.Backend;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * The list of ops in the order they ran. {@link #backward} is the same list read upwards: that is all there is to
 * reverse-mode differentiation.
 *
 * <p>Why that works: an op runs when its operands exist, so each tensor is computed before any op reads it. The order of
 * execution is a topological order of the graph; no sorting is needed. Read upwards, each op that reads a tensor
 * comes before the op that computed it. So when backward reaches the op of y, all consumers of y have added their
 * contributions, dy = ∂L/∂y is complete, and the op can pass it on to its operands.
 *
 * <pre>{@code
 * Tape tape = new Tape(backend);
 * Tensor y = tape.run(new Affine(x, w, b));
 * Tensor loss = tape.run(new SoftmaxCrossEntropy(y, target));
 * Gradients gradients = tape.backward(loss);
 * gradients.of(w);                                     // ∂loss/∂w
 * }</pre>
 */
public final class Tape {
    private final Backend backend;
    private final List<Entry> entries = new ArrayList<>();
    private String layer = "";

    /**
     * One line of the tape.
     *
     * @param layer the layer that ran the op, "" outside any
     * @param op the operation with its operands
     * @param output its result
     */
    public record Entry(String layer, Op op, Tensor output) {}

    /** Called with each op's result that the loss depends on and its complete gradient, last op first. */
    @FunctionalInterface
    public interface GradientListener {
        void gradient(Entry entry, Tensor gradient);
    }

    public Tape(Backend backend) {
        this.backend = backend;
    }

    public Backend backend() {
        return backend;
    }

    /** Names the layer that runs the following ops, for messages and gradient capture. */
    public void enter(String layer) {
        this.layer = layer;
    }

    /** Runs an op and records it. The result is differentiable if any operand is. */
    public Tensor run(Op op) {
        boolean differentiable = Gradients.differentiable(op.inputs()) > 0;
        Shape shape = op.shape();
        Tensor y = new Tensor(op.name(), shape, backend.allocate(shape.elements(), op.name()), differentiable);
        op.forward(backend, y);
        entries.add(new Entry(layer, op, y));
        return y;
    }

    /** The ops so far, in execution order. */
    public List<Entry> entries() {
        return Collections.unmodifiableList(entries);
    }

    /** The gradients of a scalar with respect to all differentiable tensors that it depends on. */
    public Gradients backward(Tensor loss) {
        return backward(loss, (_, _) -> {});
    }

    /** {@link #backward(Tensor)}, showing each result's gradient to the listener before it is passed on and recycled. */
    public Gradients backward(Tensor loss, GradientListener listener) {
        if (loss.shape().elements() != 1) {
            throw new ShapeException(
                    "backward needs a scalar to differentiate, got "
                            + loss
                            + "; reduce it with a loss, or pass the gradient to start from");
        }
        Tensor one = new Tensor("1", loss.shape(), backend.allocate(1, "dloss/dloss"), false);
        backend.fill(one, 1);
        return backward(loss, one, listener);
    }

    /**
     * Backward from any tensor y, given ∂L/∂y for some L that need not be on this tape.
     *
     * @param dy has the shape of y; it stays the caller's
     */
    public Gradients backward(Tensor y, Tensor dy, GradientListener listener) {
        Gradients gradients = new Gradients(backend, y, dy);
        for (Entry entry : entries.reversed()) {
            Tensor gradient = gradients.arrived(entry.output());
            if (gradient != null) {
                listener.gradient(entry, gradient);
                gradients.passOn(entry.op(), entry.output(), gradient);
            }
        }
        return gradients;
    }
}
