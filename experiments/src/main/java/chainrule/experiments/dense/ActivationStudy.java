package chainrule.experiments.dense;

import chainrule.backend.Elementwise;
import chainrule.experiments.cli.CommonOptions;
import chainrule.experiments.cli.Run;
import chainrule.experiments.cli.RunFacts;
import chainrule.experiments.report.Json;
import chainrule.experiments.report.Report;
import chainrule.layer.Activation;

import com.google.gson.JsonObject;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

import java.util.ArrayList;
import java.util.List;

/** Exercise 1, problems A and D: the activation functions, their derivatives and the ranges of ∂E/∂w. */
@Command(
        name = "activations",
        description = "every activation's formula, derivative and ranges, and the range of ∂E/∂w: derived and measured",
        mixinStandardHelpOptions = true,
        sortOptions = false)
public final class ActivationStudy implements Runnable {
    @Option(
            names = "--activations",
            paramLabel = "NAME,…",
            hideParamSyntax = true,
            split = ",",
            defaultValue = "relu,leaky-relu,tanh,sigmoid,lecun",
            description = "relu, leaky-relu, tanh, sigmoid, lecun, gelu, identity (default: ${DEFAULT-VALUE})")
    List<String> activations;

    @Mixin CommonOptions common;

    @Override
    public void run() {
        List<Activation> functions = DenseNets.activations(activations);
        try (Run run = Run.open(common)) {
            run.header();
            List<ActivationResults.Measured> measured = new ArrayList<>();
            for (Activation activation : functions) {
                measured.add(
                        new ActivationResults.Measured(
                                activation.kind(), ActivationRanges.measure(run.backend(), activation)));
            }
            ActivationResults found = new ActivationResults(ActivationRanges.POINTS, ActivationRanges.REACH, measured);
            RunFacts facts = run.facts();
            ActivationReport report = new ActivationReport(facts, found);
            System.out.print(report.console());
            run.write(facts, found, report.report());
        }
    }

    /** The report that the run wrote, from its results. */
    public static Report report(RunFacts facts, JsonObject results) {
        return new ActivationReport(facts, Json.read(results, ActivationResults.class)).report();
    }

    /** The slope a leaky ReLU has here is part of its formula. */
    static String formula(Activation activation) {
        String formula = activation.function().formula();
        return activation.function() == Elementwise.LEAKY_RELU
                ? formula.replace("a * x", activation.slope() + " * x")
                : formula;
    }
}
