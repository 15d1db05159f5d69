package chainrule.train;

import chainrule.io.Snapshot;
import chainrule.layer.Sequential;

/**
 * Keeps a copy of all weights and running statistics at the end of one epoch, to compare an early state of a net with
 * its final one.
 *
 * <pre>{@code
 * EpochWeights first = new EpochWeights(net, 1);
 * new Trainer(net, loss, optimizer).epochs(20).listener(first).fit(train);
 * first.restore();     // the net is now as it was after epoch 1
 * }</pre>
 */
public final class EpochWeights implements Stateful {
    private final Sequential net;
    private final int number;
    private Weights weights;

    /** @param number of the epoch, counted from 1 */
    public EpochWeights(Sequential net, int number) {
        this.net = net;
        this.number = number;
    }

    @Override
    public boolean epoch(History.Epoch finished) {
        if (finished.number() == number) {
            weights = Weights.of(net);
        }
        return true;
    }

    /** Copies the kept weights to the net. Does nothing if that epoch has not ended. */
    public void restore() {
        if (weights != null) {
            weights.restore(net.backend());
        }
    }

    @Override
    public String description() {
        return "weights after epoch " + number;
    }

    @Override
    public void save(Snapshot into) {
        into.put("weights", weights == null ? 0 : 1);
        if (weights != null) {
            weights.save(net.backend(), into.part("weights"));
        }
    }

    @Override
    public void restore(Snapshot from) {
        weights = from.integer("weights", 1) == 1 ? Weights.read(net, from.part("weights")) : null;
    }
}
