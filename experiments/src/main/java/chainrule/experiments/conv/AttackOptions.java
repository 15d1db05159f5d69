package chainrule.experiments.conv;

import chainrule.data.Dataset;
import chainrule.experiments.cli.Checks;
import chainrule.io.ModelFile;

import picocli.CommandLine.Option;

import java.nio.file.Files;
import java.nio.file.Path;

/** The options of a targeted attack. */
final class AttackOptions {
    @Option(
            names = "--lambda",
            order = 1,
            paramLabel = "λ",
            defaultValue = "30",
            description =
                    "weight of the distance to the original; grows while the classifier predicts the target class with"
                            + " --confidence, shrinks otherwise (default: ${DEFAULT-VALUE})")
    double lambda;

    @Option(
            names = "--confidence",
            order = 1,
            paramLabel = "P",
            defaultValue = "0.9",
            description = "the confidence that an adversarial example must reach (default: ${DEFAULT-VALUE})")
    double confidence;

    @Option(
            names = "--steps",
            order = 1,
            paramLabel = "N",
            defaultValue = "500",
            description = "training steps of each of the two phases (default: ${DEFAULT-VALUE})")
    int steps;

    void check() {
        Checks.atLeast("--steps", steps, 1);
        Checks.positive("--lambda", lambda);
        Checks.fraction("--confidence", confidence);
    }

    /** The recipe, for a run's header. */
    String words() {
        return "Adam 0.001, " + steps + " + " + steps + " steps, λ from " + lambda;
    }

    /**
     * Reads a classifier for these images.
     *
     * @param study that trains such a model
     * @throws IllegalArgumentException if there is no such file, or its model is for other images or classes
     */
    static ModelFile read(Path model, Dataset images, String study) {
        if (!Files.exists(model)) {
            throw new IllegalArgumentException(
                    "--model " + model + " does not exist; make one with ./run " + study + ", or name one");
        }
        ModelFile file = ModelFile.read(model);
        if (!file.inputShape().equals(images.inputShape())) {
            throw new IllegalArgumentException(
                    "--model " + model + " takes " + file.inputShape() + ", expected " + images.inputShape());
        }
        if (!file.classNames().equals(images.classNames())) {
            throw new IllegalArgumentException(
                    "--model "
                            + model
                            + " has the classes "
                            + file.classNames()
                            + ", expected "
                            + images.classNames()
                            + ", as ./run "
                            + study
                            + " trains it");
        }
        return file;
    }
}
