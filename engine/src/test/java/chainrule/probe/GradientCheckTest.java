package chainrule.probe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import chainrule.backend.Backend;
import chainrule.backend.Elementwise;
import chainrule.backend.Scope;
import chainrule.backend.provider.Backends;
import chainrule.backend.reference.ReferenceBackend;
import chainrule.layer.Activation;
import chainrule.layer.Dense;
import chainrule.layer.Sequential;
import chainrule.loss.Loss;
import chainrule.op.Apply;
import chainrule.op.TestTensors;
import chainrule.tensor.Gradients;
import chainrule.tensor.Op;
import chainrule.tensor.RandomStream;
import chainrule.tensor.Shape;
import chainrule.tensor.Tensor;

import org.apache.commons.math3.stat.StatUtils;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

class GradientCheckTest {
    private final Backend backend = new ReferenceBackend();

    @BeforeEach
    void open() {
        backend.openScope("test");
    }

    @AfterEach
    void close() {
        backend.close();
    }

    /** y = 2x with a wrong derivative of 3 for one element of x. */
    private record Seeded(Tensor x, int wrongEntry) implements Op {
        @Override
        public String name() {
            return "seeded";
        }

        @Override
        public List<Tensor> inputs() {
            return List.of(x);
        }

        @Override
        public Shape shape() {
            return x.shape();
        }

        @Override
        public String derivative() {
            return "dx += 2·dy";
        }

        @Override
        public void forward(Backend backend, Tensor y) {
            backend.scale(2, x, y);
        }

        @Override
        public void backward(Backend backend, Tensor y, Tensor dy, Gradients into) {
            double[] dx = Arrays.stream(backend.download(dy.buffer())).map(g -> 2 * g).toArray();
            if (wrongEntry >= 0) {
                dx[wrongEntry] *= 1.5;
            }
            into.add(x, sum -> backend.upload(dx, sum));
        }
    }

    static Stream<Arguments> everyPair() {
        return Stream.of(Elementwise.values()).flatMap(f -> Stream.of(Loss.values()).map(l -> Arguments.of(f, l)));
    }

    @ParameterizedTest
    @MethodSource("everyPair")
    void correctNetsPassInEveryEntry(Elementwise function, Loss loss) {
        Sequential net =
                Sequential.build(
                        backend,
                        3,
                        Shape.of(5),
                        new Dense(4),
                        new Activation(function, 0.2),
                        new Dense(4),
                        new Activation(function, 0.2),
                        new Dense(3));
        RandomStream random = RandomStream.of(5, "x");
        double[] x = new double[2 * 5];
        Arrays.setAll(x, random::gaussian);
        Tensor input = Tensor.constant(backend, "x", Shape.of(2, 5), x);
        Tensor target = Tensor.constant(backend, "target", Shape.of(2, 3), 0, 1, 0, 1, 0, 0);
        GradientCheck check = GradientCheck.of(net, loss, input, target);
        check.assertCorrect();
        assertThat(check.entries()).hasSize((int) net.trainableParameterCount());
        assertThat(check.worst()).isLessThan(1e-6);
        assertThat(check.entries()).anyMatch(e -> Math.abs(e.analytic()) > 1e-4);
    }

    /** Checks the accuracy that the javadoc of {@link GradientCheck} states, for functions without a kink. */
    @ParameterizedTest
    @CsvSource({"reference, 1e-9, 1e-7", "ejml, 1e-4, 1e-2"})
    void differencesHaveTheDocumentedAccuracy(String name, double most, double all) {
        for (Elementwise f : List.of(Elementwise.TANH, Elementwise.SIGMOID, Elementwise.GELU)) {
            for (Loss loss : Loss.values()) {
                try (Backend backend = Backends.open(name, 1).backend();
                        Scope _ = backend.openScope("test")) {
                    Sequential net =
                            Sequential.build(backend, 3, Shape.of(5), new Dense(4), new Activation(f), new Dense(3));
                    Tensor x = TestTensors.variable(backend, "x", 5, 2, 5);
                    Tensor target = Tensor.constant(backend, "target", Shape.of(2, 3), 0, 1, 0, 1, 0, 0);
                    GradientCheck check = GradientCheck.of(net, loss, x, target);
                    check.assertCorrect();
                    double[] errors = check.entries().stream().mapToDouble(GradientCheck.Entry::error).toArray();
                    assertThat(StatUtils.percentile(errors, 50)).as("%s, %s", f, loss).isLessThan(most);
                    assertThat(check.worst()).as("%s, %s", f, loss).isLessThan(all);
                }
            }
        }
    }

    @Test
    void detectsAWrongDerivativeInFloat32() {
        try (Backend backend = Backends.open("ejml", 1).backend();
                Scope _ = backend.openScope("test")) {
            Tensor x = Tensor.variable(backend, "x", Shape.of(2, 2), 1, 2, 3, 4);
            GradientCheck.of(backend, tape -> tape.run(new Seeded(x, -1)), x).assertCorrect();
            assertThat(GradientCheck.of(backend, tape -> tape.run(new Seeded(x, 2)), x).wrong()).hasSize(1);
        }
    }

    @Test
    void reportsAWrongDerivativeWithItsValues() {
        Tensor x = Tensor.variable(backend, "my x", Shape.of(2, 2), 1, 2, 3, 4);
        GradientCheck.of(backend, tape -> tape.run(new Seeded(x, -1)), x).assertCorrect();
        GradientCheck check = GradientCheck.of(backend, tape -> tape.run(new Seeded(x, 2)), x);
        assertThat(check.wrong()).singleElement().satisfies(e -> assertThat(e.index()).isEqualTo(2));
        GradientCheck.Entry wrong = check.wrong().getFirst();
        assertThat(wrong.analytic() / wrong.numeric()).isBetween(1.4999, 1.5001);
        assertThatThrownBy(check::assertCorrect)
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("1 of 4 gradient entries are wrong")
                .hasMessageContaining("my x[2]: analytic %.9g, numeric %.9g", wrong.analytic(), wrong.numeric());
        check.withTolerance(1).assertCorrect();
    }

    @Test
    void rejectsChecksWithoutVariables() {
        assertThatThrownBy(
                        () ->
                                GradientCheck.of(backend, tape -> tape.run(new Seeded(constant(), -1)), new Tensor[0])
                                        .assertCorrect())
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("nothing was checked");
        Sequential frozen = Sequential.build(backend, 1, Shape.of(2), new Dense(2));
        frozen.setFrozen(true);
        Tensor x = Tensor.constant(backend, "x", Shape.of(1, 2), 1, 2);
        GradientCheck check = GradientCheck.of(frozen, Loss.MEAN_SQUARED_ERROR, x, x);
        assertThat(check.entries()).isEmpty();
        assertThatThrownBy(check::assertCorrect).hasMessageContaining("nothing was checked");
    }

    @Test
    void nanGradientsAreWrong() {
        assertThat(new GradientCheck.Entry("t", 0, Double.NaN, 1).error()).isInfinite();
        assertThat(new GradientCheck.Entry("t", 0, 1, Double.NaN).error()).isInfinite();
    }

    @Test
    void restoresTheVariables() {
        Tensor x = Tensor.variable(backend, "x", Shape.of(3), 0.1, 0.2, 0.3);
        GradientCheck.of(backend, tape -> tape.run(new Apply(Elementwise.TANH, 0, x)), x).assertCorrect();
        assertThat(backend.download(x.buffer())).containsExactly(0.1, 0.2, 0.3);
    }

    private Tensor constant() {
        return Tensor.constant(backend, "c", Shape.of(1), 1);
    }
}
