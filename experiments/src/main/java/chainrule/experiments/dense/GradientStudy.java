package chainrule.experiments.dense;

import chainrule.backend.Scope;
import chainrule.experiments.cli.Checks;
import chainrule.experiments.cli.CommonOptions;
import chainrule.experiments.cli.Run;
import chainrule.experiments.cli.RunFacts;
import chainrule.experiments.cli.StudyInterrupted;
import chainrule.experiments.data.Mnist;
import chainrule.experiments.report.Json;
import chainrule.experiments.report.Report;
import chainrule.layer.Activation;
import chainrule.layer.Sequential;
import chainrule.train.History;
import chainrule.train.TrainingListener;

import com.google.gson.JsonObject;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Exercise 1, problem C: the maximum gradient of every layer, before and after some training. */
@Command(
        name = "gradients",
        description = "the maximum gradient of every layer on one mini-batch, and which nets' gradients vanish",
        footer = {
            "",
            "The mini-batch is the first --batch training images. gradients.csv holds every layer's max|g|, signed"
                    + " maximum,",
            "mean|g|, L2 norm and fraction of zeros, for weights, biases and activations.",
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
    private record Outcome(NetResult net, GradientCapture before, GradientCapture after) {}

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
            write(run, mnist, outcomes);
        }
    }

    private static void write(Run run, Mnist mnist, List<Outcome> outcomes) {
        List<GradientCapture> before = outcomes.stream().map(Outcome::before).toList();
        List<GradientCapture> after = outcomes.stream().map(Outcome::after).toList();
        List<GradientCapture> all = new ArrayList<>(before);
        all.addAll(after);
        run.out().write("gradients.csv", GradientCsv.of(all));
        GradientResults found =
                new GradientResults(
                        ClassCounts.of(mnist.test()),
                        outcomes.stream().map(Outcome::net).toList(),
                        before.stream().map(GradientCapture::layers).toList(),
                        after.stream().map(GradientCapture::layers).toList());
        RunFacts facts = run.facts();
        GradientReport report = new GradientReport(facts, found);
        System.out.printf(Locale.ROOT, "%n%s", report.console());
        run.write(facts, found, report.report());
    }

    /** The report that the run wrote, from its results. */
    public static Report report(RunFacts facts, JsonObject results) {
        return new GradientReport(facts, Json.read(results, GradientResults.class)).report();
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
                    NetResult.tested(depth, activation, common.seed(), history),
                    before,
                    GradientCapture.of(net, depth, activation, history.epochs().size(), mnist.train(), nets.batch));
        }
    }
}
