package chainrule.experiments.dense;

import chainrule.backend.Backend;
import chainrule.data.Dataset;
import chainrule.experiments.cli.Checks;
import chainrule.experiments.data.Mnist;
import chainrule.experiments.study.ClipOptions;
import chainrule.experiments.study.ProgressDisplay;
import chainrule.experiments.study.Run;
import chainrule.experiments.study.RunFacts;
import chainrule.experiments.study.StudyInterrupted;
import chainrule.experiments.text.Words;
import chainrule.initializer.Initializer;
import chainrule.initializer.Initializers;
import chainrule.layer.Activation;
import chainrule.layer.Dense;
import chainrule.layer.Layer;
import chainrule.layer.Sequential;
import chainrule.loss.Loss;
import chainrule.optimizer.Sgd;
import chainrule.tensor.Shape;
import chainrule.train.History;
import chainrule.train.Trainer;
import chainrule.train.TrainingListener;

import picocli.CommandLine;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

import java.util.ArrayList;
import java.util.List;

/**
 * The recipe of Exercise 1, as options: nets 784 → L × 32 → 10 on pixels in [0, 1], softmax cross-entropy, SGD 0.01
 * without momentum, Glorot-uniform weights, zero biases, batches of 64.
 */
public final class DenseNets {
    /** The loss of all nets; includes the softmax. */
    public static final Loss LOSS = Loss.SOFTMAX_CROSS_ENTROPY;

    @Option(
            names = "--depths",
            paramLabel = "L,…",
            hideParamSyntax = true,
            split = ",",
            defaultValue = "5,20,40",
            description = "numbers of hidden layers (default: ${DEFAULT-VALUE})")
    List<Integer> depths;

    @Option(
            names = "--batch",
            paramLabel = "N",
            defaultValue = "64",
            description = "images per step (default: ${DEFAULT-VALUE})")
    int batch;

    @Option(
            names = "--rate",
            paramLabel = "η",
            defaultValue = "0.01",
            description = "learning rate of SGD (default: ${DEFAULT-VALUE})")
    double rate;

    @Option(
            names = "--width",
            paramLabel = "N",
            defaultValue = "32",
            description = "units of a hidden layer (default: ${DEFAULT-VALUE})")
    int width;

    @Option(
            names = "--init",
            paramLabel = "NAME",
            defaultValue = "glorot-uniform",
            description =
                    "initial weights: glorot, he, lecun (-uniform or -normal), orthogonal, zeros "
                            + "(default: ${DEFAULT-VALUE})")
    String init;

    @Mixin ClipOptions clip = new ClipOptions();

    /** @throws IllegalArgumentException naming the option that is out of range */
    void check(int trainingExamples) {
        Checks.notEmpty("--depths", depths);
        depths.forEach(depth -> Checks.atLeast("--depths", depth, 1));
        Checks.distinct("--depths", depths);
        Checks.batch(batch, trainingExamples);
        Checks.positive("--rate", rate);
        clip.check();
        Checks.atLeast("--width", width, 1);
        Initializers.named(init);
    }

    /** A new net. */
    Sequential build(Backend backend, NetPlan plan) {
        Initializer initializer = Initializers.named(init);
        List<Layer> layers = new ArrayList<>();
        for (int i = 0; i < plan.depth(); i++) {
            layers.add(new Dense(width, initializer));
            layers.add(plan.activation());
        }
        layers.add(new Dense(10, initializer));
        return Sequential.build(backend, plan.seed(), Shape.of(784), layers);
    }

    /**
     * Trains a net with checkpoints and a progress display, and evaluates it on the held-out data after every epoch.
     *
     * @throws StudyInterrupted if a signal stops it
     */
    History train(
            Run run, NetPlan plan, Sequential net, Dataset train, Dataset heldOut, TrainingListener... listeners) {
        try (ProgressDisplay progress = ProgressDisplay.of(plan.name())) {
            Trainer trainer =
                    clip.apply(new Trainer(net, LOSS, new Sgd(rate)))
                            .batchSize(batch)
                            .epochs(plan.epochs())
                            .seed(plan.seed())
                            .validation(heldOut)
                            .listener(progress)
                            .checkpoint(run.checkpoints(plan.name()));
            for (TrainingListener listener : listeners) {
                trainer.listener(listener);
            }
            History history = trainer.fit(train);
            if (history.interrupted()) {
                run.requireUninterrupted();
            }
            return history;
        }
    }

    /** One line for a run's header. */
    String describe() {
        return "784 → L × "
                + width
                + " → 10, softmax cross-entropy, SGD "
                + rate
                + ", batch "
                + batch
                + ", "
                + init
                + " weights, zero biases"
                + clip.words();
    }

    /** Parses the values of --activations. @throws IllegalArgumentException listing the known names */
    static List<Activation> activations(List<String> names) {
        Checks.notEmpty("--activations", names);
        List<Activation> activations = names.stream().map(Activation::named).toList();
        Checks.distinct("--activations", activations.stream().map(Activation::kind).toList());
        return activations;
    }

    /** "sigmoid, 40 layers". */
    static String name(Activation activation, int depth) {
        return label(activation) + ", " + Words.count(depth, "layer");
    }

    /**
     * True if the results of a run are comparable with the assignment's: the MNIST images that ship with the project,
     * and every option of the recipe at its default.
     */
    static boolean asInTheAssignment(RunFacts facts) {
        String recipe = CommandLine.populateCommand(new DenseNets()).describe();
        return facts.fact("data").filter(data -> data.contains(Mnist.SHIPPED)).isPresent()
                && facts.fact("nets").filter(recipe::equals).isPresent()
                && facts.fact("epochs").filter(DepthStudy.EPOCHS::equals).isPresent();
    }

    /** The planned number of epochs of a run. */
    static int epochs(RunFacts facts) {
        return facts.fact("epochs")
                .map(Integer::parseInt)
                .orElseThrow(() -> new IllegalArgumentException("\"epochs\" is missing in its configuration"));
    }

    /** The name for people: ReLU, tanh, LeCun. */
    static String label(Activation activation) {
        return switch (activation.function()) {
            case RELU -> "ReLU";
            case LEAKY_RELU -> "leaky ReLU";
            case LECUN -> "LeCun";
            case GELU -> "GELU";
            default -> activation.kind();
        };
    }
}
