package chainrule.experiments.dense;

import chainrule.experiments.cli.ActivationNames;
import chainrule.experiments.cli.Checks;
import chainrule.experiments.data.Mnist;
import chainrule.experiments.study.Run;
import chainrule.experiments.study.RunFacts;
import chainrule.layer.Activation;

import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

import java.util.List;

/** Exercise 1, problem B: how depth affects dense nets with different activations. */
@Command(
        name = "depth",
        description = "dense nets of 5, 20 and 40 hidden layers × ReLU, tanh, sigmoid on MNIST: loss, accuracy, curves",
        footer = {
            "",
            "Examples:",
            "  ./run depth --epochs 1 --depths 5 --activations tanh     a first look, seconds",
            "  ./run depth --depths 40 --activations relu --seeds 5     how much single runs differ",
            "  ./run depth --depths 40 --activations relu --init he     a remedy"
        },
        sortOptions = false)
public final class DepthStudy extends DenseStudy<DepthResults> {
    static final String EPOCHS = "40";

    @Option(
            names = "--activations",
            paramLabel = "NAME,…",
            hideParamSyntax = true,
            split = ",",
            defaultValue = "relu,tanh,sigmoid",
            completionCandidates = ActivationNames.class,
            description = ACTIVATIONS)
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
                    "trains every net with N seeds, starting at --seed, and shows mean, spread and each run "
                            + "(default: ${DEFAULT-VALUE})")
    int seeds;

    private List<Activation> functions;
    private Mnist mnist;

    public DepthStudy() {
        super(DepthResults.class);
    }

    @Override
    protected void prepare() {
        Checks.atLeast("--epochs", epochs, 1);
        Checks.atLeast("--seeds", seeds, 1);
        Checks.seeds(common.seed(), "--seeds", seeds);
        functions = DenseNets.activations(activations);
        mnist = Mnist.load(common.data());
        nets.check(mnist.train().size());
    }

    @Override
    protected void describe(Run run) {
        run.fact("data", mnist.describe()).fact("nets", nets.describe()).fact("epochs", epochs);
    }

    @Override
    protected DepthResults train(Run run) {
        List<NetResult> results =
                trainAll(
                        run,
                        plans(functions, seeds, epochs),
                        (plan, net) -> NetResult.tested(plan, train(run, plan, net, mnist.train(), mnist.test())));
        return new DepthResults(ClassCounts.of(mnist.test()), results);
    }

    @Override
    protected DepthReport report(RunFacts facts, DepthResults results) {
        return new DepthReport(facts, results);
    }
}
