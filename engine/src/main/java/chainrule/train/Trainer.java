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
import java.util.Optional;

/**
 * Trains a net.
 *
 * <pre>{@code
 * History history = new Trainer(net, Loss.SOFTMAX_CROSS_ENTROPY, new Sgd(0.01))
 *         .batchSize(64).epochs(40).seed(7).validation(test)
 *         .fit(train);
 * }</pre>
 *
 * The seed determines the order of the examples and all random draws of the layers. Runs with the same seed produce the
 * same bits, regardless of the number of threads and of interruptions with resumption from a checkpoint.
 */
public final class Trainer {
    final Sequential net;
    final Backend backend;
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

    GradientProbe probe;
    private Checkpoints checkpoints;
    private RandomStream draws = RandomStream.of(0, "draws");

    public Trainer(Sequential net, Loss loss, Optimizer optimizer) {
        this.net = net;
        this.backend = net.backend();
        this.loss = loss;
        this.optimizer = optimizer;
        this.initialRate = optimizer.learningRate();
        optimizer.prepare(backend, net.parameters());
    }

    /** Sets the number of examples per step; the default is 64. */
    public Trainer batchSize(int examples) {
        this.batchSize = examples;
        return this;
    }

    /** Sets the number of epochs; the default is 1. @throws IllegalArgumentException if below 1 */
    public Trainer epochs(int count) {
        if (count < 1) {
            throw new IllegalArgumentException("epochs: " + count + ", expected at least 1");
        }
        this.epochs = count;
        return this;
    }

    /** Sets the seed for the order of examples and the draws of layers; the default is 0. */
    public Trainer seed(long value) {
        this.seed = value;
        this.draws = RandomStream.of(value, "draws");
        return this;
    }

    /** Sets the data on which the net is evaluated after every epoch. */
    public Trainer validation(Dataset data) {
        this.validation = data;
        return this;
    }

    /**
     * Sets a learning rate schedule; the initial rate is the optimizer's. A {@link ReduceOnPlateau} receives the
     * validation loss of every epoch if its goal is to minimize, and the validation accuracy if its goal is to
     * maximize.
     */
    public Trainer schedule(Schedule rates) {
        this.schedule = rates;
        return this;
    }

    /** Sets random augmentations, which are applied to every training image in every epoch. */
    public Trainer augment(List<Augmentation> steps) {
        this.augmentation = List.copyOf(steps);
        return this;
    }

    /** Sets the fraction of every training target that is spread evenly over all classes; the default is 0. */
    public Trainer labelSmoothing(double fraction) {
        this.labelSmoothing = fraction;
        return this;
    }

    /**
     * Sets gradient clipping by norm: if the norm √(Σg²) over all parameters is larger than {@code most}, all gradients
     * are scaled down to that norm, which preserves the direction of the step (Pascanu et al. 2013, §3.2).
     *
     * @throws IllegalArgumentException unless above 0
     */
    public Trainer clipNorm(double most) {
        guard.clipNorm(most);
        return this;
    }

    /**
     * Sets gradient clipping by value: clamps every element to [−most, most], before any clipping by norm.
     *
     * @throws IllegalArgumentException unless above 0
     */
    public Trainer clipValue(double most) {
        guard.clipValue(most);
        return this;
    }

    /** Adds a listener for training progress. */
    public Trainer listener(TrainingListener listener) {
        listeners.add(listener);
        return this;
    }

    /** Sets how checkpoints are written and whether to resume from one. */
    public Trainer checkpoint(Checkpoints kept) {
        this.checkpoints = kept;
        return this;
    }

    /** Sets a probe that captures gradients during training; checkpoints include the captured gradients. */
    public Trainer probe(GradientProbe gradients) {
        this.probe = gradients;
        return this;
    }

    /**
     * The results of one step, measured before its update.
     *
     * @param loss mean over the batch
     * @param correct the number of correctly classified examples
     * @param nonFinite where the loss or a gradient is NaN or infinite; the update is omitted then
     * @param explosion present if the gradients grew by orders of magnitude
     */
    public record Step(
            double loss, double correct, Optional<String> nonFinite, Optional<History.Explosion> explosion) {}

    /**
     * Trains on one batch: forward pass, loss, backward pass, gradient clipping, update. Omits the update if the loss
     * or, in steps that check the gradients, a gradient is not finite.
     */
    public Step step(Batch batch) {
        long number = optimizer.steps() + 1;
        try (Scope _ = backend.openScope("training step")) {
            Tape tape = new Tape(backend);
            Tensor target = batch.uploadTargets(backend);
            Tensor y = net.forward(tape, batch.uploadInputs(backend), draws.child(number));
            Tensor l = tape.run(loss.of(y, target));
            double[] measured = backend.scalars(l, Evaluation.matches(backend, y, target));
            if (!Double.isFinite(measured[0])) {
                String where = NonFinite.first(tape).orElse("the loss itself");
                return new Step(measured[0], measured[1], Optional.of(where), Optional.empty());
            }
            boolean capture = probe != null && probe.wants(number);
            Gradients gradients = capture ? tape.backward(l, probe.listener(backend, number)) : tape.backward(l);
            if (capture) {
                probe.finish(number, net, gradients);
            }
            GradientGuard.Finding finding = guard.inspect(backend, net, gradients, number, measured[0]);
            if (finding.nonFinite().isEmpty()) {
                optimizer.step(backend, gradients);
            }
            return new Step(measured[0], measured[1], finding.nonFinite(), finding.explosion());
        }
    }

    /**
     * Trains for the planned number of epochs, or until a listener or a non-finite loss or gradient stops the run.
     * Resumes from a checkpoint if there is one and {@link #checkpoint} allows it.
     *
     * @throws IllegalArgumentException if the batch size does not fit the data, or if the checkpoint belongs to a run
     *     with other settings; the message names the differences
     * @throws FormatException if the checkpoint has another version
     */
    public History fit(Dataset train) {
        return new TrainingLoop(this, train, checkpoints).run();
    }

    /** Returns the listeners whose state checkpoints store. */
    List<Stateful> stateful() {
        return listeners.stream().filter(Stateful.class::isInstance).map(Stateful.class::cast).toList();
    }
}
