package chainrule.train;

import chainrule.io.FormatException;
import chainrule.io.Snapshot;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** The state of a run between two steps, except for the weights and the optimizer. */
final class TrainingState {
    /** The finished epochs. */
    private final List<History.Epoch> done = new ArrayList<>();

    private Tally tally = new Tally();
    private double lastLoss = Double.NaN;
    private boolean ended;
    private History.Divergence divergence;
    private final List<History.Explosion> explosions = new ArrayList<>();

    /** Returns the number of the current epoch, counted from 1. */
    int epoch() {
        return done.size() + 1;
    }

    /** Returns the running sums of the current epoch. */
    Tally tally() {
        return tally;
    }

    /** Returns true if the current epoch has finished batches. */
    boolean midEpoch() {
        return tally.batches() > 0;
    }

    /** Returns true if the run has ended before the last planned epoch. */
    boolean ended() {
        return ended;
    }

    void add(Trainer.Step step, int size) {
        lastLoss = step.loss();
        tally.add(step, size);
    }

    /** Ends the current epoch. */
    History.Epoch endEpoch(Evaluation validation) {
        History.Epoch row = tally.epoch(epoch(), validation);
        done.add(row);
        tally = new Tally();
        return row;
    }

    /** Ends the run at the request of a listener. */
    void end() {
        ended = true;
    }

    /** Ends the run because the next step is not finite. */
    void diverge(String quantity, long step, String where) {
        ended = true;
        divergence = new History.Divergence(quantity, epoch(), step, where, lastLoss);
    }

    void add(History.Explosion explosion) {
        explosions.add(explosion);
    }

    History history(boolean interrupted, double waiting) {
        return new History(
                List.copyOf(done), Optional.ofNullable(divergence), List.copyOf(explosions), interrupted, waiting);
    }

    /** Starts the clock of a new epoch, so that the time since the last epoch does not count. */
    void start() {
        if (!midEpoch()) {
            tally = new Tally();
        }
    }

    void save(Snapshot into) {
        double[] rows = done.stream().flatMapToDouble(epoch -> Arrays.stream(epoch.row())).toArray();
        into.put("epoch", epoch()).put("ended", ended ? 1 : 0).put("last loss", lastLoss);
        into.put("history", new int[] {done.size(), History.Epoch.COLUMNS}, rows, true);
        tally.save(into.part("tally"));
        if (divergence != null) {
            into.part("divergence")
                    .put("quantity", divergence.quantity())
                    .put("step", divergence.step())
                    .put("where", divergence.where())
                    .put("last finite loss", divergence.lastFiniteLoss());
        }
        into.put("explosions", explosions.size());
        for (int i = 0; i < explosions.size(); i++) {
            History.Explosion e = explosions.get(i);
            into.part("explosion " + i)
                    .put("step", e.step())
                    .put("parameter", e.parameter())
                    .put("norm", e.norm())
                    .put("before", e.before());
        }
    }

    static TrainingState read(Snapshot from) {
        TrainingState state = new TrainingState();
        double[] rows = from.values("history");
        state.done.addAll(History.Epoch.fromRows(rows));
        if (state.done.size() * History.Epoch.COLUMNS != rows.length
                || from.integer("epoch", Integer.MAX_VALUE) != state.epoch()) {
            throw new FormatException("its history does not match the number of its current epoch");
        }
        state.tally = Tally.read(from.part("tally"));
        state.lastLoss = from.number("last loss");
        state.ended = from.integer("ended", 1) == 1;
        Snapshot where = from.part("divergence");
        if (where.has("step")) {
            state.divergence =
                    new History.Divergence(
                            where.text("quantity"),
                            state.epoch(),
                            where.integer("step", Long.MAX_VALUE),
                            where.text("where"),
                            where.number("last finite loss"));
        }
        long explosions = from.integer("explosions", Integer.MAX_VALUE);
        for (int i = 0; i < explosions; i++) {
            Snapshot e = from.part("explosion " + i);
            state.add(
                    new History.Explosion(
                            e.integer("step", Long.MAX_VALUE),
                            e.text("parameter"),
                            e.number("norm"),
                            e.number("before")));
        }
        return state;
    }
}
