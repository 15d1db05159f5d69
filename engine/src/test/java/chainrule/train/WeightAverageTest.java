package chainrule.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import chainrule.backend.Backend;
import chainrule.backend.Scope;
import chainrule.backend.reference.ReferenceBackend;
import chainrule.io.Snapshot;
import chainrule.layer.BatchNorm;
import chainrule.layer.Dense;
import chainrule.layer.Sequential;
import chainrule.loss.Loss;
import chainrule.optimizer.Sgd;
import chainrule.tensor.Parameter;
import chainrule.tensor.Shape;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.util.Arrays;
import java.util.List;

class WeightAverageTest {
    private static final TrainingListener.Progress STEP = new TrainingListener.Progress(1, 1, 1, 1, 0, 0, 0);

    private static void set(Sequential net, double value) {
        for (Parameter p : net.parameters()) {
            double[] values = new double[p.shape().elements()];
            Arrays.fill(values, value);
            net.backend().upload(values, p.buffer());
        }
    }

    private static List<double[]> weights(Sequential net) {
        return net.parameters().stream().map(p -> net.backend().download(p.buffer())).toList();
    }

    /** With weights 1, 2, 3 … after steps 1, 2, 3 …, parameters and statistics follow the recursion in the javadoc. */
    @ParameterizedTest
    @ValueSource(doubles = {0, 0.3, 0.99})
    void followsItsRecursion(double decay) {
        try (Backend backend = new ReferenceBackend();
                Scope _ = backend.openScope("test")) {
            Sequential net = Sequential.build(backend, 1, Shape.of(2), new Dense(2), new BatchNorm());
            set(net, 0);
            WeightAverage average = new WeightAverage(net, decay);
            double expected = 0;
            for (int t = 1; t <= 30; t++) {
                set(net, t);
                average.step(STEP);
                double d = Math.min(decay, (1.0 + t) / (10 + t));
                expected = d * expected + (1 - d) * t;
            }
            average.swap();
            assertThat(net.parameters()).anyMatch(p -> !p.trainable());
            for (double[] values : weights(net)) {
                assertThat(values).containsOnly(values[0]);
                assertThat(values[0]).isCloseTo(expected, within(1e-12));
            }
            average.swap();
            assertThat(weights(net)).allSatisfy(values -> assertThat(values).containsOnly(30));
        }
    }

    @Test
    void resumesToTheSameBits() {
        try (Backend backend = new ReferenceBackend();
                Scope _ = backend.openScope("test")) {
            Sequential net = Sequential.build(backend, 1, Shape.of(2), new Dense(2), new BatchNorm());
            WeightAverage whole = new WeightAverage(net, 0.9);
            Snapshot snapshot = new Snapshot();
            for (int t = 1; t <= 20; t++) {
                set(net, t);
                whole.step(STEP);
                if (t == 8) {
                    whole.save(snapshot);
                }
            }
            Sequential again = Sequential.build(backend, 2, Shape.of(2), new Dense(2), new BatchNorm());
            WeightAverage resumed = new WeightAverage(again, 0.9);
            resumed.restore(snapshot);
            for (int t = 9; t <= 20; t++) {
                set(again, t);
                resumed.step(STEP);
            }
            whole.swap();
            resumed.swap();
            for (int i = 0; i < weights(net).size(); i++) {
                assertThat(weights(again).get(i)).containsExactly(weights(net).get(i));
            }
            assertThat(resumed.description()).isEqualTo(whole.description()).contains("0.9");
        }
    }

    @Test
    void doesNotChangeTheTraining() {
        try (Backend backend = new ReferenceBackend();
                Scope _ = backend.openScope("test")) {
            Sequential alone = train(backend, false);
            Sequential watched = train(backend, true);
            for (int i = 0; i < weights(alone).size(); i++) {
                assertThat(weights(watched).get(i)).containsExactly(weights(alone).get(i));
            }
        }
    }

    private static Sequential train(Backend backend, boolean average) {
        Sequential net = Sequential.build(backend, 1, Shape.of(6), new Dense(3));
        Trainer trainer = new Trainer(net, Loss.SOFTMAX_CROSS_ENTROPY, new Sgd(0.1)).batchSize(8).epochs(2);
        if (average) {
            trainer.listener(new WeightAverage(net, 0.9));
        }
        trainer.fit(new Blobs(30, 6, 3));
        return net;
    }

    @ParameterizedTest
    @ValueSource(doubles = {-0.1, 1, Double.NaN})
    void rejectsDecaysOutOfRange(double decay) {
        try (Backend backend = new ReferenceBackend();
                Scope _ = backend.openScope("test")) {
            Sequential net = Sequential.build(backend, 1, Shape.of(2), new Dense(2));
            assertThatThrownBy(() -> new WeightAverage(net, decay)).hasMessageContaining("decay " + decay);
        }
    }
}
