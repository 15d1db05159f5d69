package chainrule.op;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import chainrule.backend.Backend;
import chainrule.backend.reference.ReferenceBackend;
import chainrule.tensor.Gradients;
import chainrule.tensor.Shape;
import chainrule.tensor.ShapeException;
import chainrule.tensor.Tape;
import chainrule.tensor.Tensor;

import org.apache.commons.math3.stat.StatUtils;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.util.Arrays;
import java.util.stream.IntStream;

class BatchNormTest {
    private static final double EPSILON = 1e-5;
    private final Backend backend = new ReferenceBackend();

    @BeforeEach
    void open() {
        backend.openScope("test");
    }

    @AfterEach
    void close() {
        backend.close();
    }

    private static Shape shape(String sizes) {
        return Shape.of(Arrays.stream(sizes.split("x")).mapToInt(Integer::parseInt).toArray());
    }

    @ParameterizedTest
    @CsvSource({"5x3", "2x1", "7x4", "3x2x2x3", "1x5x3x2", "2x1x1x4"})
    void gradients(String sizes) {
        Shape shape = shape(sizes);
        int c = shape.size(-1);
        Tensor x = TestTensors.variable(backend, "x", 1, shape.sizes());
        Tensor gamma = TestTensors.variable(backend, "gamma", 2, c);
        Tensor beta = TestTensors.variable(backend, "beta", 3, c);
        // two rows near each other would make the derivative steep: ε well above the step keeps it tame
        TestTensors.check(backend, t -> t.run(BatchNorm.of(backend, x, gamma, beta, 0.1)), x, gamma, beta);
        Tensor mean = Tensor.constant(backend, "mean", Shape.of(c), TestTensors.normal(4, c));
        double[] squares = TestTensors.normal(5, c);
        for (int i = 0; i < c; i++) {
            squares[i] = 0.5 + squares[i] * squares[i];
        }
        Tensor variance = Tensor.constant(backend, "variance", Shape.of(c), squares);
        TestTensors.check(backend, t -> t.run(new Normalize(x, mean, variance, gamma, beta, EPSILON)), x, gamma, beta);
    }

    /** The primitive may write the three gradients in any order: none may overwrite another. */
    @Test
    void gradientsAreCorrectIfOneTensorIsSeveralOperands() {
        Tensor x = TestTensors.variable(backend, "x", 1, 5, 3);
        Tensor twice = TestTensors.variable(backend, "gamma and beta", 2, 3);
        TestTensors.check(backend, t -> t.run(BatchNorm.of(backend, x, twice, twice, 0.1)), x, twice);
        Tensor mean = Tensor.constant(backend, "mean", Shape.of(3), 0.1, 0.2, 0.3);
        Tensor variance = Tensor.constant(backend, "variance", Shape.of(3), 1, 2, 3);
        Tensor thrice = TestTensors.variable(backend, "x, gamma and beta", 3, 1, 3);
        TestTensors.check(backend, t -> t.run(new Normalize(thrice, mean, variance, thrice, thrice, 0.1)), thrice);
    }

    @Test
    void normalizesByTheMeanAndBiasedVarianceOfTheBatch() {
        double[] column = {1, 4, 2, 9};
        Tensor x = Tensor.variable(backend, "x", Shape.of(4, 1), column);
        Tensor gamma = Tensor.variable(backend, "gamma", Shape.of(1), 3);
        Tensor beta = Tensor.variable(backend, "beta", Shape.of(1), -1);
        BatchNorm op = BatchNorm.of(backend, x, gamma, beta, EPSILON);
        double[] y = backend.download(new Tape(backend).run(op));
        double variance = StatUtils.populationVariance(column);
        assertThat(backend.scalar(op.mean())).isEqualTo(4);
        assertThat(backend.scalar(op.variance())).isCloseTo(variance, within(1e-12));
        for (int i = 0; i < 4; i++) {
            assertThat(y[i]).isCloseTo(3 * (column[i] - 4) / Math.sqrt(variance + EPSILON) - 1, within(1e-12));
        }
    }

