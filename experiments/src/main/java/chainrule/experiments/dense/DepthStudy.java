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

/** Exercise 1, problem B: what depth does to dense nets with different activations. */
@Command(
        name = "depth",
        description = "dense nets of 5, 20 and 40 hidden layers × ReLU, tanh, sigmoid on MNIST: loss, accuracy, curves",
        footer = {
            "",
            "Examples:",
            "  ./run depth --epochs 1 --depths 5 --activations tanh     a first look, seconds",
            "  ./run depth --depths 40 --activations relu --seeds 5     how far single runs differ",
            "  ./run depth --depths 40 --activations relu --init he     a remedy"
        },
        mixinStandardHelpOptions = true,
        sortOptions = false)
public final class DepthStudy implements Runnable {
    static final String EPOCHS = "40";

    @Mixin DenseNets nets;

    @Option(
            names = "--activations",
            paramLabel = "NAME,…",
            hideParamSyntax = true,
            split = ",",
            defaultValue = "relu,tanh,sigmoid",
            description = "relu, leaky-relu, tanh, sigmoid, lecun, gelu, identity (default: ${DEFAULT-VALUE})")
    List<String> activations;

    @Option(
            names = "--epochs",
            paramLabel = "N",
            defaultValue = EPOCHS,
            description = "passes over the training images (default: ${DEFAULT-VALUE})")
    int epochs;

    @Option(
            names = "--seeds",
            paramLabel = "N",
            defaultValue = "1",
            description =
                    "trains every net with N seeds, from --seed on, and shows mean, spread and each run "
                            + "(default: ${DEFAULT-VALUE})")
    int seeds;

    @Mixin CommonOptions common;

    @Override
    public void run() {
        Checks.atLeast("--epochs", epochs, 1);
        Checks.atLeast("--seeds", seeds, 1);
        Checks.seeds(common.seed(), "--seeds", seeds);
        List<Activation> functions = DenseNets.activations(activations);
        Mnist mnist = Mnist.load(common.data());
        nets.check(mnist.train().size());
        try (Run run = Run.open(common)) {
            run.fact("data", mnist.describe()).fact("nets", nets.describe()).fact("epochs", epochs).header();
            List<NetResult> results = new ArrayList<>();
            try {
                trainAll(run, mnist, functions, results);
            } catch (StudyInterrupted stopped) {
                if (results.isEmpty()) {
                    throw stopped;
                }
            }
            DepthResults found = new DepthResults(ClassCounts.of(mnist.test()), results);
            RunFacts facts = run.facts();
            DepthReport report = new DepthReport(facts, found);
            System.out.printf(Locale.ROOT, "%n%s", report.console());
            run.write(facts, found, report.report());
        }
    }

    /** The report that the run wrote, from its results. */
    public static Report report(RunFacts facts, JsonObject results) {
        return new DepthReport(facts, Json.read(results, DepthResults.class)).report();
    }

    private void trainAll(Run run, Mnist mnist, List<Activation> functions, List<NetResult> results) {
        for (int depth : nets.depths) {
            for (Activation activation : functions) {
                for (int i = 0; i < seeds; i++) {
                    results.add(train(run, mnist, depth, activation, common.seed() + i));
                }
            }
        }
    }

    private NetResult train(Run run, Mnist mnist, int depth, Activation activation, long seed) {
        String name = activation.kind() + " " + depth + (seeds > 1 ? " seed " + seed : "");
        try (Scope _ = run.backend().openScope(name)) {
            Sequential net = nets.build(run.backend(), depth, activation, seed);
            History history =
                    nets.train(run, net, name, epochs, seed, mnist.train(), mnist.test(), new TrainingListener() {});
            history.divergence().ifPresent(where -> System.out.println(name + ": " + where));
            return NetResult.tested(depth, activation, seed, history);
        }
    }
}
