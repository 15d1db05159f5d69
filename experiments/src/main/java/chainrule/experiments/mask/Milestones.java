package chainrule.experiments.mask;

import chainrule.backend.Backend;
import chainrule.data.Dataset;
import chainrule.data.augment.TestTime;
import chainrule.experiments.model.Classifier;
import chainrule.io.Snapshot;
import chainrule.layer.Sequential;
import chainrule.tensor.Parameter;
import chainrule.train.History;
import chainrule.train.Stateful;
import chainrule.train.WeightAverage;

import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Keeps the weights of some epochs, equally spaced and including the last, so that the learning curve of the held-out
 * faces can be computed after training.
 */
final class Milestones implements Stateful {
    private static final int MOST = 10;

    private final Sequential net;
    private final Backend k;
    private final WeightAverage average;
    private final int epochs;
    private final SortedMap<Integer, List<double[]>> kept = new TreeMap<>();

    /**
     * @param average the moving average to keep, or null for the weights of the net
     * @param epochs of the whole run; 0 to keep nothing
     */
    Milestones(Sequential net, WeightAverage average, int epochs) {
        this.net = net;
        this.k = net.backend();
        this.average = average;
        this.epochs = epochs;
    }

    @Override
    public boolean epoch(History.Epoch epoch) {
        int every = Math.ceilDiv(epochs, MOST);
        if (epochs > 0 && (epochs - epoch.number()) % every == 0) {
            swap();
            kept.put(epoch.number(), weights());
            swap();
        }
        return true;
    }

    private void swap() {
        if (average != null) {
            average.swap();
        }
    }

    private List<double[]> weights() {
        return net.parameters().stream().map(p -> k.download(p.buffer())).toList();
    }

    private void put(List<double[]> weights) {
        for (int i = 0; i < weights.size(); i++) {
            k.upload(weights.get(i), net.parameters().get(i).buffer());
        }
    }

    /** The scores of the kept weights, by epoch. Restores the weights of the net. */
    SortedMap<Integer, Scores> scores(Dataset faces) {
        List<double[]> current = weights();
        SortedMap<Integer, Scores> scores = new TreeMap<>();
        kept.forEach(
                (epoch, weights) -> {
                    put(weights);
                    scores.put(epoch, Scores.of(faces, Classifier.ask(net, faces, TestTime.NONE)));
                });
        put(current);
        return scores;
    }

    @Override
    public String description() {
        return "weights of some of " + epochs + " epochs";
    }

    @Override
    public void save(Snapshot into) {
        boolean float64 = k.unitRoundoff() < 0x1p-40;
        kept.forEach(
                (epoch, weights) -> {
                    Snapshot part = into.part("epoch " + epoch);
                    for (int i = 0; i < weights.size(); i++) {
                        Parameter p = net.parameters().get(i);
                        part.put(p.name(), p.shape().sizes(), weights.get(i), float64);
                    }
                });
    }

    @Override
    public void restore(Snapshot from) {
        kept.clear();
        for (int epoch = 1; epoch <= epochs; epoch++) {
            Snapshot part = from.part("epoch " + epoch);
            if (part.has(net.parameters().getFirst().name())) {
                List<double[]> weights = new ArrayList<>();
                net.parameters().forEach(p -> weights.add(part.values(p.name(), p.shape().elements())));
                kept.put(epoch, weights);
            }
        }
    }
}
