package chainrule.train;

import chainrule.io.FormatException;
import chainrule.io.Snapshot;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** Where a run stands between two steps, apart from its weights and its optimiser. */
final class TrainingState {
    /** The epochs that are over. */
    private final List<History.Epoch> done = new ArrayList<>();

    private Tally tally = new Tally();
    private double lastLoss = Double.NaN;
    private boolean ended;
    private History.Divergence divergence;
    private final List<History.Explosion> explosions = new ArrayList<>();

    /** The number of the epoch under way, counted from 1. */
    int epoch() {
        return done.size() + 1;
    }

    /** The sums of the epoch under way. */
    Tally tally() {
        return tally;
    }

    /** Whether anything has been done in the epoch under way. */
    boolean midEpoch() {
        return tally.batches() > 0;
    }

    /** Whether there is nothing more to do, however many epochs were planned. */
    boolean ended() {
        return ended;
    }

    void add(Trainer.Step step, int size) {
        lastLoss = step.loss();
        tally.add(step, size);
    }

    /** The epoch under way is over. */
    History.Epoch endEpoch(Evaluation validation) {
        History.Epoch row = tally.epoch(epoch(), validation);
        done.add(row);
        tally = new Tally();
        return row;
    }

    /** A listener has asked for the end. */
    void end() {
        ended = true;
    }

    /** The next step is not to be taken. */
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

    /** Starts the clock of the epoch under way: what came before was no training. */
    void start() {
        if (!midEpoch()) {
            tally = new Tally();
        }
    }

    void save(Snapshot into) {
        double[] rows = done.stream().flatMapToDouble(row -> Arrays.stream(row.numbers())).toArray();
        into.put("epoch", epoch()).put("ended", ended ? 1 : 0).put("last loss", lastLoss);
        into.put("history", new int[] {done.size(), History.Epoch.NUMBERS}, rows, true);
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

    static TrainingState restored(Snapshot from) {
        TrainingState state = new TrainingState();
        double[] rows = from.values("history");
        state.done.addAll(History.Epoch.rows(rows));
        if (state.done.size() * History.Epoch.NUMBERS != rows.length
                || from.whole("epoch", Integer.MAX_VALUE) != state.epoch()) {
            throw new FormatException("its history does not end where it says the run stands");
        }
        state.tally = Tally.restored(from.part("tally"));
        state.lastLoss = from.number("last loss");
        state.ended = from.whole("ended", 1) == 1;
        Snapshot where = from.part("divergence");
        if (where.has("step")) {
            state.divergence =
                    new History.Divergence(
                            where.text("quantity"),
                            state.epoch(),
                            where.whole("step", Long.MAX_VALUE),
                            where.text("where"),
                            where.number("last finite loss"));
        }
        long explosions = from.whole("explosions", Integer.MAX_VALUE);
        for (int i = 0; i < explosions; i++) {
            Snapshot e = from.part("explosion " + i);
            state.add(
                    new History.Explosion(
                            e.whole("step", Long.MAX_VALUE),
                            e.text("parameter"),
                            e.number("norm"),
                            e.number("before")));
        }
        return state;
    }
}
