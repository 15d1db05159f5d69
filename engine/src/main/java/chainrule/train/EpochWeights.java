package chainrule.train;

import chainrule.io.Snapshot;
import chainrule.layer.Sequential;

/** Remembers the weights after a certain epoch, to look at the net of that time when the training is over. */
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

    /** Puts them into the net. Does nothing if that epoch has not ended. */
    public void restore() {
        if (weights != null) {
            weights.putBack(net.backend());
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
        weights = from.whole("weights", 1) == 1 ? Weights.restored(net, from.part("weights")) : null;
    }
}
