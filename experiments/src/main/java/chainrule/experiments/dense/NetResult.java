package chainrule.experiments.dense;

import chainrule.layer.Activation;
import chainrule.train.Evaluation;
import chainrule.train.History;

import java.util.List;

/**
 * One trained net.
 *
 * @param depth hidden layers
 * @param seed of its weights and its order of images
 * @param heldOut after the last finished epoch; NaN where no epoch was finished
 * @param seconds of training
 */
record NetResult(int depth, Activation activation, long seed, Evaluation heldOut, History history, double seconds) {

    static NetResult of(int depth, Activation activation, long seed, History history) {
        List<History.Epoch> epochs = history.epochs();
        Evaluation last = epochs.isEmpty() ? new Evaluation(Double.NaN, Double.NaN) : epochs.getLast().validation();
        double seconds = epochs.stream().mapToDouble(History.Epoch::seconds).sum();
        return new NetResult(depth, activation, seed, last, history, seconds);
    }

    /** "tanh, 20 layers". */
    String name() {
        return DenseNets.label(activation) + ", " + depth + (depth == 1 ? " layer" : " layers");
    }

    double[] trainLoss() {
        return history.epochs().stream().mapToDouble(History.Epoch::loss).toArray();
    }

    double[] trainAccuracy() {
        return history.epochs().stream().mapToDouble(History.Epoch::accuracy).toArray();
    }

    double[] heldOutLoss() {
        return history.epochs().stream().mapToDouble(e -> e.validation().loss()).toArray();
    }

    double[] heldOutAccuracy() {
        return history.epochs().stream().mapToDouble(e -> e.validation().accuracy()).toArray();
    }

    double imagesPerSecond() {
        return history.epochs().stream().mapToDouble(History.Epoch::imagesPerSecond).average().orElse(Double.NaN);
    }
}
