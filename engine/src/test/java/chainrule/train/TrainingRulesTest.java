package chainrule.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import chainrule.backend.Backend;
import chainrule.backend.reference.ReferenceBackend;
import chainrule.layer.Activation;
import chainrule.layer.BatchNorm;
import chainrule.layer.Dense;
import chainrule.layer.Sequential;
import chainrule.loss.Loss;
import chainrule.optimizer.Sgd;
import chainrule.train.schedule.Cosine;
import chainrule.train.schedule.ReduceOnPlateau;
import chainrule.train.schedule.ReduceOnPlateau.Goal;
import chainrule.train.schedule.Schedule;
import chainrule.train.schedule.WarmUp;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import java.util.ArrayList;
import java.util.List;

/** {@link BestWeights}, {@link EarlyStopping} and learning rate schedules in a training run. */
class TrainingRulesTest {
    private static final Blobs DATA = new Blobs(40, 12, 3);
    private static final Blobs HELD = new Blobs(15, 12, 3);

    private final Backend backend = new ReferenceBackend();

    @BeforeEach
    void open() {
        backend.openScope("test");
    }

    @AfterEach
    void close() {
        backend.close();
    }

    private Sequential net() {
        return Sequential.build(
                backend, 5, DATA.inputShape(), new Dense(6), new BatchNorm(), Activation.named("tanh"), new Dense(3));
    }

    private static Trainer trainer(Sequential net, Sgd sgd) {
        return new Trainer(net, Loss.SOFTMAX_CROSS_ENTROPY, sgd).batchSize(16).seed(7).validation(HELD);
    }

    private static History.Epoch epoch(int number, double accuracy, double loss) {
        return new History.Epoch(number, 1, 0.5, new Evaluation(loss, accuracy), 1, 1);
    }

    private List<double[]> weights(Sequential net) {
        return net.parameters().stream().map(p -> backend.download(p.buffer())).toList();
    }

    private void fill(Sequential net, double value) {
        net.parameters()
                .forEach(
                        p -> {
                            double[] values = new double[p.shape().elements()];
                            java.util.Arrays.fill(values, value);
                            backend.upload(values, p.buffer());
                        });
    }

    @Test
    void bestEpochHasTheHighestAccuracyThenTheLowestLoss() {
        Sequential net = net();
        BestWeights best = new BestWeights(net);
        assertThat(best.epoch()).isNull();
        double[][] accuracyAndLoss = {{0.5, 1}, {0.7, 2}, {0.7, 1.5}, {0.7, 1.5}, {0.6, 0.1}, {0.7, 1.6}};
        for (int i = 0; i < accuracyAndLoss.length; i++) {
            fill(net, i + 1);
            assertThat(best.epoch(epoch(i + 1, accuracyAndLoss[i][0], accuracyAndLoss[i][1]))).isTrue();
        }
        assertThat(best.epoch().number()).isEqualTo(3);
        best.restore();
        for (double[] values : weights(net)) { // including running statistics
            assertThat(values).containsOnly(3);
        }
    }

    @Test
    void restoresNothingBeforeTheFirstEpochEnds() {
        Sequential net = net();
        List<double[]> before = weights(net);
        new BestWeights(net).restore();
        assertThat(weights(net)).usingRecursiveComparison().isEqualTo(before);
    }

    @Test
    void restoresTheWeightsOfTheBestEpoch() {
        Sequential net = net();
        BestWeights best = new BestWeights(net);
        List<List<double[]>> every = new ArrayList<>();
        History history =
                trainer(net, new Sgd(3)) // the rate is so large that the accuracy oscillates
                        .epochs(8)
                        .listener(best)
                        .listener(
                                new TrainingListener() {
                                    @Override
                                    public boolean epoch(History.Epoch e) {
                                        every.add(weights(net));
                                        return true;
                                    }
                                })
                        .fit(DATA);
        int number = best.epoch().number();
        assertThat(history.epochs()).allMatch(e -> e.validation().accuracy() <= best.epoch().validation().accuracy());
        best.restore();
        assertThat(weights(net)).usingRecursiveComparison().isEqualTo(every.get(number - 1));
        assertThat(Evaluation.of(net, Loss.SOFTMAX_CROSS_ENTROPY, HELD, 15)).isEqualTo(best.epoch().validation());
    }

    @Test
    void stopsOnlyAboveTheTarget() {
        EarlyStopping rule = EarlyStopping.above(0.9);
        assertThat(rule.epoch(epoch(1, 0.5, 1))).isTrue();
        assertThat(rule.epoch(epoch(2, 0.9, 1))).isTrue();
        assertThat(rule.epoch(epoch(3, 0.91, 1))).isFalse();
        assertThat(EarlyStopping.above(1).epoch(epoch(1, 1, 0))).isTrue();
    }

    @Test
    void patienceCountsEpochsWithoutImprovement() {
        EarlyStopping rule = EarlyStopping.patience(2);
        double[] accuracy = {0.5, 0.4, 0.6, 0.6, 0.7, 0.1};
        for (int i = 0; i < accuracy.length; i++) {
            assertThat(rule.epoch(epoch(i + 1, accuracy[i], 1))).as("epoch %d", i + 1).isTrue();
        }
        assertThat(rule.epoch(epoch(7, 0.7, 1))).isFalse(); // equal is not better
        assertThatThrownBy(() -> EarlyStopping.patience(0)).hasMessage("patience of 0 epochs: must be at least 1");
    }

