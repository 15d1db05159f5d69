package chainrule.experiments.dense;

import chainrule.backend.Scope;
import chainrule.data.Dataset;
import chainrule.experiments.cli.Checks;
import chainrule.experiments.cli.CommonOptions;
import chainrule.experiments.cli.Run;
import chainrule.experiments.cli.RunFacts;
import chainrule.experiments.cli.StudyInterrupted;
import chainrule.experiments.data.Mnist;
import chainrule.experiments.report.Json;
import chainrule.experiments.report.Numbers;
import chainrule.experiments.report.Report;
import chainrule.layer.Activation;
import chainrule.layer.Sequential;
import chainrule.tensor.RandomStream;
import chainrule.train.EpochWeights;
import chainrule.train.Evaluation;
import chainrule.train.History;

import com.google.gson.JsonObject;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** Exercise 1, problem D: tanh against LeCun's activation. */
@Command(
        name = "lecun",
        description =
                "tanh against LeCun's 1.7159·tanh(⅔x) + 0.01x: learning curves and gradients at 5, 20 and 40 layers",
        footer = {
            "",
            "A tenth of the training images, chosen by the seed, is held out for validation. The gradients are those"
                    + " of",
            "the first --batch training images after --gradients-after epochs."
        },
        mixinStandardHelpOptions = true,
        sortOptions = false)
public final class LecunStudy implements Runnable {
    private static final List<Activation> ACTIVATIONS = DenseNets.activations(List.of("tanh", "lecun"));

    @Mixin DenseNets nets;

    @Option(
            names = "--epochs",
            paramLabel = "N",
            defaultValue = "40",
            description = "passes over the training images (default: ${DEFAULT-VALUE})")
    int epochs;

    @Option(
            names = "--gradients-after",
            paramLabel = "N",
            description = "the epoch after which gradients are captured (default: 3, or the last if there are fewer)")
    Integer captureEpoch;

    private int gradientsAfter;

    @Mixin CommonOptions common;

    /** One net with what was measured on it. */
    private record Outcome(NetResult net, GradientCapture gradients) {}

    @Override
    public void run() {
        Checks.atLeast("--epochs", epochs, 1);
        gradientsAfter = captureEpoch == null ? Math.min(3, epochs) : captureEpoch;
        Checks.atLeast("--gradients-after", gradientsAfter, 1);
        if (gradientsAfter > epochs) {
            throw new IllegalArgumentException(
                    "--gradients-after " + gradientsAfter + ": expected at most the " + epochs + " epochs");
        }
        Mnist mnist = Mnist.load(common.data());
        if (mnist.train().size() < 10) {
            throw new IllegalArgumentException(
                    "there are "
                            + mnist.train().size()
                            + " training images: expected at least 10, so that a tenth can be held out");
        }
        int[] order = RandomStream.of(common.seed(), "validation split").permutation(mnist.train().size());
        int held = order.length / 10;
        Dataset validation = mnist.train().subset("MNIST validation", Arrays.copyOf(order, held));
        Dataset train = mnist.train().subset("MNIST train", Arrays.copyOfRange(order, held, order.length));
        nets.check(train.size());
        try (Run run = Run.open(common)) {
            run.fact("data", mnist.describe())
                    .fact("validation", Numbers.count(held) + " of the training images, chosen by the seed")
                    .fact("nets", nets.describe())
                    .fact("epochs", epochs)
                    .header();
            List<Outcome> outcomes = new ArrayList<>();
            try {
                for (int depth : nets.depths) {
                    for (Activation activation : ACTIVATIONS) {
                        outcomes.add(train(run, depth, activation, train, validation, mnist));
                    }
                }
            } catch (StudyInterrupted stopped) {
                if (outcomes.size() < 2) {
                    throw stopped;
                }
                outcomes.subList(outcomes.size() / 2 * 2, outcomes.size()).clear(); // a net without its counterpart
            }
            write(run, outcomes);
        }
    }

    private void write(Run run, List<Outcome> outcomes) {
        List<GradientCapture> captures = outcomes.stream().map(Outcome::gradients).toList();
        run.out().write("gradients.csv", GradientCsv.of(captures));
        LecunResults found =
                new LecunResults(
                        gradientsAfter,
                        outcomes.stream().map(Outcome::net).toList(),
                        captures.stream().map(capture -> capture.layers().weights()).toList());
        RunFacts facts = run.facts();
        LecunReport report = new LecunReport(facts, found);
        System.out.printf(Locale.ROOT, "%n%s", report.console());
        run.write(facts, found, report.report());
    }

    /** The report that the run wrote, from its results. */
    public static Report report(RunFacts facts, JsonObject results) {
        return new LecunReport(facts, Json.read(results, LecunResults.class)).report();
    }

    private Outcome train(Run run, int depth, Activation activation, Dataset train, Dataset validation, Mnist mnist) {
        String name = activation.kind() + " " + depth;
        try (Scope _ = run.backend().openScope(name)) {
            Sequential net = nets.build(run.backend(), depth, activation, common.seed());
            EpochWeights early = new EpochWeights(net, gradientsAfter);
            History history = nets.train(run, net, name, epochs, common.seed(), train, validation, early);
            history.divergence().ifPresent(where -> System.out.println(name + ": " + where));
            Evaluation test = Evaluation.of(net, DenseNets.LOSS, mnist.test(), nets.batch);
            early.restore(); // does nothing if the net diverged before
            int after = Math.min(gradientsAfter, history.epochs().size());
            return new Outcome(
                    NetResult.validated(depth, activation, common.seed(), history, test),
                    GradientCapture.of(net, depth, activation, after, mnist.train(), nets.batch));
        }
    }
}
