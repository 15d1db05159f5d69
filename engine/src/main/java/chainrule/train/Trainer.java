package chainrule.train;

import chainrule.backend.Backend;
import chainrule.backend.Scope;
import chainrule.data.Batch;
import chainrule.data.Batches;
import chainrule.data.Dataset;
import chainrule.data.augment.Augmentation;
import chainrule.layer.Sequential;
import chainrule.loss.Loss;
import chainrule.optimizer.Optimizer;
import chainrule.probe.GradientProbe;
import chainrule.probe.NonFinite;
import chainrule.tensor.Gradients;
import chainrule.tensor.RandomStream;
import chainrule.tensor.Tape;
import chainrule.tensor.Tensor;
import chainrule.train.schedule.ReduceOnPlateau;
import chainrule.train.schedule.Schedule;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The training loop.
 *
 * <pre>{@code
 * History history = new Trainer(net, Loss.SOFTMAX_CROSS_ENTROPY, new Sgd(0.01))
 *         .batchSize(64).epochs(40).seed(7).validation(test)
 *         .fit(train);
 * }</pre>
 *
 * The seed fixes the order of the examples and every draw of every layer, so a run repeats to the bit, whatever the
 * number of threads.
 */
public final class Trainer {
    private final Sequential net;
    private final Backend k;
    private final Loss loss;
    private final Optimizer optimizer;
    private final double initialRate;
    private final List<TrainingListener> listeners = new ArrayList<>();
    private int batchSize = 64;
    private int epochs = 1;
    private long seed;
    private Dataset validation;
    private GradientProbe probe;
    private Schedule schedule;
    private List<Augmentation> augmentation = List.of();
    private double labelSmoothing;
    private RandomStream draws = RandomStream.of(0, "draws");
    private String nonFinite = "";

    public Trainer(Sequential net, Loss loss, Optimizer optimizer) {
        this.net = net;
        this.k = net.backend();
        this.loss = loss;
        this.optimizer = optimizer;
        this.initialRate = optimizer.learningRate();
        optimizer.prepare(k, net.parameters());
    }

    /** Examples per step; 64 unless set. */
    public Trainer batchSize(int examples) {
        this.batchSize = examples;
        return this;
    }

    /** Passes over the training data; 1 unless set. @throws IllegalArgumentException if below 1 */
    public Trainer epochs(int passes) {
        if (passes < 1) {
            throw new IllegalArgumentException("epochs: " + passes + ", expected at least 1");
        }
        this.epochs = passes;
        return this;
    }

    /** Fixes the order of examples and the draws of layers; 0 unless set. */
    public Trainer seed(long value) {
        this.seed = value;
        this.draws = RandomStream.of(value, "draws");
        return this;
    }

    /** Data to evaluate after every epoch. */
    public Trainer validation(Dataset data) {
        this.validation = data;
        return this;
    }

    /**
     * Changes the learning rate from step to step; the optimiser's own rate is the initial one. A {@link ReduceOnPlateau}
     * is told the validation figure of every epoch: the loss if it is to be small, the accuracy if it is to be large.
     */
    public Trainer schedule(Schedule rates) {
        this.schedule = rates;
        return this;
    }

    /** Changes every training image at random, each time it is shown. */
    public Trainer augment(List<Augmentation> steps) {
        this.augmentation = List.copyOf(steps);
        return this;
    }

    /** Spreads that share of every training target evenly over all classes; 0 unless set. */
    public Trainer labelSmoothing(double share) {
        this.labelSmoothing = share;
        return this;
    }

    /** Adds someone to tell how it goes. */
    public Trainer listener(TrainingListener listener) {
        listeners.add(listener);
        return this;
    }

    /** Captures gradients while training. */
    public Trainer probe(GradientProbe gradients) {
        this.probe = gradients;
        return this;
    }

    /**
     * What one step measured, before its update.
     *
     * @param loss mean over the batch
     * @param correct examples classified as labelled
     */
    public record Step(double loss, double correct) {}

