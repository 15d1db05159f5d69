package chainrule.train;

import chainrule.data.BackgroundPass;
import chainrule.data.Batch;
import chainrule.data.Batches;
import chainrule.data.Dataset;
import chainrule.io.FormatException;
import chainrule.optimizer.Optimizer;
import chainrule.tensor.RandomStream;
import chainrule.train.schedule.ReduceOnPlateau;

/**
 * One call of {@link Trainer#fit}: epoch after epoch, batch after batch, with a checkpoint between two steps when it is
 * time. Randomness is a function of the seed, the epoch and the step, so a checkpoint need only say where the run stands.
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

    /** Seconds spent on steps in this process, and how many of them went by waiting for a batch. */
    private double stepped;

    private double waited;

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

    /** Trains until the plan is done, or something ends or interrupts it. */
    History run() {
        if (checkpoints != null) {
            checkpoints.begin(Fingerprint.of(plan, train)).ifPresent(this::resume);
            checkpoints.start(optimizer.steps());
            interrupted = checkpoints.stopRequested();
        }
        boolean idle = !goesOn();
        while (goesOn()) {
            takeSteps();
            if (goesOn()) {
                endEpoch();
            }
        }
        // A run that ends before its first epoch does, because it diverges, has nothing worth keeping.
        if (checkpoints != null && !idle && !interrupted && state.epoch() > 1) {
            save();
        }
        return state.history(interrupted, waited / stepped);
    }

    private boolean goesOn() {
        return !interrupted && !state.ended() && state.epoch() <= plan.epochs;
    }

    /** The rest of an epoch's steps. */
    private void takeSteps() {
        state.start();
        plan.listeners.forEach(listener -> listener.begin(state.epoch()));
        RandomStream order = RandomStream.of(plan.seed, "shuffle");
        long start = System.nanoTime();
        try (BackgroundPass pass = batches.ahead(order, state.epoch(), state.tally().batches())) {
            takeSteps(pass);
            waited += pass.waitedSeconds();
        }
        stepped += (System.nanoTime() - start) / 1e9;
    }

    private void takeSteps(Iterable<Batch> pass) {
        for (Batch batch : pass) {
            if (plan.schedule != null) {
                double time = state.epoch() - 1 + (double) state.tally().batches() / batches.count();
                optimizer.setLearningRate(plan.schedule.rate(time, plan.initialRate));
            }
            Trainer.Step step = plan.step(batch);
            if (plan.nonFinite != null) {
                String quantity = Double.isFinite(step.loss()) ? "gradient" : "loss";
                state.diverge(quantity, optimizer.steps() + 1, plan.nonFinite);
                return;
            }
            plan.guard.news().ifPresent(this::warn);
            state.add(step, batch.size());
            TrainingListener.Progress progress = state.tally().progress(state.epoch(), plan.epochs, batches.count());
            plan.listeners.forEach(listener -> listener.step(progress));
            if (state.tally().batches() < batches.count()) { // else when the epoch has been evaluated
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
        boolean goOn = true;
        for (TrainingListener listener : plan.listeners) {
            goOn &= listener.epoch(row);
        }
        if (!goOn) {
            state.end();
        }
        if (goesOn()) {
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

    /** Between two steps: writes a checkpoint if one is due, and stops if that is wanted. */
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
                            + " cannot be resumed: it stands after batch "
                            + state.tally().batches()
                            + " of an epoch of "
                            + batches.count());
        }
        checkpoints.tell(
                goesOn()
                        ? "goes on in epoch "
                                + state.epoch()
                                + " after "
                                + state.tally().batches()
                                + " of "
                                + batches.count()
                                + " batches, from "
                                + found.file()
                        : "was trained before: " + found.file());
    }
}
