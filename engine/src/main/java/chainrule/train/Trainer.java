package chainrule.train;

import chainrule.backend.Backend;
import chainrule.backend.Scope;
import chainrule.data.Batch;
import chainrule.data.Dataset;
import chainrule.data.augment.Augmentation;
import chainrule.io.FormatException;
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
 * number of threads, and however often it was broken off and resumed from a checkpoint.
 */
public final class Trainer {
    final Sequential net;
    final Backend k;
    final Loss loss;
    final Optimizer optimizer;
    final double initialRate;
    final List<TrainingListener> listeners = new ArrayList<>();
    int batchSize = 64;
    int epochs = 1;
    long seed;
    Dataset validation;
    Schedule schedule;
    List<Augmentation> augmentation = List.of();
    double labelSmoothing;

    final GradientGuard guard = new GradientGuard();

    /** Where the last step's loss or gradient was not finite; null if both were. */
    String nonFinite;

    GradientProbe probe;
    private Checkpoints checkpoints;
    private RandomStream draws = RandomStream.of(0, "draws");

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

    /**
     * Scales the gradients of a step down to that norm, √Σg² over all parameters, where it is larger (Pascanu et al. 2013,
     * §3.2): the step keeps its direction.
     *
     * @throws IllegalArgumentException unless above 0
     */
    public Trainer clipNorm(double most) {
        guard.clipNorm(most);
        return this;
    }

    /**
     * Brings every gradient into [−most, most], before any clipping by norm.
     *
     * @throws IllegalArgumentException unless above 0
     */
    public Trainer clipValue(double most) {
        guard.clipValue(most);
        return this;
    }

    /** Adds someone to tell how it goes. */
    public Trainer listener(TrainingListener listener) {
        listeners.add(listener);
        return this;
    }

    /** Keeps checkpoints of the run, and begins with one if told so. */
    public Trainer checkpoint(Checkpoints kept) {
        this.checkpoints = kept;
        return this;
    }

    /** Captures gradients while training; checkpoints hold what it has captured. */
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

    /**
     * One step on one batch: forward, loss, backward, clipping, update. With a loss or, where it is looked at, a gradient
     * that is not finite the update is left out.
     */
    public Step step(Batch batch) {
        nonFinite = null;
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
            nonFinite = guard.inspect(k, net, gradients, number, step.loss()).orElse(null);
            if (nonFinite == null) {
                optimizer.step(k, gradients);
            }
            return step;
        }
    }

    /**
     * Trains for the planned epochs, or until a listener or a number that is not finite stops it; from a checkpoint on, if
     * there is one to resume.
     *
     * @throws IllegalArgumentException if the batch size does not fit the data, or if the checkpoint is of a run with
     *     other settings; the message names what differs
     * @throws FormatException if the checkpoint is of another version
     */
    public History fit(Dataset train) {
        return new TrainingLoop(this, train, checkpoints).run();
    }

    /** The listeners that a checkpoint holds. */
    List<Stateful> remembering() {
        return listeners.stream().filter(Stateful.class::isInstance).map(Stateful.class::cast).toList();
    }
}
