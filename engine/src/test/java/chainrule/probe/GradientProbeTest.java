package chainrule.probe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import chainrule.backend.Backend;
import chainrule.backend.Elementwise;
import chainrule.backend.Statistics;
import chainrule.backend.provider.Backends;
import chainrule.initializer.Constant;
import chainrule.initializer.Initializers;
import chainrule.io.FormatException;
import chainrule.io.Snapshot;
import chainrule.layer.Activation;
import chainrule.layer.Dense;
import chainrule.layer.ForwardContext;
import chainrule.layer.Layer;
import chainrule.layer.Sequential;
import chainrule.loss.Loss;
import chainrule.op.Apply;
import chainrule.op.Scale;
import chainrule.tensor.Parameter;
import chainrule.tensor.RandomStream;
import chainrule.tensor.Shape;
import chainrule.tensor.Tensor;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;

class GradientProbeTest {
    @ParameterizedTest
    @ValueSource(strings = {"reference", "ejml"})
    void rowsAreOrderedByLayerThenRole(String backendName) {
        try (Backend backend = Backends.open(backendName, 2).backend()) {
            backend.openScope("test");
            Sequential net =
                    Sequential.build(
                            backend,
                            1,
                            Shape.of(3),
                            new Dense(4),
                            Activation.named("tanh"),
                            new Dense(2),
                            Activation.named("sigmoid"));
            List<GradientRow> rows =
                    GradientProbe.capture(net, Loss.HALF_SUM_SQUARES, input(backend, 2, 3), input(backend, 2, 2));
            assertThat(rows)
                    .extracting(r -> r.depth() + " " + r.layer() + " " + r.role() + " " + r.tensor())
                    .containsExactly(
                            "1 dense1 WEIGHT dense1.weight",
                            "1 dense1 BIAS dense1.bias",
                            "0 dense1 ACTIVATION affine",
                            "0 tanh1 ACTIVATION tanh",
                            "2 dense2 WEIGHT dense2.weight",
                            "2 dense2 BIAS dense2.bias",
                            "0 dense2 ACTIVATION affine",
                            "0 sigmoid1 ACTIVATION sigmoid");
            assertThat(rows).allMatch(r -> r.step() == 0);
            assertThat(rows).extracting(r -> r.statistics().count()).containsExactly(12L, 4L, 8L, 8L, 8L, 2L, 4L, 4L);
        }
    }

    /** A layer of two ops. */
    private record Halved() implements Layer {
        @Override
        public String kind() {
            return "halved";
        }

        @Override
        public Shape outputShape(Shape input) {
            return input;
        }

        @Override
        public Tensor forward(Tensor x, ForwardContext context) {
            return context.run(new Apply(Elementwise.TANH, 0, context.run(new Scale(0.5, x))));
        }
    }

    @Test
    void opsWithinALayerAreInExecutionOrder() {
        try (Backend backend = Backends.open("reference", 1).backend()) {
            backend.openScope("test");
            Sequential net = Sequential.build(backend, 1, Shape.of(3), new Dense(2), new Halved());
            assertThat(GradientProbe.capture(net, Loss.HALF_SUM_SQUARES, input(backend, 2, 3), input(backend, 2, 2)))
                    .extracting(GradientRow::tensor)
                    .containsExactly("dense1.weight", "dense1.bias", "affine", "scale", "tanh");
        }
    }

    /** y = x·W with L = ½ Σ (y − t)² for one example: dy = y − t, dW = xᵀ·dy, db = dy. */
    @ParameterizedTest
    @ValueSource(strings = {"reference", "ejml"})
    void statisticsMatchHandComputedGradients(String backendName) {
        try (Backend backend = Backends.open(backendName, 1).backend()) {
            backend.openScope("test");
            Sequential net = Sequential.build(backend, 1, Shape.of(2), new Dense(2, Constant.ZEROS));
            backend.upload(new double[] {1, 2, 3, 4}, net.parameter("dense1.weight").buffer());
            Tensor x = Tensor.constant(backend, "x", Shape.of(1, 2), 2, 0);
            Tensor target = Tensor.constant(backend, "t", Shape.of(1, 2), 3, 1); // y = (2, 4), dy = (−1, 3)
            List<GradientRow> rows = GradientProbe.capture(net, Loss.HALF_SUM_SQUARES, x, target);
            Statistics weight = rows.getFirst().statistics(); // (−2, 6; 0, 0)
            assertThat(weight.min()).isEqualTo(-2);
            assertThat(weight.max()).isEqualTo(6);
            assertThat(weight.sum()).isEqualTo(4);
            assertThat(weight.meanAbs()).isEqualTo(2);
            assertThat(weight.l2()).isCloseTo(Math.sqrt(40), within(1e-12));
            assertThat(weight.zeros()).isEqualTo(2);
            assertThat(weight.zeroShare()).isEqualTo(0.5);
            assertThat(weight.nonFinite()).isZero();
            assertThat(rows.getFirst().maxAbs()).isEqualTo(6);
            GradientRow bias = rows.get(1);
            assertThat(bias.maxAbs()).isEqualTo(3);
            assertThat(bias.signedMax()).isEqualTo(3);
            assertThat(bias.statistics().min()).isEqualTo(-1);
            assertThat(rows.get(2).statistics()).isEqualTo(bias.statistics()); // one example: dy is db
        }
    }

