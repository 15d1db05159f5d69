package chainrule.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import chainrule.backend.Backend;
import chainrule.backend.Backends;
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

    private static Sequential net(Backend k, String activation, Dataset data) {
        return Sequential.build(
                k,
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
    void theLossGoesDownAndTheNetLearns(String backend) {
        try (Backend k = Backends.open(backend, 2).backend()) {
            k.openScope("test");
            Sequential net = net(k, "tanh", DATA);
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

    /** 10 examples in batches of 4, 4 and 2: with nothing learnt the mean loss is that of the whole set. */
    @Test
    void theSmallLastBatchCountsForWhatItHolds() {
        try (Backend k = new ReferenceBackend()) {
            k.openScope("test");
            Blobs ten = new Blobs(10, 30, 3);
            Sequential net = net(k, "tanh", ten);
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

    /** y = x: logits (0, 1) say class 1 with p = e/(1 + e), (1, 0) say class 0. */
    @ParameterizedTest
    @ValueSource(strings = {"reference", "ejml"})
    void anEvaluationIsThatOfTheHand(String backend) {
        try (Backend k = Backends.open(backend, 1).backend()) {
            k.openScope("test");
            byte bright = (byte) 255;
            ByteImages data =
                    new ByteImages(
                            "hand",
                            Shape.of(3),
                            new byte[] {0, bright, 0, bright, 0, 0, 0, bright, 0},
                            new byte[] {1, 0, 2},
                            List.of("a", "b", "c"));
            Sequential net = Sequential.build(k, 1, Shape.of(3), new Dense(3));
            k.upload(new double[] {1, 0, 0, 0, 1, 0, 0, 0, 1}, net.parameter("dense1.weight").buffer());
            Evaluation evaluation = Evaluation.of(net, Loss.SOFTMAX_CROSS_ENTROPY, data, 2);
            double all = Math.log(Math.E + 2);
            assertThat(evaluation.loss()).isCloseTo(((all - 1) + (all - 1) + all) / 3, within(1e-6));
            assertThat(evaluation.accuracy()).isCloseTo(2.0 / 3, within(1e-12));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"reference", "ejml"})
    void aDivergingRunStopsAndSaysWhere(String backend) {
        try (Backend k = Backends.open(backend, 2).backend()) {
            k.openScope("test");
            Sequential net = net(k, "relu", DATA);
            // the rate jumps after the second epoch, as a schedule gone wrong might do
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
                                                last[0] = p.loss(); // of this one step
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
                    .containsPattern("last finite loss was [1-9]\\S*\\. A lower");
        }
    }

    @Test
    void aRunThatDivergesAtOnceHasNoEpochs() {
        try (Backend k = Backends.open("ejml", 1).backend()) {
            k.openScope("test");
            Sequential net = net(k, "relu", DATA);
            k.upload(new double[] {0, Double.NaN, 0, 0, 0, 0, 0, 0}, net.parameter("dense2.bias").buffer());
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
    void aListenerStopsTheRun() {
        try (Backend k = new ReferenceBackend()) {
            k.openScope("test");
            List<Integer> told = new ArrayList<>();
            History history =
                    trainer(net(k, "tanh", DATA), 0.1)
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
                                            told.add(epoch.number());
                                            return true;
                                        }
                                    })
                            .fit(DATA);
            assertThat(history.epochs()).hasSize(3);
            assertThat(history.divergence()).isEmpty();
            assertThat(told).containsExactly(1, 2, 3);
        }
    }

    @Test
    void badSettingsAreRefused() {
        try (Backend k = new ReferenceBackend()) {
            k.openScope("test");
            Trainer trainer = trainer(net(k, "tanh", DATA), 0.1);
            assertThatThrownBy(() -> trainer.epochs(0)).hasMessage("epochs: 0, expected at least 1");
            for (int size : new int[] {0, 91}) {
                assertThatThrownBy(() -> trainer.batchSize(size).fit(DATA))
                        .isInstanceOf(IllegalArgumentException.class)
                        .hasMessage("batch size %d: must be from 1 to the 90 examples of blobs", size);
            }
        }
    }

    @Test
    void aProbeCapturesEveryNthStep() {
        try (Backend k = new ReferenceBackend()) {
            k.openScope("test");
            GradientProbe probe = new GradientProbe(4);
            trainer(net(k, "tanh", DATA), 0.1).epochs(2).probe(probe).fit(DATA); // 12 steps
            assertThat(probe.rows()).extracting(GradientRow::step).containsOnly(4L, 8L, 12L);
            assertThat(probe.rows()).hasSize(3 * (3 * 2 + 5));
        }
    }

    /** One step is w ← w − η·g with the gradient that the probe shows. */
    @Test
    void aStepGoesAgainstTheGradient() {
        try (Backend k = new ReferenceBackend()) {
            k.openScope("test");
            Sequential net = net(k, "tanh", DATA);
            Batch batch = new Batches(DATA, 16).iterator().next();
            double before = k.download(net.parameter("dense3.bias").buffer())[0];
            GradientProbe probe = new GradientProbe(1);
            Trainer trainer = trainer(net, 0.5).probe(probe);
            trainer.step(batch);
            double[] bias = k.download(net.parameter("dense3.bias").buffer());
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
