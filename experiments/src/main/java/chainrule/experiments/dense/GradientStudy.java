package chainrule.experiments.dense;

import chainrule.experiments.cli.ActivationNames;
import chainrule.experiments.cli.Checks;
import chainrule.experiments.data.Mnist;
import chainrule.experiments.study.Run;
import chainrule.experiments.study.RunFacts;
import chainrule.layer.Activation;
import chainrule.layer.Sequential;
import chainrule.train.History;

import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

import java.util.List;
import java.util.stream.Stream;

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
        sortOptions = false)
public final class GradientStudy extends DenseStudy<GradientResults> {
    @Option(
            names = "--activations",
            paramLabel = "NAME,…",
            hideParamSyntax = true,
            split = ",",
            defaultValue = "relu,tanh,sigmoid,lecun",
            completionCandidates = ActivationNames.class,
            description = ACTIVATIONS)
    List<String> activations;

    @Option(
            names = "--epochs",
            paramLabel = "N",
            defaultValue = "3",
            description = "training before the second capture (default: ${DEFAULT-VALUE})")
    int epochs;

    private List<Activation> functions;
    private Mnist mnist;

    public GradientStudy() {
        super(GradientResults.class);
    }

    /** A net and its gradients before and after training. */
    private record Outcome(NetResult net, GradientCapture before, GradientCapture after) {}

    @Override
    protected void prepare() {
        Checks.atLeast("--epochs", epochs, 1);
        functions = DenseNets.activations(activations);
        mnist = Mnist.load(common.data());
        nets.check(mnist.train().size());
    }

    @Override
    protected void describe(Run run) {
        run.fact("data", mnist.describe())
                .fact("nets", nets.describe())
                .fact("mini-batch", "the first " + nets.batch + " training images")
                .fact("epochs", epochs);
    }

    @Override
    protected GradientResults train(Run run) {
        List<Outcome> outcomes = trainAll(run, plans(functions, 1, epochs), (plan, net) -> measure(run, plan, net));
        List<GradientCapture> before = outcomes.stream().map(Outcome::before).toList();
        List<GradientCapture> after = outcomes.stream().map(Outcome::after).toList();
        run.out().write("gradients.csv", GradientCapture.csv(Stream.concat(before.stream(), after.stream())));
        return new GradientResults(
                ClassCounts.of(mnist.test()),
                outcomes.stream().map(Outcome::net).toList(),
                before.stream().map(GradientCapture::layers).toList(),
                after.stream().map(GradientCapture::layers).toList());
    }

    private Outcome measure(Run run, NetPlan plan, Sequential net) {
        GradientCapture before = capture(plan, net, 0);
        History history = train(run, plan, net, mnist.train(), mnist.test());
        return new Outcome(NetResult.tested(plan, history), before, capture(plan, net, history.epochs().size()));
    }

    private GradientCapture capture(NetPlan plan, Sequential net, int epoch) {
        return GradientCapture.of(net, plan.depth(), plan.activation(), epoch, mnist.train(), nets.batch);
    }

    @Override
    protected GradientReport report(RunFacts facts, GradientResults results) {
        return new GradientReport(facts, results);
    }
}