    @Test
    void stopsAfterTheFirstEpochAboveTheTarget() {
        List<Double> accuracy = new ArrayList<>();
        trainer(net(), new Sgd(0.3))
                .epochs(30)
                .listener(
                        new TrainingListener() {
                            @Override
                            public boolean epoch(History.Epoch e) {
                                accuracy.add(e.validation().accuracy());
                                return true;
                            }
                        })
                .fit(DATA);
        History stopped = trainer(net(), new Sgd(0.3)).epochs(30).listener(EarlyStopping.above(0.7)).fit(DATA);
        int first = 0;
        while (accuracy.get(first) <= 0.7) {
            first++;
        }
        assertThat(stopped.epochs()).hasSize(first + 1).hasSizeLessThan(30);
        assertThat(stopped.last().validation().accuracy()).isEqualTo(accuracy.get(first));
    }

    @Test
    void rejectsRunsWithoutRequiredValidationData() {
        for (TrainingListener rule : List.of(EarlyStopping.above(0.9), new BestWeights(net()))) {
            assertThatThrownBy(() -> trainer(net(), new Sgd(0.1)).validation(null).listener(rule).fit(DATA))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("call Trainer.validation first");
        }
        Trainer plateau =
                trainer(net(), new Sgd(0.1)).validation(null).schedule(new ReduceOnPlateau(Goal.MINIMIZE, 0.5, 0));
        assertThatThrownBy(() -> plateau.fit(DATA)).hasMessageContaining("call Trainer.validation first");
    }

    private static TrainingListener rates(Sgd sgd, List<Double> rates) {
        return new TrainingListener() {
            @Override
            public void step(Progress p) {
                rates.add(sgd.learningRate());
            }
        };
    }

    /** 40 examples in batches of 16 give 3 steps per epoch. */
    @Test
    void everyStepUsesTheScheduledRate() {
        Schedule schedule = new WarmUp(1, new Cosine(3));
        Sgd sgd = new Sgd(0.3);
        List<Double> rates = new ArrayList<>();
        trainer(net(), sgd).epochs(3).schedule(schedule).listener(rates(sgd, rates)).fit(DATA);
        assertThat(rates).hasSize(9);
        for (int step = 0; step < 9; step++) {
            assertThat(rates.get(step)).isCloseTo(schedule.rate(step / 3.0, 0.3), within(1e-15));
        }
        assertThat(rates.getFirst()).isCloseTo(0.03, within(1e-15));
    }

    @Test
    void secondFitBeginsWithTheSameInitialRate() {
        Sgd sgd = new Sgd(0.3);
        List<Double> rates = new ArrayList<>();
        Trainer trainer = trainer(net(), sgd).epochs(1).schedule(new Cosine(1)).listener(rates(sgd, rates));
        trainer.fit(DATA);
        trainer.fit(DATA);
        assertThat(rates.subList(rates.size() / 2, rates.size())).isEqualTo(rates.subList(0, rates.size() / 2));
    }

    /** With a schedule that is 0 except in one step, the weights change only in that step. */
    @Test
    void updateUsesTheScheduledRate() {
        Sequential net = net();
        List<double[]> biases = new ArrayList<>();
        trainer(net, new Sgd(0.5))
                .epochs(2)
                .schedule((time, initial) -> Math.abs(time - 4 / 3.0) < 1e-9 ? initial : 0)
                .listener(
                        new TrainingListener() {
                            @Override
                            public void step(Progress p) {
                                biases.add(backend.download(net.parameter("dense2.bias").buffer()));
                            }
                        })
                .fit(DATA);
        for (int step = 1; step < 6; step++) {
            assertThat(java.util.Arrays.equals(biases.get(step), biases.get(step - 1))).isEqualTo(step != 4);
        }
    }

    @Test
    void plateauReducesTheRateOfTheNextEpoch() {
        for (Goal goal : Goal.values()) {
            Sgd sgd = new Sgd(0.4);
            List<Double> rates = new ArrayList<>();
            ReduceOnPlateau plateau = new ReduceOnPlateau(goal, 0.5, 0);
            History history = trainer(net(), sgd).epochs(10).schedule(plateau).listener(rates(sgd, rates)).fit(DATA);
            ReduceOnPlateau expectedPlateau = new ReduceOnPlateau(goal, 0.5, 0);
            int reductions = 0;
            for (int e = 0; e < 10; e++) {
                double expected = expectedPlateau.rate(e, 0.4);
                assertThat(rates.subList(3 * e, 3 * e + 3)).as("%s, epoch %d", goal, e + 1).containsOnly(expected);
                Evaluation validation = history.epochs().get(e).validation();
                reductions +=
                        expectedPlateau.report(goal == Goal.MINIMIZE ? validation.loss() : validation.accuracy())
                                ? 1
                                : 0;
            }
            assertThat(plateau.state()).isEqualTo(expectedPlateau.state());
            if (goal == Goal.MAXIMIZE) {
                assertThat(reductions).isPositive(); // an accuracy of 1 cannot improve
            }
        }
    }
}
