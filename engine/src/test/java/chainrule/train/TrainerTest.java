package chainrule.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import chainrule.backend.Backend;
import chainrule.backend.provider.Backends;
import chainrule.backend.reference.ReferenceBackend;
import chainrule.data.Batch;
import chainrule.data.Batches;
import chainrule.data.ByteImages;
import chainrule.data.Dataset;
import chainrule.layer.Activation;
import chainrule.layer.Dense;
import chainrule.layer.Sequential;
import chainrule.loss.Loss;
import chainrule.optimizer.Sgd;
import chainrule.probe.GradientProbe;
import chainrule.probe.GradientRow;
import chainrule.tensor.Shape;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.util.ArrayList;
import java.util.List;

class TrainerTest {
    private static final Blobs DATA = new Blobs(90, 30, 3);

    private static Sequential net(Backend backend, String activation, Dataset data) {
        return Sequential.build(
                backend,
                5,
                data.inputShape(),
                new Dense(8),
                Activation.named(activation),
                new Dense(8),
                Activation.named(activation),
                new Dense(data.targetSize()));
    }

    private static Trainer trainer(Sequential net, double rate) {
        return new Trainer(net, Loss.SOFTMAX_CROSS_ENTROPY, new Sgd(rate)).batchSize(16).seed(7);
    }

    @ParameterizedTest
    @ValueSource(strings = {"reference", "ejml"})
    void lossDecreasesAndAccuracyIncreases(String backendName) {
        try (Backend backend = Backends.open(backendName, 2).backend()) {
            backend.openScope("test");
            Sequential net = net(backend, "tanh", DATA);
            Blobs held = new Blobs(30, 30, 3);
            History history = trainer(net, 0.2).epochs(12).validation(held).fit(DATA);
            assertThat(history.divergence()).isEmpty();
            assertThat(history.epochs())
                    .extracting(History.Epoch::number)
                    .containsExactly(1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12);
            assertThat(history.last().loss()).isLessThan(history.epochs().getFirst().loss() / 3);
            assertThat(history.last().accuracy()).isGreaterThan(0.95);
            assertThat(history.last().validation()).isEqualTo(Evaluation.of(net, Loss.SOFTMAX_CROSS_ENTROPY, held, 16));
            assertThat(history.epochs()).allMatch(e -> e.seconds() > 0 && e.imagesPerSecond() > 0);
        }
    }

    /** 10 examples in batches of 4, 4 and 2: with a learning rate of 0 the mean loss is the loss of the whole set. */
    @Test
    void weightsTheLastBatchByItsSize() {
        try (Backend backend = new ReferenceBackend()) {
            backend.openScope("test");
            Blobs ten = new Blobs(10, 30, 3);
            Sequential net = net(backend, "tanh", ten);
            double whole = Evaluation.of(net, Loss.SOFTMAX_CROSS_ENTROPY, ten, 10).loss();
            assertThat(Evaluation.of(net, Loss.SOFTMAX_CROSS_ENTROPY, ten, 4).loss()).isCloseTo(whole, within(1e-12));
            assertThat(Evaluation.of(net, Loss.SOFTMAX_CROSS_ENTROPY, ten, 999).loss()).isCloseTo(whole, within(1e-12));
            List<TrainingListener.Progress> steps = new ArrayList<>();
            History history =
                    new Trainer(net, Loss.SOFTMAX_CROSS_ENTROPY, new Sgd(0))
                            .batchSize(4)
                            .listener(
                                    new TrainingListener() {
                                        @Override
                                        public void step(Progress p) {
                                            steps.add(p);
                                        }
                                    })
                            .fit(ten);
            assertThat(history.last().loss()).isCloseTo(whole, within(1e-12));
            assertThat(steps).extracting(TrainingListener.Progress::batch).containsExactly(1, 2, 3);
            assertThat(steps).allMatch(p -> p.batches() == 3 && p.epoch() == 1 && p.epochs() == 1);
            assertThat(steps.getLast().loss()).isEqualTo(history.last().loss());
        }
    }