    @Test
    void returnsBetaForASingleRow() {
        Tensor x = TestTensors.variable(backend, "x", 1, 1, 3);
        Tensor gamma = TestTensors.variable(backend, "gamma", 2, 3);
        Tensor beta = TestTensors.variable(backend, "beta", 3, 3);
        Tape tape = new Tape(backend);
        Tensor y = tape.run(BatchNorm.of(backend, x, gamma, beta, EPSILON));
        assertThat(backend.download(y)).containsExactly(backend.download(beta));
        Gradients g = tape.backward(y, Tensor.constant(backend, "dy", y.shape(), 1, 2, 3), (_, _) -> {});
        assertThat(backend.download(g.of(x))).containsExactly(0, 0, 0);
        assertThat(backend.download(g.of(beta))).containsExactly(1, 2, 3);
    }

    @Test
    void gradientSumsToZeroAndKeepsAFractionOfEpsilonAlongXHat() {
        double epsilon = 0.3;
        Tensor x = TestTensors.variable(backend, "x", 1, 5, 1);
        Tensor one = Tensor.constant(backend, "gamma", Shape.of(1), 1);
        BatchNorm op = BatchNorm.of(backend, x, one, Tensor.constant(backend, "beta", Shape.of(1), 0), epsilon);
        Tape tape = new Tape(backend);
        Tensor y = tape.run(op);
        double[] xHat = backend.download(y);
        double[] dy = TestTensors.normal(2, 5);
        double[] dx =
                backend.download(
                        tape.backward(y, Tensor.constant(backend, "dy", y.shape(), dy), (_, _) -> {}).of(x).buffer());
        assertThat(Arrays.stream(dx).sum()).isCloseTo(0, within(1e-12));
        double variance = backend.scalar(op.variance());
        double left = epsilon / (variance + epsilon);
        assertThat(dot(dx, xHat))
                .isCloseTo(left * dot(dy, xHat) / Math.sqrt(variance + epsilon), within(1e-12))
                .isNotCloseTo(0, within(1e-3));
    }

    private static double dot(double[] a, double[] b) {
        return IntStream.range(0, a.length).mapToDouble(i -> a[i] * b[i]).sum();
    }

    @Test
    void leavesOutGradientsOfFrozenOperands() {
        Tensor x = TestTensors.variable(backend, "x", 1, 4, 2);
        Tensor gamma = Tensor.constant(backend, "gamma", Shape.of(2), 2, 3);
        Tensor beta = Tensor.constant(backend, "beta", Shape.of(2), 1, 0);
        TestTensors.check(backend, t -> t.run(BatchNorm.of(backend, x, gamma, beta, 0.1)), x);
        Tensor constant = Tensor.constant(backend, "x", Shape.of(4, 2), TestTensors.normal(1, 8));
        Tensor learned = TestTensors.variable(backend, "gamma", 2, 2);
        TestTensors.check(backend, t -> t.run(BatchNorm.of(backend, constant, learned, beta, 0.1)), learned);
    }

    @Test
    void shapeErrors() {
        Tensor x = TestTensors.variable(backend, "x", 1, 4, 3);
        Tensor two = TestTensors.variable(backend, "two", 1, 2);
        Tensor three = TestTensors.variable(backend, "three", 1, 3);
        assertThatThrownBy(() -> BatchNorm.of(backend, x, two, three, EPSILON))
                .isInstanceOf(ShapeException.class)
                .hasMessageContainingAll("batch norm", "two [2]", "x [4 × 3]");
        Tensor zeros = Tensor.constant(backend, "zeros", Shape.of(3), 0, 0, 0);
        assertThatThrownBy(() -> new Normalize(x, zeros, zeros, three, two, EPSILON))
                .isInstanceOf(ShapeException.class)
                .hasMessage(
                        "normalize: two [2] must have one element per column of x [4 × 3], 3; was the layer built for"
                                + " another number of channels?");
        assertThatThrownBy(() -> new Normalize(x, three, three, three, three, EPSILON))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContainingAll("normalize", "must be constants");
    }
}
