package chainrule.train;

import chainrule.backend.Backend;
import chainrule.layer.Sequential;
import chainrule.tensor.Parameter;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Remembers the weights of the epoch with the best validation accuracy, the lower validation loss deciding between equal
 * ones, and gives them back at the end.
 */
public final class BestWeights implements TrainingListener {
    private final Sequential net;
    private final Map<Parameter, double[]> best = new LinkedHashMap<>();
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
            Backend k = net.backend();
            net.parameters().forEach(p -> best.put(p, k.download(p.buffer())));
        }
        return true;
    }

    private static boolean better(Evaluation a, Evaluation b) {
        return a.accuracy() > b.accuracy() || a.accuracy() == b.accuracy() && a.loss() < b.loss();
    }

    /** The epoch whose weights are kept; null before the first one ends. */
    public History.Epoch epoch() {
        return epoch;
    }

    /** Puts the best weights back into the net. Does nothing if no epoch has ended. */
    public void restore() {
        best.forEach((p, values) -> net.backend().upload(values, p.buffer()));
    }
}