    /** y = x: the logits are the pixels. */
    @ParameterizedTest
    @ValueSource(strings = {"reference", "ejml"})
    void evaluationMatchesHandComputedValues(String backendName) {
        try (Backend backend = Backends.open(backendName, 1).backend()) {
            backend.openScope("test");
            byte bright = (byte) 255;
            ByteImages data =
                    new ByteImages(
                            "hand",
                            Shape.of(3),
                            new byte[] {0, bright, 0, bright, 0, 0, 0, bright, 0},
                            new byte[] {1, 0, 2},
                            List.of("a", "b", "c"));
            Sequential net = Sequential.build(backend, 1, Shape.of(3), new Dense(3));
            backend.upload(new double[] {1, 0, 0, 0, 1, 0, 0, 0, 1}, net.parameter("dense1.weight").buffer());
            Evaluation evaluation = Evaluation.of(net, Loss.SOFTMAX_CROSS_ENTROPY, data, 2);
            double all = Math.log(Math.E + 2);
            assertThat(evaluation.loss()).isCloseTo(((all - 1) + (all - 1) + all) / 3, within(1e-6));
            assertThat(evaluation.accuracy()).isCloseTo(2.0 / 3, within(1e-12));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"reference", "ejml"})
    void stopsADivergingRunAndReportsWhere(String backendName) {
        try (Backend backend = Backends.open(backendName, 2).backend()) {
            backend.openScope("test");
            Sequential net = net(backend, "relu", DATA);
            // the rate jumps after the second epoch, as with a wrong schedule
            Sgd sgd = new Sgd(0.1);
            Double[] last = new Double[1];
            History history =
                    new Trainer(net, Loss.MEAN_SQUARED_ERROR, sgd)
                            .batchSize(30)
                            .epochs(500)
                            .listener(
                                    new TrainingListener() {
                                        @Override
                                        public void step(Progress p) {
                                            if (p.batch() == 1) {
                                                last[0] = p.loss(); // the mean over one step
                                            }
                                        }

                                        @Override
                                        public boolean epoch(History.Epoch epoch) {
                                            sgd.setLearningRate(epoch.number() >= 2 ? 1e6 : 0.1);
                                            return true;
                                        }
                                    })
                            .fit(DATA);
            History.Divergence divergence = history.divergence().orElseThrow();
            assertThat(history.epochs()).hasSize(divergence.epoch() - 1).hasSizeGreaterThanOrEqualTo(2);
            assertThat(history.epochs()).allMatch(e -> Double.isFinite(e.loss()));
            assertThat(divergence.step()).isBetween(3L * (divergence.epoch() - 1) + 1, 3L * divergence.epoch());
            assertThat(divergence.where()).containsPattern("dense[123]: |relu[12]: |mean squared error: ");
            assertThat(divergence.lastFiniteLoss()).isFinite().isPositive();
            assertThat(divergence.toString())
                    .contains("epoch " + divergence.epoch(), "step " + divergence.step(), divergence.where())
                    .containsPattern("last finite loss was [1-9]\\S*\\. Try a lower");
        }
    }

    @Test
    void immediateDivergenceHasNoEpochs() {
        try (Backend backend = Backends.open("ejml", 1).backend()) {
            backend.openScope("test");
            Sequential net = net(backend, "relu", DATA);
            backend.upload(new double[] {0, Double.NaN, 0, 0, 0, 0, 0, 0}, net.parameter("dense2.bias").buffer());
            History history = trainer(net, 0.1).fit(DATA);
            assertThat(history.epochs()).isEmpty();
            History.Divergence divergence = history.divergence().orElseThrow();
            assertThat(divergence.epoch()).isEqualTo(1);
            assertThat(divergence.step()).isEqualTo(1);
            assertThat(divergence.lastFiniteLoss()).isNaN();
            assertThat(divergence.where()).startsWith("dense2: parameter dense2.bias");
        }
    }

