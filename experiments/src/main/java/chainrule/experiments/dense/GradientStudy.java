package chainrule.experiments.dense;

import chainrule.backend.Scope;
import chainrule.experiments.cli.Checks;
import chainrule.experiments.cli.CommonOptions;
import chainrule.experiments.cli.Run;
import chainrule.experiments.cli.StudyInterrupted;
import chainrule.experiments.data.Mnist;
import chainrule.layer.Activation;
import chainrule.layer.Sequential;
import chainrule.train.History;
import chainrule.train.TrainingListener;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

import java.util.ArrayList;
import java.util.List;

/** Exercise 1, problem C: the maximum gradient of every layer, before and after some training. */
@Command(
        name = "gradients",
        description = "the maximum gradient of every layer on one mini-batch, and which nets' gradients vanish",
        footer = {
            "",
            "The mini-batch is the first --batch training images. Beside the report, gradients.csv holds every layer's",
            "max|g|, signed maximum, mean|g|, L2 norm and share of zeros, for weights, biases and activations.",
            "Example: ./run gradients --depths 40 --activations relu,tanh --init he"
        },
        mixinStandardHelpOptions = true,
        sortOptions = false)
public final class GradientStudy implements Runnable {
    @Mixin DenseNets nets;

    @Option(
            names = "--activations",
            paramLabel = "NAME,…",
            hideParamSyntax = true,
            split = ",",
            defaultValue = "relu,tanh,sigmoid,lecun",
            description = "relu, leaky-relu, tanh, sigmoid, lecun, gelu, identity (default: ${DEFAULT-VALUE})")
    List<String> activations;

    @Option(
            names = "--epochs",
            paramLabel = "N",
            defaultValue = "3",
            description = "training before the second capture (default: ${DEFAULT-VALUE})")
    int epochs;

    @Mixin CommonOptions common;

    /** One net with what was measured on it. */
    record Outcome(NetResult net, GradientCapture before, GradientCapture after, WeightSpectrum spectrum) {}

    @Override
    public void run() {
        Checks.atLeast("--epochs", epochs, 1);
        List<Activation> functions = DenseNets.activations(activations);
        Mnist mnist = Mnist.load(common.data());
        nets.check(mnist.train().size());
        try (Run run = Run.open(common)) {
            run.fact("data", mnist.describe())
                    .fact("nets", nets.describe())
                    .fact("mini-batch", "the first " + nets.batch + " training images")
                    .fact("epochs", epochs)
                    .header();
            List<Outcome> outcomes = new ArrayList<>();
            try {
                for (int depth : nets.depths) {
                    for (Activation activation : functions) {
                        outcomes.add(train(run, mnist, depth, activation));
                    }
                }
            } catch (StudyInterrupted stopped) {
                if (outcomes.isEmpty()) {
                    throw stopped;
                }
            }
            new GradientReport(run, epochs, outcomes).write();
        }
    }

    private Outcome train(Run run, Mnist mnist, int depth, Activation activation) {
        String name = activation.kind() + " " + depth;
        try (Scope _ = run.backend().openScope(name)) {
            Sequential net = nets.build(run.backend(), depth, activation, common.seed());
            GradientCapture before = GradientCapture.of(net, depth, activation, 0, mnist.train(), nets.batch);
            History history =
                    nets.train(
                            run,
                            net,
                            name,
                            epochs,
                            common.seed(),
                            mnist.train(),
                            mnist.test(),
                            new TrainingListener() {});
            history.divergence().ifPresent(where -> System.out.println(name + ": " + where));
            return new Outcome(
                    NetResult.of(depth, activation, common.seed(), history),
                    before,
                    GradientCapture.of(net, depth, activation, epochs, mnist.train(), nets.batch),
                    WeightSpectrum.of(net));
        }
    }
}