    /** One step on one batch: forward, loss, backward, update. With a loss that is not finite the update is left out. */
    public Step step(Batch batch) {
        long number = optimizer.steps() + 1;
        try (Scope _ = k.openScope("training step")) {
            Tape tape = new Tape(k);
            Tensor target = batch.uploadTargets(k);
            Tensor y = net.forward(tape, batch.uploadInputs(k), draws.child(number));
            Tensor l = tape.run(loss.of(y, target));
            double[] measured = k.scalars(l.buffer(), Evaluation.matches(k, y, target));
            Step step = new Step(measured[0], measured[1]);
            if (!Double.isFinite(step.loss())) {
                nonFinite = NonFinite.first(tape).orElse("the loss itself");
                return step;
            }
            boolean capture = probe != null && probe.wants(number);
            Gradients gradients = capture ? tape.backward(l, probe.listener(k, number)) : tape.backward(l);
            if (capture) {
                probe.finish(number, net, gradients);
            }
            optimizer.step(k, gradients);
            return step;
        }
    }

    /**
     * Trains for the planned epochs, or until a listener or a loss that is not finite stops it.
     *
     * @throws IllegalArgumentException if the batch size does not fit the data
     */
    public History fit(Dataset train) {
        Batches batches = new Batches(train, batchSize).augmented(augmentation).smoothed(labelSmoothing);
        Batches validating =
                validation == null ? null : new Batches(validation, Math.min(batchSize, validation.size()));
        List<History.Epoch> done = new ArrayList<>();
        double lastLoss = Double.NaN;
        for (int epoch = 1; epoch <= epochs; epoch++) {
            Tally tally = new Tally();
            for (Batch batch : batches.shuffled(RandomStream.of(seed, "shuffle").child(epoch))) {
                if (schedule != null) {
                    double time = epoch - 1 + (double) tally.batches / batches.count();
                    optimizer.setLearningRate(schedule.rate(time, initialRate));
                }
                Step step = step(batch);
                if (!Double.isFinite(step.loss())) {
                    return new History(
                            done,
                            Optional.of(new History.Divergence(epoch, optimizer.steps() + 1, nonFinite, lastLoss)));
                }
                lastLoss = step.loss();
                tally.add(step, batch.size());
                TrainingListener.Progress progress = tally.progress(epoch, epochs, batches.count());
                listeners.forEach(listener -> listener.step(progress));
            }
            History.Epoch row =
                    tally.epoch(epoch, validating == null ? null : Evaluation.of(net, loss, validation, validating));
            done.add(row);
            if (schedule instanceof ReduceOnPlateau plateau) {
                report(plateau, row.validation());
            }
            boolean goOn = true;
            for (TrainingListener listener : listeners) {
                goOn &= listener.epoch(row);
            }
            if (!goOn) {
                break;
            }
        }
        return new History(done, Optional.empty());
    }

    private static void report(ReduceOnPlateau plateau, Evaluation validation) {
        if (validation == null) {
            throw new IllegalStateException("reduce on plateau needs validation data: call Trainer.validation first");
        }
        boolean loss = plateau.goal() == ReduceOnPlateau.Goal.MINIMIZE;
        plateau.report(loss ? validation.loss() : validation.accuracy());
    }

    /** Sums over one epoch. */
    private static final class Tally {
        private final long start = System.nanoTime();
        private long end = start;
        private double loss;
        private double correct;
        private long examples;
        private int batches;

        void add(Step step, int size) {
            loss += step.loss() * size;
            correct += step.correct();
            examples += size;
            batches++;
            end = System.nanoTime();
        }

        double seconds() {
            return (end - start) / 1e9;
        }

        TrainingListener.Progress progress(int epoch, int epochs, int of) {
            return new TrainingListener.Progress(
                    epoch, epochs, batches, of, loss / examples, correct / examples, examples / seconds());
        }

        History.Epoch epoch(int number, Evaluation validation) {
            return new History.Epoch(
                    number, loss / examples, correct / examples, validation, seconds(), examples / seconds());
        }
    }
}
