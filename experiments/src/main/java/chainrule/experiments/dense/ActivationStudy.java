package chainrule.experiments.dense;

import chainrule.backend.Elementwise;
import chainrule.experiments.cli.CommonOptions;
import chainrule.experiments.cli.Run;
import chainrule.layer.Activation;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;

/** Exercise 1, problems A and D: the activation functions, their derivatives and the ranges of ∂E/∂w. */
@Command(
        name = "activations",
        description = "every activation's formula, derivative and ranges, and bounds of ∂E/∂w: stated and measured",
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
            SequencedMap<Activation, ActivationRanges> ranges = new LinkedHashMap<>();
            for (Activation activation : functions) {
                ranges.put(activation, ActivationRanges.measure(run.backend(), activation));
            }
            new ActivationReport(run, ranges).write();
        }
    }

    /** The slope a leaky ReLU has here is part of its formula. */
    static String formula(Activation activation) {
        String formula = activation.function().formula();
        return activation.function() == Elementwise.LEAKY_RELU
                ? formula.replace("a * x", activation.slope() + " * x")
                : formula;
    }
}
