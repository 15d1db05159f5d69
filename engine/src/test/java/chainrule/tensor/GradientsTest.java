package chainrule.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import chainrule.backend.Backend;
import chainrule.backend.BufferClosedException;
import chainrule.backend.Elementwise;
import chainrule.backend.InPlaceBackend;
import chainrule.backend.Matrix;
import chainrule.backend.reference.ReferenceBackend;
import chainrule.op.Add;
import chainrule.op.Apply;
import chainrule.op.BatchNorm;
import chainrule.op.Normalize;
import chainrule.op.Scale;
import chainrule.op.TestTensors;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import java.util.ArrayList;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.function.Function;

/** Contributions to gradients: which overwrite, which add, and which may take the storage of dy. */
class GradientsTest {
    private final Backend backend = new ReferenceBackend();
    private final Backend inPlace = new InPlaceBackend();

    @BeforeEach
    void open() {
        backend.openScope("test");
        inPlace.openScope("test");
    }

    @AfterEach
    void close() {
        backend.close();
        inPlace.close();
    }

    /** {@code y = x} for the first operand x, with any backward. */
    private record Custom(List<Tensor> inputs, BiConsumer<Tensor, Gradients> backward) implements Op {
        @Override
        public String name() {
            return "custom";
        }

        @Override
        public Shape shape() {
            return inputs.getFirst().shape();
        }

        @Override
        public String derivative() {
            return "dx += dy";
        }

        @Override
        public void forward(Backend backend, Tensor y) {
            backend.copy(inputs.getFirst(), y);
        }

        @Override
        public void backward(Backend backend, Tensor y, Tensor dy, Gradients into) {
            backward.accept(dy, into);
        }
    }

    /** {@code y = a ⊙ b}, each gradient written by a primitive that may work in place. */
    private record Multiply(Tensor a, Tensor b) implements Op {
        @Override
        public String name() {
            return "multiply";
        }

        @Override
        public List<Tensor> inputs() {
            return List.of(a, b);
        }

        @Override
        public Shape shape() {
            return a.shape();
        }

        @Override
        public String derivative() {
            return "da += dy ⊙ b    db += dy ⊙ a";
        }

        @Override
        public void forward(Backend backend, Tensor y) {
            backend.multiply(a, b, y);
        }

        @Override
        public void backward(Backend backend, Tensor y, Tensor dy, Gradients into) {
            into.add(a, da -> backend.multiply(dy, b, da));
            into.add(b, db -> backend.multiply(dy, a, db));
        }
    }

    /** A backward pass from a dy that is not the caller's, so that it may be overwritten. */
    private static final class Backward {
        final Gradients gradients;
        final List<Object> storageOfDy = new ArrayList<>();

        Backward(Backend on, Op op) {
            Tape tape = new Tape(on);
            Tensor y = tape.run(op);
            Tensor z = tape.run(new Scale(0.5, y));
            double[] values = TestTensors.normal(9, z.elements());
            Tensor dz = Tensor.constant(on, "dz", z.shape(), values);
            gradients =
                    tape.backward(
                            z,
                            dz,
                            (entry, gradient) -> {
                                if (entry.op() == op) {
                                    storageOfDy.add(gradient.buffer().storage());
                                }
                            });
            assertThat(on.download(dz)).as("the caller's gradient").containsExactly(values);
        }

        boolean tookTheStorageOfDy(Tensor x) {
            return gradients.of(x).buffer().storage() == storageOfDy.getFirst();
        }
    }

    /** Runs an op on each backend, on operands of the same values, and compares their gradients bit for bit. */
    private void assertSameBits(Function<Backend, Op> op) {
        Op reference = op.apply(backend);
        Backward elsewhere = new Backward(backend, reference);
        Op same = op.apply(inPlace);
        Backward here = new Backward(inPlace, same);
        for (int i = 0; i < same.inputs().size(); i++) {
            if (same.inputs().get(i).differentiable()) {
                assertThat(inPlace.download(here.gradients.of(same.inputs().get(i))))
                        .as("operand %d of %s", i, same.name())
                        .containsExactly(backend.download(elsewhere.gradients.of(reference.inputs().get(i))));
            }
        }
    }

