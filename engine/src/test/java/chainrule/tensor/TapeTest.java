package chainrule.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import chainrule.backend.Backend;
import chainrule.backend.Elementwise;
import chainrule.backend.Scope;
import chainrule.backend.reference.ReferenceBackend;
import chainrule.loss.Loss;
import chainrule.loss.SquaredError;
import chainrule.op.Add;
import chainrule.op.Affine;
import chainrule.op.Apply;
import chainrule.op.MatMul;
import chainrule.op.Reshape;
import chainrule.op.Scale;
import chainrule.op.Softmax;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

class TapeTest {
    private final Backend backend = new ReferenceBackend();
    private final Tape tape = new Tape(backend);
    private Scope scope;

    @BeforeEach
    void open() {
        scope = backend.openScope("test");
    }

    @AfterEach
    void close() {
        scope.close();
        backend.close();
    }

    private double[] values(Tensor t) {
        return backend.download(t);
    }

    private Tensor zero(int n) {
        return Tensor.constant(backend, "zero", Shape.of(n), new double[n]);
    }

    /** ½ Σ y², whose gradient is y. */
    private Tensor half(Tensor y) {
        return tape.run(new SquaredError("half square", 0.5, y, zero(y.shape().elements())));
    }

    @Test
    void tensorUsedByTwoOpsGetsBothContributions() {
        Tensor x = Tensor.variable(backend, "x", Shape.of(2), 3, -1);
        Tensor tripled = tape.run(new Add(x, tape.run(new Scale(2, x))));
        assertThat(values(tape.backward(half(tripled)).of(x))).containsExactly(27, -9); // 3 · 3x
    }

    @Test
    void tensorThatIsBothOperandsGetsBothContributions() {
        Tensor x = Tensor.variable(backend, "x", Shape.of(1, 1), 3);
        Tensor square = tape.run(new MatMul(x, x));
        assertThat(values(tape.backward(square).of(x))).containsExactly(6);
        Tensor twice = tape.run(new Add(x, x));
        assertThat(values(tape.backward(twice).of(x))).containsExactly(2);
    }

    @Test
    void resultIsNamedAfterItsOpAndGradientAfterItsTensor() {
        Parameter w = new Parameter("dense3.weight", Shape.of(1, 2), backend.zeros(2, "dense3.weight"), true);
        Tensor x = Tensor.constant(backend, "x", Shape.of(1, 1), 1);
        tape.enter("dense3");
        Tensor y = tape.run(new Affine(x, w, null));
        Tensor dy = Tensor.constant(backend, "dy", y.shape(), 1, 2);
        Tensor gradient = tape.backward(y, dy, (_, _) -> {}).of(w);
        for (Tensor t : List.of(w, y, gradient)) {
            assertThat(t.name()).isEqualTo(t == y ? "affine" : "dense3.weight");
            assertThat(t.buffer().label()).isEqualTo(t.name());
        }
    }

    @Test
    void matMulGradients() {
        Tensor a = Tensor.variable(backend, "a", Shape.of(1, 2), 1, 2);
        Tensor b = Tensor.variable(backend, "b", Shape.of(2, 1), 5, 7);
        Gradients gradients = tape.backward(tape.run(new MatMul(a, b)));
        assertThat(values(gradients.of(a))).containsExactly(5, 7);
        assertThat(values(gradients.of(b))).containsExactly(1, 2);
    }

    /** The second of two equal contributions doubles every gradient: no op may overwrite the first. */
    @Test
    void everyOpAddsToExistingGradients() {
        Tensor a = Tensor.variable(backend, "a", Shape.of(2, 2), 0.1, 0.2, 0.3, -0.4);
        Tensor b = Tensor.variable(backend, "b", Shape.of(2, 2), 0.5, -0.6, 0.7, 0.8);
        Tensor row = Tensor.variable(backend, "row", Shape.of(2), 1, 2);
        List<Op> ops = new ArrayList<>();
        ops.add(new Add(a, b));
        ops.add(new Affine(a, b, row));
        ops.add(new MatMul(a, b));
        ops.add(new Reshape(a, Shape.of(4)));
        ops.add(new Scale(3, a));
        ops.add(new Softmax(a));
        for (Elementwise f : Elementwise.values()) {
            ops.add(new Apply(f, 0.1, a));
        }
        for (Loss loss : Loss.values()) {
            ops.add(loss.of(a, Tensor.constant("target", b.shape(), b.buffer())));
        }
        for (Op op : ops) {
            Tensor y = tape.run(op);
            Tensor dy = Tensor.constant("dy", y.shape(), backend.allocate(y.shape().elements(), "dy"));
            backend.copy(y, dy);
            Gradients gradients = new Gradients(backend, y, dy);
            gradients.passOn(op, y, dy);
            List<Tensor> wanted = op.inputs().stream().filter(Tensor::differentiable).toList();
            List<double[]> once = wanted.stream().map(t -> values(gradients.of(t))).toList();
            gradients.passOn(op, y, dy);
            for (int i = 0; i < once.size(); i++) {
                double[] doubled = Arrays.stream(once.get(i)).map(g -> 2 * g).toArray();
                assertThat(values(gradients.of(wanted.get(i)))).as(op.name()).containsExactly(doubled, within(1e-15));
            }
        }
    }

