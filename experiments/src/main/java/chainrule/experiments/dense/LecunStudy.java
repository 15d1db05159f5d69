package chainrule.experiments.dense;

import chainrule.experiments.cli.Checks;
import chainrule.experiments.data.Mnist;
import chainrule.experiments.data.ValidationSplit;
import chainrule.experiments.study.Run;
import chainrule.experiments.study.RunFacts;
import chainrule.layer.Activation;
import chainrule.layer.Sequential;
import chainrule.train.EpochWeights;
import chainrule.train.Evaluation;
import chainrule.train.History;

import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

import java.util.ArrayList;
import java.util.List;

/** Exercise 1, problem D: tanh against LeCun's activation. */
@Command(
        name = "lecun",
        description =
                "tanh against LeCun's 1.7159·tanh(⅔x) + 0.01x: learning curves and gradients at 5, 20 and 40 layers",
        footer = {
            "",
            "A tenth of the training images, chosen by the seed, is held out for validation. Gradients are captured on",
            "the first --batch training images after --gradients-after epochs."
        },
        sortOptions = false)
public final class LecunStudy extends DenseStudy<LecunResults> {
    private static final List<Activation> ACTIVATIONS = DenseNets.activations(List.of("tanh", "lecun"));

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
    private Mnist mnist;
    private ValidationSplit split;

    public LecunStudy() {
        super(LecunResults.class);
    }

    /** A net and its gradients. */
    private record Outcome(NetResult net, GradientCapture gradients) {}

    @Override
    protected void prepare() {
        Checks.atLeast("--epochs", epochs, 1);
        gradientsAfter = captureEpoch == null ? Math.min(3, epochs) : captureEpoch;
        Checks.atLeast("--gradients-after", gradientsAfter, 1);
        if (gradientsAfter > epochs) {
            throw new IllegalArgumentException(
                    "--gradients-after " + gradientsAfter + ": expected at most the " + epochs + " epochs");
        }
        mnist = Mnist.load(common.data());
        if (mnist.train().size() < 10) {
            throw new IllegalArgumentException(
                    "there are "
                            + mnist.train().size()
                            + " training images: expected at least 10, so that a tenth can be held out");
        }
        split = ValidationSplit.of("MNIST", mnist.train(), mnist.train().size() / 10, common.seed());
        nets.check(split.train().size());
    }

    @Override
    protected void describe(Run run) {
        run.fact("data", mnist.describe())
                .fact("validation", split.describe())
                .fact("nets", nets.describe())
                .fact("epochs", epochs);
    }

    @Override
    protected LecunResults train(Run run) {
        List<Outcome> outcomes =
                new ArrayList<>(trainAll(run, plans(ACTIVATIONS, 1, epochs), (plan, net) -> measure(run, plan, net)));
        if (outcomes.size() < 2) {
            run.requireUninterrupted();
        }
        outcomes.subList(outcomes.size() / 2 * 2, outcomes.size()).clear(); // a net without its counterpart
        List<GradientCapture> captures = outcomes.stream().map(Outcome::gradients).toList();
        run.out().write("gradients.csv", GradientCapture.csv(captures.stream()));
        return new LecunResults(
                gradientsAfter,
                outcomes.stream().map(Outcome::net).toList(),
                captures.stream().map(capture -> capture.layers().weights()).toList());
    }

    private Outcome measure(Run run, NetPlan plan, Sequential net) {
        EpochWeights early = new EpochWeights(net, gradientsAfter);
        History history = train(run, plan, net, split.train(), split.validation(), early);
        Evaluation test = Evaluation.of(net, DenseNets.LOSS, mnist.test(), nets.batch);
        early.restore(); // does nothing if the net diverged before
        int after = Math.min(gradientsAfter, history.epochs().size());
        return new Outcome(
                NetResult.validated(plan, history, test),
                GradientCapture.of(net, plan.depth(), plan.activation(), after, mnist.train(), nets.batch));
    }

    @Override
    protected LecunReport report(RunFacts facts, LecunResults results) {
        return new LecunReport(facts, results);
    }
}