    @Test
    void firstContributionOverwritesAndLaterOnesAdd() {
        Tensor x = TestTensors.variable(backend, "x", 1, 2, 3);
        List<Boolean> accumulate = new ArrayList<>();
        Op thrice =
                new Custom(
                        List.of(x, x, x),
                        (dy, into) -> {
                            for (int i = 0; i < 3; i++) {
                                into.add(
                                        x,
                                        dx -> {
                                            accumulate.add(dx.accumulate());
                                            assertThat(List.of(dx.rows(), dx.cols())).containsExactly(2, 3);
                                            backend.copy(dy, dx);
                                        });
                            }
                        });
        Tape tape = new Tape(backend);
        Tensor y = tape.run(thrice);
        Tensor dy = Tensor.constant(backend, "dy", y.shape(), 1, 2, 3, 4, 5, 6);
        Gradients gradients = tape.backward(y, dy, (_, _) -> {});
        assertThat(accumulate).containsExactly(false, true, true);
        assertThat(backend.download(gradients.of(x))).containsExactly(3, 6, 9, 12, 15, 18);
    }

    /** A primitive may write three gradients in any order, so the contributions to a tensor that occurs twice all add. */
    @Test
    void threeContributionsAddToARepeatedTensorAndOverwriteTheOther() {
        Tensor x = TestTensors.variable(backend, "x", 1, 2);
        Tensor z = TestTensors.variable(backend, "z", 2, 2);
        Op op =
                new Custom(
                        List.of(x, z, x),
                        (dy, into) ->
                                into.add(
                                        x,
                                        z,
                                        x,
                                        (first, second, third) -> {
                                            assertThat(List.of(first, second, third))
                                                    .extracting(Matrix::accumulate)
                                                    .containsExactly(true, false, true);
                                            assertThat(third.buffer()).isSameAs(first.buffer());
                                            assertThat(backend.download(first)).containsExactly(0, 0);
                                            backend.copy(dy, second);
                                            backend.copy(dy, third);
                                            backend.copy(dy, first);
                                        }));
        Tape tape = new Tape(backend);
        Tensor y = tape.run(op);
        Tensor dy = Tensor.constant(backend, "dy", y.shape(), 1, 2);
        Gradients gradients = tape.backward(y, dy, (_, _) -> {});
        assertThat(backend.download(gradients.of(x))).containsExactly(2, 4);
        assertThat(backend.download(gradients.of(z))).containsExactly(1, 2);
    }

    @Test
    void constantsGetNoContribution() {
        Tensor c = Tensor.constant(backend, "c", Shape.of(2), 1, 2);
        Tensor x = TestTensors.variable(backend, "x", 1, 2);
        List<Tensor> written = new ArrayList<>();
        Op op =
                new Custom(
                        List.of(x, c),
                        (dy, into) -> {
                            into.add(c, _ -> written.add(c));
                            into.add(c, c, c, (_, _, _) -> written.add(c));
                            into.add(
                                    c,
                                    x,
                                    c,
                                    (dc, dx, again) -> {
                                        assertThat(dc).isNull();
                                        assertThat(again).isNull();
                                        written.add(x);
                                        backend.copy(dy, dx);
                                    });
                        });
        new Backward(backend, op);
        assertThat(written).containsExactly(x);
    }