    @Test
    void signedMaximumAndLargestAbsoluteValueDiffer() {
        GradientRow row =
                new GradientRow(0, 1, "l", GradientRow.Role.WEIGHT, "w", Statistics.of(-5).plus(Statistics.of(2)));
        assertThat(row.maxAbs()).isEqualTo(5);
        assertThat(row.signedMax()).isEqualTo(2);
    }

    @ParameterizedTest
    @ValueSource(strings = {"reference", "ejml"})
    void zeroGradientsAreValidResults(String backendName) {
        try (Backend backend = Backends.open(backendName, 1).backend()) {
            backend.openScope("test");
            Sequential net =
                    Sequential.build(
                            backend,
                            1,
                            Shape.of(3),
                            new Dense(4, Constant.ZEROS),
                            Activation.named("relu"),
                            new Dense(2, Constant.ZEROS));
            List<GradientRow> rows =
                    GradientProbe.capture(net, Loss.SOFTMAX_CROSS_ENTROPY, input(backend, 2, 3), target(backend, 2, 2));
            GradientRow first = rows.getFirst();
            assertThat(first.maxAbs()).isZero();
            assertThat(first.statistics().l2()).isZero();
            assertThat(first.statistics().zeroShare()).isEqualTo(1);
            assertThat(rows.getLast().maxAbs()).isPositive();
        }
    }

    @Test
    void tinyGradientsOfADeepSigmoidNetKeepTheirNorm() {
        try (Backend backend = Backends.open("ejml", 2).backend()) {
            backend.openScope("test");
            List<Layer> layers = new ArrayList<>();
            for (int i = 0; i < 40; i++) {
                layers.add(new Dense(32));
                layers.add(Activation.named("sigmoid"));
            }
            layers.add(new Dense(10));
            Sequential net = Sequential.build(backend, 1, Shape.of(784), layers);
            List<GradientRow> weights =
                    GradientProbe.capture(
                                    net, Loss.SOFTMAX_CROSS_ENTROPY, input(backend, 64, 784), target(backend, 64, 10))
                            .stream()
                            .filter(r -> r.role() == GradientRow.Role.WEIGHT)
                            .toList();
            assertThat(weights).hasSize(41);
            Statistics first = weights.getFirst().statistics();
            assertThat(first.maxAbs()).isBetween(1e-32, 1e-24);
            assertThat(first.sumSquares()).isPositive().isLessThan(Float.MIN_VALUE);
            assertThat(first.l2()).isGreaterThanOrEqualTo(first.maxAbs());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"reference", "ejml"})
    void capturingChangesNoParameterAndKeepsNoBuffer(String backendName) {
        try (Backend backend = Backends.open(backendName, 2).backend()) {
            backend.openScope("test");
            Sequential net =
                    Sequential.build(backend, 4, Shape.of(3), new Dense(5), Activation.named("lecun"), new Dense(2));
            List<double[]> before = values(net);
            Tensor x = input(backend, 2, 3);
            Tensor target = target(backend, 2, 2);
            List<GradientRow> first = GradientProbe.capture(net, Loss.SOFTMAX_CROSS_ENTROPY, x, target);
            long storage = backend.memory().storageAllocations();
            assertThat(GradientProbe.capture(net, Loss.SOFTMAX_CROSS_ENTROPY, x, target)).isEqualTo(first);
            assertThat(backend.memory().storageAllocations()).isEqualTo(storage);
            assertThat(backend.memory().kept()).isEmpty();
            List<double[]> after = values(net);
            for (int i = 0; i < before.size(); i++) {
                assertThat(after.get(i)).isEqualTo(before.get(i));
            }
        }
    }

    @Test
    void frozenParametersHaveNoRow() {
        try (Backend backend = Backends.open("reference", 1).backend()) {
            backend.openScope("test");
            Sequential net =
                    Sequential.build(
                            backend,
                            1,
                            Shape.of(3),
                            new Dense(4, Initializers.named("he")),
                            Activation.named("tanh"),
                            new Dense(2));
            net.parameter("dense2.weight").setFrozen(true);
            assertThat(
                            GradientProbe.capture(
                                    net, Loss.SOFTMAX_CROSS_ENTROPY, input(backend, 1, 3), target(backend, 1, 2)))
                    .extracting(GradientRow::tensor)
                    .contains("dense1.weight", "dense2.bias")
                    .doesNotContain("dense2.weight");
        }
    }

