package chainrule.experiments.dense;

import chainrule.backend.Elementwise;
import chainrule.experiments.cli.ActivationNames;
import chainrule.experiments.report.Report;
import chainrule.experiments.study.Run;
import chainrule.experiments.study.RunFacts;
import chainrule.experiments.study.SavedRun;
import chainrule.experiments.study.Study;
import chainrule.layer.Activation;

import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

import java.util.ArrayList;
import java.util.List;

/** Exercise 1, problems A and D: the activation functions, their derivatives and the ranges of ∂E/∂w. */
@Command(
        name = "activations",
        description = "every activation's formula, derivative and ranges, and the range of ∂E/∂w: derived and measured",
        sortOptions = false)
public final class ActivationStudy extends Study<ActivationResults> implements SavedRun.Reporter {
    @Option(
            names = "--activations",
            paramLabel = "NAME,…",
            hideParamSyntax = true,
            split = ",",
            defaultValue = "relu,leaky-relu,tanh,sigmoid,lecun",
            completionCandidates = ActivationNames.class,
            description = DenseStudy.ACTIVATIONS)
    List<String> activations;

    private List<Activation> functions;

    @Override
    protected void prepare() {
        functions = DenseNets.activations(activations);
        functions.forEach(f -> ActivationClaims.of(f.function())); // refuses those without a derived range
    }

    @Override
    protected void describe(Run run) {
        // Nothing is trained, and no data set is read.
    }

    @Override
    protected ActivationResults train(Run run) {
        List<ActivationResults.Measured> measured = new ArrayList<>();
        for (Activation activation : functions) {
            measured.add(
                    new ActivationResults.Measured(
                            activation.kind(), ActivationRanges.measure(run.backend(), activation)));
        }
        return new ActivationResults(ActivationRanges.POINTS, ActivationRanges.REACH, measured);
    }

    @Override
    protected ActivationReport report(RunFacts facts, ActivationResults results) {
        return new ActivationReport(facts, results);
    }

    @Override
    public Report report(SavedRun run) {
        return report(run.facts(), run.results(ActivationResults.class)).report();
    }

    /** The formula; for a leaky ReLU with its slope. */
    static String formula(Activation activation) {
        String formula = activation.function().formula();
        return activation.function() == Elementwise.LEAKY_RELU
                ? formula.replace("a * x", activation.slope() + " * x")
                : formula;
    }
}
