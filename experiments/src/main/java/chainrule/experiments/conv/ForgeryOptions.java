package chainrule.experiments.conv;

import chainrule.data.Dataset;
import chainrule.experiments.cli.Checks;
import chainrule.experiments.cli.Run;
import chainrule.io.ModelFile;

import picocli.CommandLine.Option;

import java.nio.file.Files;
import java.nio.file.Path;

/** How adversarial examples are made, for every data set. */
final class ForgeryOptions {
    @Option(
            names = "--lambda",
            paramLabel = "λ",
            defaultValue = "30",
            description =
                    "weight of staying near the sample; grows while the classifier is convinced, shrinks while it is "
                            + "not (default: ${DEFAULT-VALUE})")
    double lambda;

    @Option(
            names = "--confidence",
            paramLabel = "P",
            defaultValue = "0.9",
            description = "the confidence that an adversarial example must reach (default: ${DEFAULT-VALUE})")
    double confidence;

    @Option(
            names = "--steps",
            paramLabel = "N",
            defaultValue = "500",
            description = "training steps of each of the two phases (default: ${DEFAULT-VALUE})")
    int steps;

    void check() {
        Checks.atLeast("--steps", steps, 1);
        Checks.positive("--lambda", lambda);
        Checks.share("--confidence", confidence);
    }

    /** Adds the recipe to the run's facts and prints the header. */
    void header(Run run, String data, Path model) {
        run.fact("data", data)
                .fact("classifier", model)
                .fact("recipe", "Adam 0.001, " + steps + " + " + steps + " steps, λ from " + lambda)
                .header();
    }

    /**
     * A classifier for these images.
     *
     * @param study that makes such a model
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
                            + " tells apart "
                            + file.classNames()
                            + ", expected "
                            + images.classNames()
                            + " as of ./run "
                            + study);
        }
        return file;
    }
}
