package chainrule.train;

import chainrule.io.Snapshot;
import chainrule.layer.Sequential;

/**
 * Keeps the weights of the epoch with the best validation accuracy; of equal accuracies, the one with the lower
 * validation loss. {@link #restore()} puts them into the net after training.
 */
public final class BestWeights implements Stateful {
    private final Sequential net;
    private Weights best;
    private History.Epoch epoch;

    public BestWeights(Sequential net) {
        this.net = net;
    }

    @Override
    public boolean epoch(History.Epoch finished) {
        if (finished.validation() == null) {
            throw new IllegalStateException("best weights need validation data: call Trainer.validation first");
        }
        if (epoch == null || better(finished.validation(), epoch.validation())) {
            epoch = finished;
            best = Weights.of(net);
        }
        return true;
    }

    private static boolean better(Evaluation a, Evaluation b) {
        return a.accuracy() > b.accuracy() || a.accuracy() == b.accuracy() && a.loss() < b.loss();
    }

    /** Returns the epoch whose weights are kept; null before the end of the first epoch. */
    public History.Epoch epoch() {
        return epoch;
    }

    /** Copies the best weights to the net. Does nothing if no epoch has ended. */
    public void restore() {
        if (best != null) {
            best.restore(net.backend());
        }
    }

    @Override
    public String description() {
        return "best weights";
    }

    @Override
    public void save(Snapshot into) {
        if (epoch != null) {
            into.put("epoch", new int[] {History.Epoch.COLUMNS}, epoch.row(), true);
            best.save(net.backend(), into.part("weights"));
        }
    }

    @Override
    public void restore(Snapshot from) {
        boolean any = from.has("epoch");
        epoch = any ? History.Epoch.fromRows(from.values("epoch", History.Epoch.COLUMNS)).getFirst() : null;
        best = any ? Weights.read(net, from.part("weights")) : null;
    }
}