    @Test
    void stepOmitsTheUpdateIfTheLossIsNotFinite() {
        try (Backend backend = new ReferenceBackend()) {
            backend.openScope("test");
            Sequential net = net(backend, "tanh", DATA);
            Trainer trainer = trainer(net, 0.1);
            Batch batch = new Batches(DATA, 16).iterator().next();
            Trainer.Step finite = trainer.step(batch);
            assertThat(finite.nonFinite()).isEmpty();
            assertThat(finite.explosion()).isEmpty();
            backend.upload(new double[] {0, 0, Double.NaN}, net.parameter("dense3.bias").buffer());
            double[] before = backend.download(net.parameter("dense1.weight").buffer());
            Trainer.Step diverged = trainer.step(batch);
            assertThat(diverged.loss()).isNaN();
            assertThat(diverged.nonFinite().orElseThrow()).startsWith("dense3: parameter dense3.bias");
            assertThat(backend.download(net.parameter("dense1.weight").buffer())).containsExactly(before);
        }
    }

    @Test
    void listenerStopsTheRun() {
        try (Backend backend = new ReferenceBackend()) {
            backend.openScope("test");
            List<Integer> epochs = new ArrayList<>();
            History history =
                    trainer(net(backend, "tanh", DATA), 0.1)
                            .epochs(10)
                            .listener(
                                    new TrainingListener() {
                                        @Override
                                        public boolean epoch(History.Epoch epoch) {
                                            return epoch.number() < 3;
                                        }
                                    })
                            .listener(
                                    new TrainingListener() {
                                        @Override
                                        public boolean epoch(History.Epoch epoch) {
                                            epochs.add(epoch.number());
                                            return true;
                                        }
                                    })
                            .fit(DATA);
            assertThat(history.epochs()).hasSize(3);
            assertThat(history.divergence()).isEmpty();
            assertThat(epochs).containsExactly(1, 2, 3);
        }
    }

    @Test
    void rejectsInvalidSettings() {
        try (Backend backend = new ReferenceBackend()) {
            backend.openScope("test");
            Trainer trainer = trainer(net(backend, "tanh", DATA), 0.1);
            assertThatThrownBy(() -> trainer.epochs(0)).hasMessage("epochs: 0, expected at least 1");
            for (int size : new int[] {0, 91}) {
                assertThatThrownBy(() -> trainer.batchSize(size).fit(DATA))
                        .isInstanceOf(IllegalArgumentException.class)
                        .hasMessage("batch size %d: must be from 1 to the 90 examples of blobs", size);
            }
        }
    }

    @Test
    void probeCapturesEveryNthStep() {
        try (Backend backend = new ReferenceBackend()) {
            backend.openScope("test");
            GradientProbe probe = new GradientProbe(4);
            trainer(net(backend, "tanh", DATA), 0.1).epochs(2).probe(probe).fit(DATA); // 12 steps
            assertThat(probe.rows()).extracting(GradientRow::step).containsOnly(4L, 8L, 12L);
            assertThat(probe.rows()).hasSize(3 * (3 * 2 + 5));
        }
    }

    /** One step is w ← w − η g with the captured gradient g. */
    @Test
    void stepDescendsAlongTheCapturedGradient() {
        try (Backend backend = new ReferenceBackend()) {
            backend.openScope("test");
            Sequential net = net(backend, "tanh", DATA);
            Batch batch = new Batches(DATA, 16).iterator().next();
            double before = backend.download(net.parameter("dense3.bias").buffer())[0];
            GradientProbe probe = new GradientProbe(1);
            Trainer trainer = trainer(net, 0.5).probe(probe);
            trainer.step(batch);
            double[] bias = backend.download(net.parameter("dense3.bias").buffer());
            GradientRow row =
                    probe.rows().stream().filter(r -> r.tensor().equals("dense3.bias")).findFirst().orElseThrow();
            double moved = 0;
            for (double b : bias) {
                moved += Math.abs(b - before);
            }
            assertThat(moved).isCloseTo(0.5 * row.statistics().sumAbs(), within(1e-12));
        }
    }
}
