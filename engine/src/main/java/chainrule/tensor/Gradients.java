package chainrule.tensor;

import chainrule.backend.Backend;
import chainrule.backend.Matrix;
import chainrule.backend.Memory.Buffer;

import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * ∂L/∂x for the tensors x of one backward pass.
 *
 * <p>Contributions add because of the chain rule for several paths: if x is used twice, as u(x) and as v(x), then L(u(x),
 * v(x)) changes with x through both, and ∂L/∂x = ∂L/∂u ∂u/∂x + ∂L/∂v ∂v/∂x. Each op that reads x adds its own term.
 *
 * <p>What remains after the pass are the gradients of the leaves: parameters and variables. The gradients of intermediate
 * results are recycled as soon as the op that computed the result has passed them on.
 */
public final class Gradients {
    private final Backend backend;
    private final Map<Tensor, Tensor> sums = new IdentityHashMap<>();

    /** What the backward pass starts from; it stays the caller's. */
    private final Tensor start;

    /** The gradient that is being passed on. */
    private Tensor dy;

    /** The op that passes it on. */
    private Op op;

    Gradients(Backend backend, Tensor y, Tensor dy) {
        if (!dy.shape().equals(y.shape())) {
            throw new ShapeException("the gradient " + dy + " does not have the shape of " + y);
        }
        this.backend = backend;
        this.start = dy;
        sums.put(y, dy);
    }

    /**
     * Adds a contribution to the gradient of x, if x is differentiable. An op calls this once for each operand. The code gets
     * the place to write to, as a matrix of the rows and columns of x, and writes it by one primitive whose formula says "+=".
     */
    public void add(Tensor x, Consumer<Matrix> contribution) {
        if (x.differentiable()) {
            Sum dx = new Sum(x, sums.get(x), 1);
            contribution.accept(dx);
            dx.keep();
        }
    }

    /** Writes the contributions to three operands; one that is not differentiable gets null. */
    @FunctionalInterface
    public interface ThreeContributions {
        void write(Matrix da, Matrix db, Matrix dc);
    }

    /** As {@link #add(Tensor, Consumer)}, for a primitive that computes the gradients of three operands together. */
    public void add(Tensor a, Tensor b, Tensor c, ThreeContributions contributions) {
        List<Tensor> operands = List.of(a, b, c);
        int differentiable = differentiable(operands);
        Sum[] sum = new Sum[operands.size()];
        for (int i = 0; i < sum.length; i++) {
            Tensor x = operands.get(i);
            boolean repeated = operands.indexOf(x) != operands.lastIndexOf(x);
            if (x.differentiable()) {
                if (repeated) {
                    of(x); // zeros, so that each of its contributions adds
                }
                sum[i] = new Sum(x, sums.get(x), i == 0 ? differentiable : 0);
            }
        }
        if (differentiable > 0) {
            contributions.write(sum[0], sum[1], sum[2]);
        }
        for (Sum s : sum) {
            if (s != null) {
                s.keep();
            }
        }
    }

    /**
     * ∂L/∂x, of the shape of x; all zeros if the loss does not depend on x.
     *
     * @throws IllegalArgumentException if x is not differentiable, so that nothing was computed
     * @throws IllegalStateException if x is an intermediate result, whose gradient was passed on and recycled
     */
    public Tensor of(Tensor x) {
        if (!x.differentiable()) {
            throw new IllegalArgumentException(
                    "no gradient was computed for "
                            + x
                            + ": it is a constant or a frozen parameter; make it a Tensor.variable or unfreeze it");
        }
        Tensor sum = sums.get(x);
        if (sum == null) {
            sum = new Tensor(x.name(), x.shape(), backend.zeros(x.elements(), x.name()), false);
            sums.put(x, sum);
        }
        if (!sum.buffer().isOpen()) {
            throw new IllegalStateException(
                    "the gradient of " + x + " was passed on and recycled; see it by a listener of the backward pass");
        }
        return sum;
    }

    /** The gradient of an op's result; null if nothing arrived there. */
    Tensor arrived(Tensor y) {
        return sums.get(y);
    }

    /** How many of the tensors are differentiable. */
    static int differentiable(List<Tensor> tensors) {
        int count = 0;
        for (int i = 0; i < tensors.size(); i++) { // without an iterator: it runs for each op of each step
            count += tensors.get(i).differentiable() ? 1 : 0;
        }
        return count;
    }

    /** Runs backward of an op, whose dy is complete, and recycles dy, which no other op reads. */
    void passOn(Op op, Tensor y, Tensor complete) {
        this.op = op;
        dy = complete;
        op.backward(backend, y, dy, this);
        if (dy != start) {
            dy.buffer().close();
        }
    }

    /**
     * Where one contribution to the gradient of x goes: the first overwrites, every other adds. The first finds its storage
     * when the primitive asks for it, and may then take that of dy, if no other primitive of the op reads dy.
     */
    private final class Sum extends Matrix {
        private final Tensor x;
        private final int contributions;
        private Buffer buffer;

        /** @param contributions how many the primitive writes while it reads dy for the last time; 0 if it reads dy after this */
        Sum(Tensor x, Tensor before, int contributions) {
            super(x.rows(), x.cols(), before != null);
            this.x = x;
            this.contributions = contributions;
            this.buffer = before == null ? null : before.buffer();
        }

        @Override
        public Buffer buffer() {
            if (buffer == null) {
                buffer = backend.allocate(x.elements(), x.name());
            }
            return buffer;
        }

        @Override
        public void replace(Matrix operand) {
            if (buffer == null && operand == dy && dy != start && contributions == differentiable(op.inputs())) {
                buffer = dy.buffer();
            }
        }

        void keep() {
            if (!accumulate() && buffer != null) {
                Buffer own = buffer == dy.buffer() ? buffer.handOver(x.name()) : buffer;
                sums.put(x, new Tensor(x.name(), x.shape(), own, false));
            }
        }

        @Override
        public String toString() {
            return "the gradient of " + x;
        }
    }
}
