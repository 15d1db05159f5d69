package chainrule.train;

import chainrule.data.Batch;
import chainrule.data.Batches;
import chainrule.data.Dataset;
import chainrule.data.Prefetcher;
import chainrule.io.FormatException;
import chainrule.optimizer.Optimizer;
import chainrule.tensor.RandomStream;
import chainrule.train.schedule.ReduceOnPlateau;

/**
 * One call of {@link Trainer#fit}: loops over epochs and batches and writes checkpoints between steps. All random draws
 * are functions of the seed, the epoch and the step, so a checkpoint stores the position of the run and no generator
 * state.
 */
final class TrainingLoop {
    private final Trainer plan;
    private final Optimizer optimizer;
    private final Checkpoints checkpoints;
    private final Dataset validation;
    private final Batches batches;
    private final Batches validating;
    private final Dataset train;
    private TrainingState state = new TrainingState();
    private boolean interrupted;

    /** Seconds of training in this process. */
    private double trainingSeconds;

    /** Seconds of these in which a step waited for its batch. */
    private double waitedSeconds;

    /** @param checkpoints null for none */
    TrainingLoop(Trainer plan, Dataset train, Checkpoints checkpoints) {
        this.plan = plan;
        this.optimizer = plan.optimizer;
        this.checkpoints = checkpoints;
        this.validation = plan.validation;
        this.batches = new Batches(train, plan.batchSize).augmented(plan.augmentation).smoothed(plan.labelSmoothing);
        this.validating =
                validation == null ? null : new Batches(validation, Math.min(plan.batchSize, validation.size()));
        this.train = train;
    }

    /** Trains until the last epoch, or until the run ends early or is interrupted. */
    History run() {
        if (checkpoints != null) {
            checkpoints.begin(Fingerprint.of(plan, train)).ifPresent(this::resume);
            checkpoints.start(optimizer.steps());
            interrupted = checkpoints.stopRequested();
        }
        boolean finished = !active();
        while (active()) {
            takeSteps();
            if (active()) {
                endEpoch();
            }
        }
        // A run that diverges in its first epoch needs no checkpoint.
        if (checkpoints != null && !finished && !interrupted && state.epoch() > 1) {
            save();
        }
        return state.history(interrupted, waitedSeconds / trainingSeconds);
    }

    /** Returns true while there are steps left to take. */
    private boolean active() {
        return !interrupted && !state.ended() && state.epoch() <= plan.epochs;
    }

    /** Takes the remaining steps of the current epoch. */
    private void takeSteps() {
        state.start();
        plan.listeners.forEach(listener -> listener.begin(state.epoch()));
        RandomStream order = RandomStream.of(plan.seed, "shuffle");
        long start = System.nanoTime();
        try (Prefetcher epoch = batches.prefetch(order, state.epoch(), state.tally().batches())) {
            takeSteps(epoch);
            waitedSeconds += epoch.waitedSeconds();
        }
        trainingSeconds += (System.nanoTime() - start) / 1e9;
    }

    private void takeSteps(Iterable<Batch> epoch) {
        for (Batch batch : epoch) {
            if (plan.schedule != null) {
                double time = state.epoch() - 1 + (double) state.tally().batches() / batches.count();
                optimizer.setLearningRate(plan.schedule.rate(time, plan.initialRate));
            }
            Trainer.Step step = plan.step(batch);
            if (step.nonFinite().isPresent()) {
                String quantity = Double.isFinite(step.loss()) ? "gradient" : "loss";
                state.diverge(quantity, optimizer.steps() + 1, step.nonFinite().get());
                return;
            }
            step.explosion().ifPresent(this::warn);
            state.add(step, batch.size());
            TrainingListener.Progress progress = state.tally().progress(state.epoch(), plan.epochs, batches.count());
            plan.listeners.forEach(listener -> listener.step(progress));
            if (state.tally().batches() < batches.count()) { // after the last batch, endEpoch does it
                pause();
                if (interrupted) {
                    return;
                }
            }
        }
    }

    private void warn(History.Explosion explosion) {
        state.add(explosion);
        plan.listeners.forEach(listener -> listener.warning(explosion.toString()));
    }

    private void endEpoch() {
        History.Epoch row =
                state.endEpoch(validation == null ? null : Evaluation.of(plan.net, plan.loss, validation, validating));
        if (plan.schedule instanceof ReduceOnPlateau plateau) {
            report(plateau, row.validation());
        }
        boolean proceed = true;
        for (TrainingListener listener : plan.listeners) {
            proceed &= listener.epoch(row);
        }
        if (!proceed) {
            state.end();
        }
        if (active()) {
            pause();
        }
    }

    private static void report(ReduceOnPlateau plateau, Evaluation validation) {
        if (validation == null) {
            throw new IllegalStateException("reduce on plateau needs validation data: call Trainer.validation first");
        }
        boolean loss = plateau.goal() == ReduceOnPlateau.Goal.MINIMIZE;
        plateau.report(loss ? validation.loss() : validation.accuracy());
    }

    /** Between two steps: writes a checkpoint if one is due, and stops the run on request. */
    private void pause() {
        if (checkpoints != null) {
            interrupted = checkpoints.stopRequested();
            if (interrupted || checkpoints.due(optimizer.steps())) {
                save();
            }
        }
    }

    private void save() {
        checkpoints.save(optimizer.steps(), RunSnapshot.of(plan, state));
    }

    private void resume(Checkpoints.Found found) {
        state = RunSnapshot.restore(plan, found);
        if (state.tally().batches() > batches.count()) {
            throw new FormatException(
                    found.file()
                            + " cannot be resumed: it is after batch "
                            + state.tally().batches()
                            + " of an epoch with "
                            + batches.count()
                            + " batches");
        }
        checkpoints.log(
                active()
                        ? "resuming in epoch "
                                + state.epoch()
                                + " after "
                                + state.tally().batches()
                                + " of "
                                + batches.count()
                                + " batches from "
                                + found.file()
                        : "already trained: " + found.file());
    }
}
