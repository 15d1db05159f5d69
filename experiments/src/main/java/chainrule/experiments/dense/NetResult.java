package chainrule.experiments.dense;

import chainrule.experiments.study.DivergedNet;
import chainrule.layer.Activation;
import chainrule.train.Evaluation;
import chainrule.train.History;

import java.util.List;
import java.util.Objects;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;

/**
 * One trained net, as results.json holds it.
 *
 * @param activation its name on the command line
 * @param seed of the weights and the order of the images
 * @param validationLoss after the last epoch; null without a validation set, NaN if the net diverged
 * @param validationAccuracy likewise
 * @param testLoss after the last epoch; NaN if the net diverged
 * @param testAccuracy likewise
 * @param trainingSeconds total of all epochs
 * @param imagesPerSecond mean over the epochs; NaN if no epoch was finished
 * @param divergence null if every value stayed finite
 */
record NetResult(
        int hiddenLayers,
        String activation,
        long seed,
        Double validationLoss,
        Double validationAccuracy,
        double testLoss,
        double testAccuracy,
        double trainingSeconds,
        double imagesPerSecond,
        History.Divergence divergence,
        List<History.Explosion> explosions,
        List<Epoch> epochs) {
    /**
     * One finished epoch.
     *
     * @param validation null if the validation set was not evaluated
     * @param test null if the test set was not evaluated after every epoch
     */
    record Epoch(
            int number,
            Evaluation training,
            Evaluation validation,
            Evaluation test,
            double seconds,
            double imagesPerSecond) {}

    private static final Evaluation NONE = new Evaluation(Double.NaN, Double.NaN);

    /** A net that was evaluated on the test set after every epoch. */
    static NetResult tested(NetPlan plan, History history) {
        Evaluation test = history.epochs().isEmpty() ? NONE : history.last().validation();
        List<Epoch> epochs = history.epochs().stream().map(e -> epoch(e, null, e.validation())).toList();
        return of(plan, history, null, test, epochs);
    }

    /** A net that was evaluated on a validation set after every epoch, and on the test set at the end. */
    static NetResult validated(NetPlan plan, History history, Evaluation test) {
        Evaluation validation = history.epochs().isEmpty() ? NONE : history.last().validation();
        List<Epoch> epochs = history.epochs().stream().map(e -> epoch(e, e.validation(), null)).toList();
        return of(plan, history, validation, test, epochs);
    }

    private static Epoch epoch(History.Epoch e, Evaluation validation, Evaluation test) {
        Evaluation training = new Evaluation(e.loss(), e.accuracy());
        return new Epoch(e.number(), training, validation, test, e.seconds(), e.imagesPerSecond());
    }

    private static NetResult of(
            NetPlan plan, History history, Evaluation lastValidation, Evaluation lastTest, List<Epoch> epochs) {
        boolean diverged = history.divergence().isPresent();
        Evaluation validation = lastValidation != null && diverged ? NONE : lastValidation;
        Evaluation test = diverged ? NONE : lastTest;
        return new NetResult(
                plan.depth(),
                plan.activation().kind(),
                plan.seed(),
                validation == null ? null : validation.loss(),
                validation == null ? null : validation.accuracy(),
                test.loss(),
                test.accuracy(),
                epochs.stream().mapToDouble(Epoch::seconds).sum(),
                epochs.stream().mapToDouble(Epoch::imagesPerSecond).average().orElse(Double.NaN),
                history.divergence().orElse(null),
                history.explosions(),
                epochs);
    }

    Activation function() {
        return Activation.named(activation);
    }

    /** "tanh". */
    String label() {
        return DenseNets.label(function());
    }

    /** "tanh, 20 layers". */
    String name() {
        return DenseNets.name(function(), hiddenLayers);
    }

    boolean diverged() {
        return divergence != null;
    }

    /** The values of one set after every epoch; empty if the set was not evaluated. */
    double[] curve(Function<Epoch, Evaluation> set, ToDoubleFunction<Evaluation> value) {
        return epochs.stream().map(set).filter(Objects::nonNull).mapToDouble(value).toArray();
    }

    /** After the last finished epoch; NaN if there is none, or the net diverged. */
    Evaluation training() {
        return epochs.isEmpty() || diverged() ? NONE : epochs.getLast().training();
    }

    /** The nets that diverged, each with its name. */
    static List<DivergedNet> diverged(List<NetResult> nets, Function<NetResult, String> name) {
        return nets.stream()
                .filter(NetResult::diverged)
                .map(net -> new DivergedNet(name.apply(net), net.divergence()))
                .toList();
    }
}