    @Test
    void gradientIsZeroWhereTheLossDoesNotDepend() {
        Tensor x = Tensor.variable(backend, "x", Shape.of(1), 3);
        Tensor other = Tensor.variable(backend, "other", Shape.of(2), 1, 2);
        assertThat(values(tape.backward(half(x)).of(other))).containsExactly(0, 0);
    }

    @Test
    void constantsAndFrozenParametersHaveNoGradient() {
        Tensor c = Tensor.constant(backend, "image", Shape.of(1), 3);
        Tensor x = Tensor.variable(backend, "x", Shape.of(1), 4);
        Gradients gradients = tape.backward(half(tape.run(new Add(c, x))));
        assertThatThrownBy(() -> gradients.of(c))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("image [1]")
                .hasMessageContaining("Tensor.variable or unfreeze");
    }

    @Test
    void gradientsPassThroughFrozenParameters() {
        Tensor x = Tensor.variable(backend, "x", Shape.of(1, 1), 2);
        Parameter w = new Parameter("w", Shape.of(1, 1), backend.zeros(1, "w"), true);
        Parameter b = new Parameter("b", Shape.of(1), backend.zeros(1, "b"), true);
        backend.fill(w, 5);
        w.setFrozen(true);
        Gradients gradients = tape.backward(tape.run(new Affine(x, w, b)));
        assertThat(values(gradients.of(x))).containsExactly(5);
        assertThat(values(gradients.of(b))).containsExactly(1);
        assertThatThrownBy(() -> gradients.of(w)).hasMessageContaining("w [1 × 1]");
    }

    @Test
    void backwardRejectsAResultOfSeveralElements() {
        Tensor x = Tensor.variable(backend, "x", Shape.of(2), 1, 2);
        Tensor y = tape.run(new Scale(2, x));
        assertThatThrownBy(() -> tape.backward(y))
                .isInstanceOf(ShapeException.class)
                .hasMessageContaining("a scalar")
                .hasMessageContaining("scale [2]")
                .hasMessageContaining("pass the gradient to start from");
        assertThatThrownBy(() -> tape.backward(y, zero(3), (_, _) -> {}))
                .isInstanceOf(ShapeException.class)
                .hasMessage("the gradient zero [3] does not have the shape of scale [2]");
    }

    @Test
    void backwardLeavesTheInitialGradientUnchanged() {
        Tensor x = Tensor.variable(backend, "x", Shape.of(2), 1, 2);
        Tensor y = tape.run(new Scale(2, x));
        Tensor dy = Tensor.constant(backend, "dy", Shape.of(2), 10, 20);
        for (int i = 0; i < 2; i++) {
            assertThat(values(tape.backward(y, dy, (_, _) -> {}).of(x))).containsExactly(20, 40);
        }
        assertThat(values(dy)).containsExactly(10, 20);
    }

    @Test
    void listenerSeesEveryGradientInReverseOrder() {
        Tensor x = Tensor.variable(backend, "x", Shape.of(2), 1, 2);
        tape.enter("first");
        Tensor y = tape.run(new Scale(3, x));
        tape.enter("second");
        Tensor z = tape.run(new Apply(Elementwise.RELU, 0, y));
        tape.enter("");
        Tensor loss = half(z);
        List<String> seen = new ArrayList<>();
        tape.backward(loss, (entry, g) -> seen.add(entry.layer() + " " + entry.op().name() + " " + values(g)[0]));
        assertThat(seen).containsExactly(" half square 1.0", "second relu 3.0", "first scale 3.0");
        assertThat(tape.entries()).extracting(Tape.Entry::output).containsExactly(y, z, loss);
    }

    @Test
    void rejectsReadingARecycledGradientOfAnIntermediateResult() {
        Tensor x = Tensor.variable(backend, "x", Shape.of(2), 1, 2);
        Tensor y = tape.run(new Scale(3, x));
        List<Tensor> seen = new ArrayList<>();
        Gradients gradients = tape.backward(half(y), (_, g) -> seen.add(g));
        assertThat(seen.getLast().buffer().isOpen()).isFalse();
        assertThatThrownBy(() -> gradients.of(y))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("scale [2]")
                .hasMessageContaining("listener");
        assertThat(values(gradients.of(x))).containsExactly(9, 18);
    }

    @Test
    void resultOfConstantsIsNotDifferentiable() {
        Tensor c = Tensor.constant(backend, "c", Shape.of(2), 1, 2);
        Tensor y = tape.run(new Scale(3, c));
        assertThat(y.differentiable()).isFalse();
        assertThat(tape.run(new Add(y, Tensor.variable(backend, "x", Shape.of(2), 0, 0))).differentiable()).isTrue();
    }

    @Test
    void reshapePassesTheGradientBack() {
        Tensor x = Tensor.variable(backend, "x", Shape.of(2, 2), 1, 2, 3, 4);
        Tensor flat = tape.run(new Reshape(x, Shape.of(4)));
        Tensor gradient = tape.backward(half(flat)).of(x);
        assertThat(gradient.shape()).isEqualTo(Shape.of(2, 2));
        assertThat(values(gradient)).containsExactly(1, 2, 3, 4);
    }
}
