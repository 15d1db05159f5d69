package chainrule.layer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import chainrule.backend.Backend;
import chainrule.backend.cpu.EjmlBackend;
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
    private final Backend k = new ReferenceBackend();

    @BeforeEach
    void open() {
        k.openScope("test");
    }

    @AfterEach
    void close() {
        k.close();
    }

    private double[] values(Sequential net, String parameter) {
        return k.download(net.parameter(parameter).buffer());
    }

    @ParameterizedTest
    @CsvSource({"3, 1e-9", "-3, 1e-9", "3, 0.5", "-0.2, 40"})
    void outputHasMeanBetaAndTheDeviationThatGammaAndEpsilonGive(double gamma, double epsilon) {
        Sequential net = Sequential.build(k, 1, Shape.of(1), new BatchNorm(0.9, epsilon));
        k.upload(new double[] {gamma}, net.parameter("batchnorm1.gamma").buffer());
        k.upload(new double[] {7}, net.parameter("batchnorm1.beta").buffer());
        Tensor x = TestTensors.variable(k, "x", 5, 6, 1);
        double variance = StatUtils.populationVariance(k.download(x.buffer()));
        double[] y = k.download(net.forward(new Tape(k), x, STEP).buffer());
        assertThat(StatUtils.mean(y)).isEqualTo(7, within(1e-12));
        assertThat(Math.sqrt(StatUtils.populationVariance(y)))
                .isEqualTo(Math.abs(gamma) * Math.sqrt(variance / (variance + epsilon)), within(1e-12));
    }

    @Test
    void runningStatisticsFollowTheBatchOncePerTrainingPass() {
        Sequential net = Sequential.build(k, 1, Shape.of(2, 1, 2), new BatchNorm(0.75, 1e-3));
        Tensor x = TestTensors.variable(k, "x", 5, 3, 2, 1, 2);
        double[] numbers = k.download(x.buffer());
        double[][] channels = new double[2][6];
        for (int i = 0; i < 12; i++) {
            channels[i % 2][i / 2] = 3 * numbers[i] + 1;
            numbers[i] = channels[i % 2][i / 2];
        }
        k.upload(numbers, x.buffer());
        double[] mean = {0, 0};
        double[] variance = {1, 1};
        for (int pass = 0; pass < 2; pass++) {
            Tape tape = new Tape(k);
            net.forward(tape, x, STEP);
            tape.entries().getFirst().op().forward(k, tape.entries().getFirst().output()); // the op alone moves nothing
            for (int c = 0; c < 2; c++) {
                mean[c] = 0.75 * mean[c] + 0.25 * StatUtils.mean(channels[c]);
                variance[c] = 0.75 * variance[c] + 0.25 * StatUtils.variance(channels[c]);
                assertThat(values(net, "batchnorm1.running_mean")[c]).isCloseTo(mean[c], within(1e-12));
                assertThat(values(net, "batchnorm1.running_var")[c]).isCloseTo(variance[c], within(1e-12));
            }
        }
        double[] y = k.download(net.forward(new Tape(k), x).buffer());
        for (int i = 0; i < 12; i++) {
            int c = i % 2;
            double expected = (channels[c][i / 2] - mean[c]) / Math.sqrt(variance[c] + 1e-3);
            assertThat(y[i]).isCloseTo(expected, within(1e-12));
        }
        assertThat(values(net, "batchnorm1.running_mean")).containsExactly(mean, within(1e-12));
    }

    @Test
    void inferenceDoesNotMixExamples() {
        Sequential net = Sequential.build(k, 1, Shape.of(3), new BatchNorm());
        net.forward(new Tape(k), TestTensors.variable(k, "x", 5, 8, 3), STEP);
        double[] first = k.download(net.forward(new Tape(k), TestTensors.variable(k, "x", 6, 1, 3)).buffer());
        double[] batch = k.download(net.forward(new Tape(k), TestTensors.variable(k, "x", 6, 4, 3)).buffer());
        assertThat(batch).startsWith(first);
    }

    @Test
    void aSingleRowMovesTheMeanOnly() {
        Sequential net = Sequential.build(k, 1, Shape.of(2), new BatchNorm(0.5, 1e-5));
        net.forward(new Tape(k), Tensor.constant(k, "x", Shape.of(1, 2), 4, -2), STEP);
        assertThat(values(net, "batchnorm1.running_mean")).containsExactly(2, -1);
        assertThat(values(net, "batchnorm1.running_var")).containsExactly(1, 1);
    }

    @Test
    void frozenStatisticsStay() {
        Sequential net = Sequential.build(k, 1, Shape.of(2), new BatchNorm());
        net.setFrozen(true);
        net.forward(new Tape(k), TestTensors.variable(k, "x", 5, 8, 2), STEP);
        assertThat(values(net, "batchnorm1.running_mean")).containsExactly(0, 0);
        assertThat(values(net, "batchnorm1.running_var")).containsExactly(1, 1);
        assertThat(net.parameter("batchnorm1.running_mean").trainable()).isFalse();
    }

    @Test
    void dropoutFollowsSeedLayerAndStepAlone() {
        double[] a = dropped(k, 1, 1);
        assertThat(dropped(k, 1, 1)).containsExactly(a);
        assertThat(dropped(k, 1, 2)).isNotEqualTo(a);
        assertThat(dropped(k, 2, 1)).isNotEqualTo(a);
        try (Backend ejml = new EjmlBackend(2)) {
            ejml.openScope("test");
            assertThat(dropped(ejml, 1, 1)).containsExactly(a);
        }
    }

    /** With rate 0.5 what two layers keep of 1 is 4: exact in float32. */
    private static double[] dropped(Backend k, long seed, long step) {
        Sequential net = Sequential.build(k, 1, Shape.of(40), new Dropout(0.5), new Dropout(0.5));
        Tensor ones = Tensor.constant(k, "x", Shape.of(2, 40), ones(80));
        return k.download(net.forward(new Tape(k), ones, RandomStream.of(seed, "run").child(step)).buffer());
    }

    private static double[] ones(int n) {
        double[] ones = new double[n];
        Arrays.fill(ones, 1);
        return ones;
    }

    @Test
    void twoDropoutLayersDrawDifferentMasks() {
        assertThat(dropped(k, 1, 1)).containsOnly(0, 4);
        assertThat(dropped(k, 1, 1)).satisfies(y -> assertThat(StatUtils.mean(y)).isBetween(0.4, 1.6));
    }

    @Test
    void dropoutDoesNothingAtInference() {
        Sequential net = Sequential.build(k, 1, Shape.of(4), new Dropout(0.9));
        Tensor x = TestTensors.variable(k, "x", 1, 3, 4);
        assertThat(net.forward(new Tape(k), x)).isSameAs(x);
    }
}