    @Test
    void tensorUsedTwiceByOneOpGetsBothContributions() {
        for (Backend each : List.of(backend, inPlace)) {
            Tensor x = TestTensors.variable(each, "x", 1, 1, 3);
            Tensor mean = Tensor.constant(each, "mean", Shape.of(3), 0.1, 0.2, 0.3);
            Tensor variance = Tensor.constant(each, "variance", Shape.of(3), 1, 2, 3);
            Tensor column = TestTensors.variable(each, "column", 2, 4, 1);
            Tensor scale = TestTensors.variable(each, "scale", 3, 1, 1);
            TestTensors.check(each, tape -> tape.run(new Scale(2, tape.run(new Add(x, x)))), x);
            TestTensors.check(each, tape -> tape.run(new Scale(2, tape.run(new Multiply(x, x)))), x);
            TestTensors.check(
                    each, tape -> tape.run(new Scale(2, tape.run(new Normalize(x, mean, variance, x, x, 0.1)))), x);
            // one row: x̂ is 0, and with it the gradients through x and gamma; beta's remains
            TestTensors.check(each, tape -> tape.run(new Scale(2, tape.run(BatchNorm.of(each, x, x, x, 0.1)))), x);
            TestTensors.check(
                    each,
                    tape -> tape.run(new Scale(2, tape.run(BatchNorm.of(each, column, scale, scale, 0.1)))),
                    column,
                    scale);
        }
    }

    @Test
    void inPlaceGradientTakesTheStorageOfDy() {
        Tensor x = TestTensors.variable(inPlace, "x", 1, 4);
        assertThat(new Backward(inPlace, new Apply(Elementwise.TANH, 0, x)).tookTheStorageOfDy(x)).isTrue();
        Tensor y = TestTensors.variable(backend, "y", 1, 4);
        assertThat(new Backward(backend, new Apply(Elementwise.TANH, 0, y)).tookTheStorageOfDy(y)).isFalse();
        assertSameBits(each -> new Apply(Elementwise.TANH, 0, TestTensors.variable(each, "x", 1, 4)));
    }

    @Test
    void inPlaceGradientLeavesDyForTheContributionOfAnotherOperand() {
        assertSameBits(
                each -> new Multiply(TestTensors.variable(each, "a", 1, 4), TestTensors.variable(each, "b", 2, 4)));
        Tensor a = TestTensors.variable(inPlace, "a", 1, 4);
        Tensor b = TestTensors.variable(inPlace, "b", 2, 4);
        Backward both = new Backward(inPlace, new Multiply(a, b));
        assertThat(both.tookTheStorageOfDy(a)).isFalse();
        assertThat(both.tookTheStorageOfDy(b)).isFalse();
        Tensor constant = Tensor.constant(inPlace, "constant", Shape.of(4), 1, 2, 3, 4);
        assertThat(new Backward(inPlace, new Multiply(a, constant)).tookTheStorageOfDy(a)).isTrue();
        assertThat(new Backward(inPlace, new Multiply(constant, b)).tookTheStorageOfDy(b)).isTrue();
    }

    @Test
    void inPlaceGradientLeavesDyForASecondContributionToTheSameTensor() {
        assertSameBits(
                each -> {
                    Tensor x = TestTensors.variable(each, "x", 1, 4);
                    return new Multiply(x, x);
                });
    }

    /** The op lists x once, so the first contribution may take the storage of dy. The second must not read what is there. */
    @Test
    void rejectsAContributionThatTheOpDidNotAnnounce() {
        Tensor x = TestTensors.variable(inPlace, "x", 1, 4);
        Op square =
                new Custom(
                        List.of(x),
                        (dy, into) -> {
                            into.add(x, dx -> inPlace.multiply(dy, x, dx));
                            into.add(x, dx -> inPlace.multiply(dy, x, dx));
                        });
        assertThatThrownBy(() -> new Backward(inPlace, square)).isInstanceOf(BufferClosedException.class);
    }

    @Test
    void inPlaceGradientNeverOverwritesTheGradientOfTheCaller() {
        Tensor x = TestTensors.variable(inPlace, "x", 1, 4);
        Tape tape = new Tape(inPlace);
        Tensor y = tape.run(new Apply(Elementwise.TANH, 0, x));
        Tensor dy = Tensor.constant(inPlace, "dy", y.shape(), 1, 2, 3, 4);
        Gradients gradients = tape.backward(y, dy, (_, _) -> {});
        assertThat(gradients.of(x).buffer().storage()).isNotSameAs(dy.buffer().storage());
        assertThat(inPlace.download(dy)).containsExactly(1, 2, 3, 4);
    }
}
