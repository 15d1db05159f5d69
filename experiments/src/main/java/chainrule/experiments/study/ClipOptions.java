package chainrule.experiments.study;

import chainrule.experiments.cli.Checks;
import chainrule.train.Trainer;

import picocli.CommandLine.Option;

/** Gradient clipping, an option of every study that trains nets. */
public final class ClipOptions {
    @Option(
            names = "--clip-norm",
            order = 1,
            paramLabel = "C",
            description = "scales the gradients of a step down to this norm if theirs is larger (default: never)")
    Double norm;

    @Option(
            names = "--clip-value",
            order = 1,
            paramLabel = "C",
            description = "clamps every gradient to [−C, C], before any clipping by norm (default: never)")
    Double value;

    /** @throws IllegalArgumentException naming the option that is out of range */
    public void check() {
        if (norm != null) {
            Checks.positive("--clip-norm", norm);
        }
        if (value != null) {
            Checks.positive("--clip-value", value);
        }
    }

    /** Sets up a trainer with these options. */
    public Trainer apply(Trainer trainer) {
        if (norm != null) {
            trainer.clipNorm(norm);
        }
        if (value != null) {
            trainer.clipValue(value);
        }
        return trainer;
    }

    /** The end of a recipe's description; the empty string without clipping. */
    public String words() {
        return (value == null ? "" : ", gradients clipped to ±" + value)
                + (norm == null ? "" : ", gradients clipped to norm " + norm);
    }
}
