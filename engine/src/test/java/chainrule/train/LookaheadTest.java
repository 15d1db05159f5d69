package chainrule.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import chainrule.backend.Backend;
import chainrule.backend.reference.ReferenceBackend;
import chainrule.data.augment.AlternatingFlip;
import chainrule.layer.BatchNorm;
import chainrule.layer.Dense;
import chainrule.layer.Sequential;
import chainrule.loss.Loss;
import chainrule.optimizer.Sgd;
import chainrule.tensor.Parameter;
import chainrule.tensor.Shape;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/** {@link Lookahead} and {@link FreezeAfter}. */
class LookaheadTest {
    private final Backend backend = new ReferenceBackend();

    @BeforeEach
    void open() {
        backend.openScope("test");
    }

    @AfterEach
    void close() {
        backend.close();
    }

    private void set(Sequential net, double value) {
        for (Parameter p : net.parameters()) {
            double[] values = new double[p.shape().elements()];
            Arrays.fill(values, value);
            backend.upload(values, p.buffer());
        }
    }

    private void assertAll(Sequential net, double value) {
        for (Parameter p : net.parameters()) {
            assertThat(backend.download(p.buffer())).as(p.name()).containsOnly(new double[] {value}, within(1e-12));
        }
    }

    /** 2 epochs of 5 steps, a reset every 2 steps; before step t all weights and running statistics are set to t. */
    @Test
    void resetsFastWeightsToSlowWeights() {
        Sequential net = Sequential.build(backend, 1, Shape.of(3), new Dense(2), new BatchNorm());
        set(net, 0);
        Lookahead lookahead = new Lookahead(net, 2, 0.5);
        double slow = 0;
        for (int t = 1; t <= 10; t++) {
            set(net, t);
            lookahead.step(new TrainingListener.Progress(1 + (t - 1) / 5, 2, 1 + (t - 1) % 5, 5, 1, 1, 1));
            if (t % 2 == 0) {
                double d = 0.5 * t * t * t / 1000;
                slow = d * slow + (1 - d) * t;
            }
            assertAll(net, t % 2 == 0 ? slow : t);
        }
    }

    @Test
    void endsWithTheSlowWeights() {
        Sequential net = Sequential.build(backend, 1, Shape.of(3), new Dense(2));
        set(net, 7);
        Lookahead lookahead = new Lookahead(net, 2, 0.5);
        set(net, 3);
        lookahead.step(new TrainingListener.Progress(1, 1, 1, 1, 1, 1, 1)); // the only step, without a regular reset
        assertAll(net, 7);
    }

    @Test
    void rejectsSettingsOutOfRange() {
        Sequential net = Sequential.build(backend, 1, Shape.of(3), new Dense(2));
        assertThatThrownBy(() -> new Lookahead(net, 0, 0.5)).hasMessageContaining("every 0 steps: expected at least 1");
        assertThatThrownBy(() -> new Lookahead(net, 1, 1.5)).hasMessageContaining("keep 1.5: must be in 0 … 1");
        assertThatThrownBy(() -> new FreezeAfter(-1, List.of())).hasMessageContaining("after -1 epochs");
    }

    @Test
    void freezesAParameterAfterItsEpochs() {
        Sequential net = Sequential.build(backend, 1, Shape.of(12), new Dense(3));
        Parameter bias = net.parameter("dense1.bias");
        List<String> after = new ArrayList<>();
        new Trainer(net, Loss.SOFTMAX_CROSS_ENTROPY, new Sgd(0.1))
                .batchSize(10)
                .epochs(4)
                .listener(new FreezeAfter(2, List.of(bias)))
                .listener(
                        new TrainingListener() {
                            @Override
                            public boolean epoch(History.Epoch epoch) {
                                after.add(Arrays.toString(backend.download(bias.buffer())));
                                return true;
                            }
                        })
                .fit(new Blobs(20, 12, 3));
        assertThat(after.get(0)).isNotEqualTo(after.get(1));
        assertThat(after.get(2)).isEqualTo(after.get(1)).isEqualTo(after.get(3));
    }

    /** Interrupts a run after each step; slow weights, frozen bias and flips must be resumed as well. */
    @Test
    void resumesToTheSameBits(@TempDir Path folder) {
        List<Double> whole = train(folder, null).bits();
        for (int steps = 1; steps < SmallRun.STEPS; steps++) {
            Path own = folder.resolve("after " + steps);
            AtomicInteger asked = new AtomicInteger();
            int stop = steps;
            train(folder, new Checkpoints(own, "run").stopWhen(() -> asked.getAndIncrement() >= stop));
            SmallRun.End rest = train(folder, new Checkpoints(own, "run").resume(true));
            assertThat(rest.steps()).isEqualTo(SmallRun.STEPS - steps);
            assertThat(rest.bits().equals(whole)).as("after step %d", steps).isTrue();
        }
    }

    private static SmallRun.End train(Path folder, Checkpoints checkpoints) {
        return SmallRun.momentum(folder, "ejml")
                .go(
                        trainer ->
                                trainer.augment(List.of(new AlternatingFlip()))
                                        .listener(new Lookahead(trainer.net, 2, 0.9))
                                        .listener(new FreezeAfter(2, List.of(trainer.net.parameter("dense1.bias")))),
                        checkpoints);
    }
}
