package chainrule.experiments.conv;

import chainrule.data.ByteImages;
import chainrule.data.Dataset;
import chainrule.experiments.cli.Checks;
import chainrule.experiments.data.Mnist;
import chainrule.experiments.model.Classifier;
import chainrule.experiments.report.Assignment;
import chainrule.io.ModelFile;
import chainrule.layer.Sequential;

import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

import java.nio.file.Path;
import java.util.List;

/** Exercise 2, problem B: a generator maps a constant to an image that fools the classifier. */
@Command(
        name = "mnist-adversarial",
        description = "adversarial examples: a generator makes digits that a classifier predicts as any target class",
        footer = {
            "",
            "For every original and target class, the generator first learns to reproduce the original (mean squared",
            "error). Then the frozen classifier follows it, and the loss is the cross-entropy with the target class + λ"
                    + " ·",
            "mean squared error. The result is the image nearest to the original among those that the classifier",
            "predicts as the target class with --confidence."
        },
        sortOptions = false)
public final class MnistAdversarialStudy extends AdversarialStudy {
    /** The originals are searched for among this many test images. */
    private static final int FIRST = 200;

    @Option(
            names = "--model",
            paramLabel = "FILE",
            defaultValue = "experiments/results/mnist-cnn/model.safetensors",
            description = "the classifier to fool, as ./run mnist-cnn saves it (default: ${DEFAULT-VALUE})")
    Path model;

    @Option(
            names = "--samples",
            paramLabel = "DIGIT,…",
            split = ",",
            hideParamSyntax = true,
            defaultValue = "0,1,2,4,7",
            description =
                    "originals: the first test image of each digit that is classified correctly (default:"
                            + " ${DEFAULT-VALUE})")
    List<Integer> samples;

    @Option(
            names = "--classes",
            paramLabel = "DIGIT,…",
            split = ",",
            hideParamSyntax = true,
            defaultValue = "0,1,2,3,4,5,6,7,8,9",
            description = "target classes (default: ${DEFAULT-VALUE})")
    List<Integer> classes;

    public MnistAdversarialStudy() {
        super(
                "mnist-cnn",
                new AdversarialReport.Wording(
                        "Adversarial examples of digits",
                        "red pixels are brighter, blue ones darker",
                        Assignment.DIGITS_READABLE));
    }

    @Override
    Images load() {
        requireDigits("--samples", samples);
        requireDigits("--classes", classes);
        Mnist mnist = Mnist.load(common.data()).asImages();
        return new Images(mnist.test(), mnist.describe(), classes);
    }

    @Override
    Path model() {
        return model;
    }

    @Override
    List<TargetedAttack.Sample> originals(ByteImages test, Sequential classifier, ModelFile file) {
        Dataset first = test.first(Math.min(FIRST, test.size()));
        List<double[]> predictions = Classifier.probabilities(classifier, file.preprocessing().applied(first));
        return samples.stream()
                .map(digit -> new TargetedAttack.Sample("a " + digit, digit, original(test, predictions, digit)))
                .toList();
    }

    private static void requireDigits(String option, List<Integer> digits) {
        Checks.notEmpty(option, digits);
        Checks.distinct(option, digits);
        for (int digit : digits) {
            if (digit < 0 || digit > 9) {
                throw new IllegalArgumentException(option + " " + digit + ": expected digits from 0 to 9");
            }
        }
    }

    /** The first test image of the digit that the classifier predicts correctly. */
    private static double[] original(Dataset test, List<double[]> predictions, int digit) {
        for (int i = 0; i < predictions.size(); i++) {
            if (test.label(i) == digit && Classifier.argMax(predictions.get(i)) == digit) {
                return pixels(test, i);
            }
        }
        throw new IllegalArgumentException(
                "none of the first "
                        + predictions.size()
                        + " test images is a "
                        + digit
                        + " that the classifier predicts correctly");
    }
}
