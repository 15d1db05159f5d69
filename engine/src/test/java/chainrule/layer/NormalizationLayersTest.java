package chainrule.layer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import chainrule.backend.Backend;
import chainrule.backend.ejml.EjmlBackend;
import chainrule.backend.reference.ReferenceBackend;
import chainrule.op.TestTensors;
import chainrule.tensor.RandomStream;
import chainrule.tensor.Shape;
import chainrule.tensor.Tape;
import chainrule.tensor.Tensor;

import org.apache.commons.math3.stat.StatUtils;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.util.Arrays;

class NormalizationLayersTest {
    private static final RandomStream STEP = RandomStream.of(1, "step");
    private final Backend backend = new ReferenceBackend();

    @BeforeEach
    void open() {
        backend.openScope("test");
    }

    @AfterEach
    void close() {
        backend.close();
    }

    private double[] values(Sequential net, String parameter) {
        return backend.download(net.parameter(parameter));
    }

    @ParameterizedTest
    @CsvSource({"3, 1e-9", "-3, 1e-9", "3, 0.5", "-0.2, 40"})
    void batchNormOutputHasMeanBetaAndADeviationFromGammaAndEpsilon(double gamma, double epsilon) {
        Sequential net = Sequential.build(backend, 1, Shape.of(1), new BatchNorm(0.9, epsilon));
        backend.upload(new double[] {gamma}, net.parameter("batchnorm1.gamma"));
        backend.upload(new double[] {7}, net.parameter("batchnorm1.beta"));
        Tensor x = TestTensors.variable(backend, "x", 5, 6, 1);
        double variance = StatUtils.populationVariance(backend.download(x));
        double[] y = backend.download(net.forward(new Tape(backend), x, STEP).buffer());
        assertThat(StatUtils.mean(y)).isEqualTo(7, within(1e-12));
        assertThat(Math.sqrt(StatUtils.populationVariance(y)))
                .isEqualTo(Math.abs(gamma) * Math.sqrt(variance / (variance + epsilon)), within(1e-12));
    }

    @Test
    void runningStatisticsFollowTheBatchOncePerTrainingPass() {
        Sequential net = Sequential.build(backend, 1, Shape.of(2, 1, 2), new BatchNorm(0.75, 1e-3));
        Tensor x = TestTensors.variable(backend, "x", 5, 3, 2, 1, 2);
        double[] values = backend.download(x);
        double[][] channels = new double[2][6];
        for (int i = 0; i < 12; i++) {
            channels[i % 2][i / 2] = 3 * values[i] + 1;
            values[i] = channels[i % 2][i / 2];
        }
        backend.upload(values, x);
        double[] mean = {0, 0};
        double[] variance = {1, 1};
        for (int pass = 0; pass < 2; pass++) {
            Tape tape = new Tape(backend);
            net.forward(tape, x, STEP);
            tape.entries()
                    .getFirst()
                    .op()
                    .forward(backend, tape.entries().getFirst().output()); // the op alone updates nothing
            for (int c = 0; c < 2; c++) {
                mean[c] = 0.75 * mean[c] + 0.25 * StatUtils.mean(channels[c]);
                variance[c] = 0.75 * variance[c] + 0.25 * StatUtils.variance(channels[c]);
                assertThat(values(net, "batchnorm1.running_mean")[c]).isCloseTo(mean[c], within(1e-12));
                assertThat(values(net, "batchnorm1.running_var")[c]).isCloseTo(variance[c], within(1e-12));
            }
        }
        double[] y = backend.download(net.forward(new Tape(backend), x).buffer());
        for (int i = 0; i < 12; i++) {
            int c = i % 2;
            double expected = (channels[c][i / 2] - mean[c]) / Math.sqrt(variance[c] + 1e-3);
            assertThat(y[i]).isCloseTo(expected, within(1e-12));
        }
        assertThat(values(net, "batchnorm1.running_mean")).containsExactly(mean, within(1e-12));
    }

    @Test
    void inferenceDoesNotMixExamples() {
        Sequential net = Sequential.build(backend, 1, Shape.of(3), new BatchNorm());
        net.forward(new Tape(backend), TestTensors.variable(backend, "x", 5, 8, 3), STEP);
        double[] first =
                backend.download(net.forward(new Tape(backend), TestTensors.variable(backend, "x", 6, 1, 3)).buffer());
        double[] batch =
                backend.download(net.forward(new Tape(backend), TestTensors.variable(backend, "x", 6, 4, 3)).buffer());
        assertThat(batch).startsWith(first);
    }

    @Test
    void singleRowUpdatesTheRunningMeanOnly() {
        Sequential net = Sequential.build(backend, 1, Shape.of(2), new BatchNorm(0.5, 1e-5));
        net.forward(new Tape(backend), Tensor.constant(backend, "x", Shape.of(1, 2), 4, -2), STEP);
        assertThat(values(net, "batchnorm1.running_mean")).containsExactly(2, -1);
        assertThat(values(net, "batchnorm1.running_var")).containsExactly(1, 1);
    }

    @Test
    void frozenRunningStatisticsStayUnchanged() {
        Sequential net = Sequential.build(backend, 1, Shape.of(2), new BatchNorm());
        net.setFrozen(true);
        net.forward(new Tape(backend), TestTensors.variable(backend, "x", 5, 8, 2), STEP);
        assertThat(values(net, "batchnorm1.running_mean")).containsExactly(0, 0);
        assertThat(values(net, "batchnorm1.running_var")).containsExactly(1, 1);
        assertThat(net.parameter("batchnorm1.running_mean").trainable()).isFalse();
    }

    @Test
    void dropoutDependsOnSeedLayerAndStepOnly() {
        double[] a = dropped(backend, 1, 1);
        assertThat(dropped(backend, 1, 1)).containsExactly(a);
        assertThat(dropped(backend, 1, 2)).isNotEqualTo(a);
        assertThat(dropped(backend, 2, 1)).isNotEqualTo(a);
        try (Backend ejml = new EjmlBackend(2)) {
            ejml.openScope("test");
            assertThat(dropped(ejml, 1, 1)).containsExactly(a);
        }
    }

    /** With rate 0.5 an element 1 that two layers keep becomes 4: exact in float32. */
    private static double[] dropped(Backend backend, long seed, long step) {
        Sequential net = Sequential.build(backend, 1, Shape.of(40), new Dropout(0.5), new Dropout(0.5));
        Tensor ones = Tensor.constant(backend, "x", Shape.of(2, 40), ones(80));
        return backend.download(
                net.forward(new Tape(backend), ones, RandomStream.of(seed, "run").child(step)).buffer());
    }

    private static double[] ones(int n) {
        double[] ones = new double[n];
        Arrays.fill(ones, 1);
        return ones;
    }

    @Test
    void twoDropoutLayersDrawDifferentMasks() {
        assertThat(dropped(backend, 1, 1)).containsOnly(0, 4);
        assertThat(dropped(backend, 1, 1)).satisfies(y -> assertThat(StatUtils.mean(y)).isBetween(0.4, 1.6));
    }

    @Test
    void dropoutDoesNothingAtInference() {
        Sequential net = Sequential.build(backend, 1, Shape.of(4), new Dropout(0.9));
        Tensor x = TestTensors.variable(backend, "x", 1, 3, 4);
        assertThat(net.forward(new Tape(backend), x)).isSameAs(x);
    }
}
