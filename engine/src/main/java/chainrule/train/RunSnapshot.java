package chainrule.train;

import chainrule.backend.Backend;
import chainrule.io.FormatException;
import chainrule.io.Snapshot;
import chainrule.optimizer.Optimizer;
import chainrule.train.schedule.ReduceOnPlateau;

import java.util.List;

/**
 * Saves and restores the complete state of a run: position, weights, optimizer, gradient probe, schedule, listeners.
 */
final class RunSnapshot {
    private RunSnapshot() {}

    static Snapshot of(Trainer run, TrainingState state) {
        Backend backend = run.net.backend();
        Snapshot all = new Snapshot();
        state.save(all.part("run"));
        Weights.of(run.net).save(backend, all.part("net"));
        Snapshot optimizer = all.part("optimizer");
        optimizer.put("steps", run.optimizer.steps()).put("rate", run.optimizer.learningRate());
        run.optimizer
                .state()
                .forEach(
                        (name, buffer) ->
                                optimizer.put(
                                        name,
                                        new int[] {buffer.length()},
                                        backend.download(buffer),
                                        Weights.float64(backend)));
        run.guard.save(all.part("gradients"));
        if (run.probe != null) {
            run.probe.save(all.part("probe"));
        }
        if (run.schedule instanceof ReduceOnPlateau schedule) {
            ReduceOnPlateau.State memory = schedule.state();
            all.part("plateau").put("best", memory.best()).put("waited", memory.waited()).put("scale", memory.scale());
        }
        List<Stateful> listeners = run.stateful();
        for (int i = 0; i < listeners.size(); i++) {
            listeners.get(i).save(all.part("listener " + (i + 1)));
        }
        return all;
    }

    /**
     * Restores the state of a run from a checkpoint.
     *
     * @throws IllegalArgumentException if the checkpoint is beyond the planned epochs of this run
     * @throws FormatException if the checkpoint is incomplete
     */
    static TrainingState restore(Trainer run, Checkpoints.Found found) {
        Snapshot all = found.snapshot();
        try {
            TrainingState state = TrainingState.read(all.part("run"));
            int begun = state.epoch() - (state.midEpoch() ? 0 : 1);
            if (begun > run.epochs) {
                throw new IllegalArgumentException(
                        found.file() + " is in epoch " + begun + ", but this run has only " + run.epochs + " epochs");
            }
            restore(run, all);
            return state;
        } catch (FormatException e) {
            throw new FormatException(found.file() + " cannot be resumed: " + e.getMessage(), e);
        }
    }

    private static void restore(Trainer run, Snapshot all) {
        Backend backend = run.net.backend();
        Weights.read(run.net, all.part("net")).restore(backend);
        Snapshot own = all.part("optimizer");
        Optimizer optimizer = run.optimizer;
        optimizer.state().forEach((name, buffer) -> backend.upload(own.values(name, buffer.length()), buffer));
        optimizer.setSteps(own.integer("steps", Long.MAX_VALUE));
        optimizer.setLearningRate(between0And(Double.MAX_VALUE, own, "rate"));
        run.guard.restore(all.part("gradients"));
        if (run.probe != null) {
            run.probe.restore(all.part("probe"));
        }
        if (run.schedule instanceof ReduceOnPlateau schedule) {
            Snapshot memory = all.part("plateau");
            int waited = (int) memory.integer("waited", Integer.MAX_VALUE);
            schedule.restore(new ReduceOnPlateau.State(memory.number("best"), waited, between0And(1, memory, "scale")));
        }
        List<Stateful> listeners = run.stateful();
        for (int i = 0; i < listeners.size(); i++) {
            listeners.get(i).restore(all.part("listener " + (i + 1)));
        }
    }

    private static double between0And(double most, Snapshot from, String name) {
        double number = from.number(name);
        if (!(number >= 0 && number <= most)) {
            throw new FormatException("'" + name + "' is " + number + ", expected a number from 0 to " + most);
        }
        return number;
    }
}