    @Test
    void rejectsIntervalsBelowOne() {
        assertThatThrownBy(() -> new GradientProbe(0))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("every 0 steps");
    }

    private static List<double[]> values(Sequential net) {
        return net.parameters().stream().map(Parameter::buffer).map(net.backend()::download).toList();
    }

    private static Tensor input(Backend backend, int rows, int columns) {
        RandomStream random = RandomStream.of(9, "input " + columns);
        double[] x = new double[rows * columns];
        Arrays.setAll(x, random::uniform);
        return Tensor.constant(backend, "x", Shape.of(rows, columns), x);
    }

    private static Tensor target(Backend backend, int rows, int columns) {
        double[] t = new double[rows * columns];
        for (int i = 0; i < rows; i++) {
            t[i * columns + i % columns] = 1;
        }
        return Tensor.constant(backend, "target", Shape.of(rows, columns), t);
    }

    /** Includes NaN, infinities and the smallest values. */
    @Test
    void storesCapturedGradientsToTheBit() {
        double tiny = Double.MIN_VALUE;
        Statistics usual = new Statistics(9, -0.0, 0.1 + 0.2, -1e-300, tiny, Math.nextUp(1), 3, 2);
        Statistics none = new Statistics(4, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY, Double.NaN, 0, 0, 0, 4);
        Snapshot stored = stored(usual, none);
        GradientProbe probe = new GradientProbe(1);
        probe.restore(stored);
        assertThat(probe.rows())
                .containsExactly(
                        new GradientRow(7, 2, "a layer", GradientRow.Role.WEIGHT, "a layer.weight", usual),
                        new GradientRow(7, 0, "relu", GradientRow.Role.ACTIVATION, "relu", none));
        Snapshot again = new Snapshot();
        probe.save(again);
        assertThat(again.values("rows")).containsExactly(stored.values("rows"));
        probe.restore(again);
        assertThat(probe.rows()).as("restored, not added").hasSize(2);
    }

    private static Snapshot stored(Statistics first, Statistics second) {
        Snapshot stored = new Snapshot().put("places", 2);
        stored.part("place 1").put("depth", 2).put("layer", "a layer").put("role", "WEIGHT");
        stored.part("place 1").put("tensor", "a layer.weight");
        stored.part("place 2").put("depth", 0).put("layer", "relu").put("role", "ACTIVATION").put("tensor", "relu");
        double[] rows = new double[20];
        for (int i = 0; i < 2; i++) {
            Statistics s = i == 0 ? first : second;
            double[] row = {
                7, i, s.count(), s.min(), s.max(), s.sum(), s.sumAbs(), s.sumSquares(), s.zeros(), s.nonFinite()
            };
            System.arraycopy(row, 0, rows, 10 * i, 10);
        }
        return stored.put("rows", new int[] {2, 10}, rows, true);
    }

    /** A failed restore leaves the captured gradients unchanged. */
    @Test
    void rejectsInvalidStoredGradients() {
        Statistics some = Statistics.of(1).plus(Statistics.of(0));
        GradientProbe probe = new GradientProbe(1);
        probe.restore(stored(some, some));
        List<Consumer<Snapshot>> damages = new ArrayList<>();
        for (double step : new double[] {-1, 0.5, Double.NaN, Double.POSITIVE_INFINITY, 1e17}) {
            damages.add(s -> s.values("rows")[0] = step);
        }
        damages.add(s -> s.values("rows")[1] = 2);
        damages.add(s -> s.values("rows")[2] = 1.5);
        damages.add(s -> s.values("rows")[8] = 3); // more zeros than values
        damages.add(s -> s.values("rows")[9] = 3);
        damages.add(s -> s.put("rows", new int[] {1}, new double[1], true));
        damages.add(s -> s.put("places", 0));
        damages.add(s -> s.put("places", Integer.MAX_VALUE));
        damages.add(s -> s.put("places", -1));
        damages.add(s -> s.part("place 2").put("role", "weights"));
        damages.add(s -> s.part("place 2").put("depth", 1L << 40));
        for (Consumer<Snapshot> damage : damages) {
            Snapshot bad = stored(some, some);
            damage.accept(bad);
            assertThatThrownBy(() -> probe.restore(bad)).isInstanceOf(FormatException.class);
            assertThat(probe.rows()).hasSize(2);
        }
        assertThatThrownBy(() -> probe.restore(new Snapshot())).isInstanceOf(FormatException.class);
    }
}
