package chainrule.experiments.cli;

import chainrule.train.Trainer;

import picocli.CommandLine.Option;

/** The remedies for exploding gradients, the same in every study that trains nets. */
public final class ClipOptions {
    @Option(
            names = "--clip-norm",
            paramLabel = "C",
            description = "scales the gradients of a step down to this norm where theirs is larger (default: never)")
    Double norm;

    @Option(
            names = "--clip-value",
            paramLabel = "C",
            description = "brings every gradient into [−C, C], before any clipping by norm (default: never)")
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

    /** Makes a trainer clip as the options say. */
    public Trainer apply(Trainer trainer) {
        if (norm != null) {
            trainer.clipNorm(norm);
        }
        if (value != null) {
            trainer.clipValue(value);
        }
        return trainer;
    }

    /** To go on a run's recipe with; empty for none. */
    public String words() {
        return (value == null ? "" : ", gradients clipped to ±" + value)
                + (norm == null ? "" : ", gradients clipped to norm " + norm);
    }
}
