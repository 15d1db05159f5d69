package chainrule.experiments.conv;

import chainrule.data.ByteImages;
import chainrule.data.Dataset;
import chainrule.experiments.cli.Checks;
import chainrule.experiments.data.Cifar10;
import chainrule.experiments.model.Classifier;
import chainrule.experiments.report.Assignment;
import chainrule.io.ModelFile;
import chainrule.layer.Sequential;

import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;

/** Exercise 2, problem C: small changes to a photo make a classifier predict any target class. */
@Command(
        name = "cifar-adversarial",
        description = "adversarial examples: small changes to a photo make a classifier predict any target class",
        footer = {
            "",
            "The generator first learns to reproduce the photo (mean squared error). Then the frozen classifier"
                    + " follows",
            "it, and the loss is the cross-entropy with the target class + λ · mean squared error. The result is the",
            "image nearest to the photo among those that the classifier predicts as the target class with --confidence."
        },
        sortOptions = false)
public final class CifarAdversarialStudy extends AdversarialStudy {
    @Option(
            names = "--model",
            paramLabel = "FILE",
            defaultValue = "experiments/results/cifar/model.safetensors",
            description = "the classifier to fool, as ./run cifar saves it (default: ${DEFAULT-VALUE})")
    Path model;

    @Option(
            names = "--image",
            paramLabel = "N,…",
            split = ",",
            hideParamSyntax = true,
            description = "test images by number, from 0 (default: the first frog that is classified correctly)")
    List<Integer> images;

    @Option(
            names = "--classes",
            paramLabel = "NAME,…",
            split = ",",
            hideParamSyntax = true,
            description = "target classes: cat, truck, … (default: all ten)")
    List<String> classes;

    public CifarAdversarialStudy() {
        super(
                "cifar",
                new AdversarialReport.Wording(
                        "Adversarial examples of photos", "gray is no change", Assignment.CIFAR_NOISE_INVISIBLE));
    }

    @Override
    Images load() {
        Cifar10 cifar = Cifar10.load(common.data());
        List<Integer> targets = targets(cifar.test().classNames());
        if (images != null) {
            Checks.distinct("--image", images);
            for (int image : images) {
                Checks.atLeast("--image", image, 0);
                if (image >= cifar.test().size()) {
                    throw new IllegalArgumentException(
                            "--image "
                                    + image
                                    + ": expected at most "
                                    + (cifar.test().size() - 1)
                                    + ", the last test image");
                }
            }
        }
        return new Images(cifar.test(), cifar.describe(), targets);
    }

    @Override
    Path model() {
        return model;
    }

    @Override
    List<TargetedAttack.Sample> originals(ByteImages test, Sequential classifier, ModelFile file) {
        return (images == null ? List.of(firstFrog(test, classifier, file)) : images)
                .stream().map(image -> original(test, image)).toList();
    }

    private static TargetedAttack.Sample original(ByteImages test, int image) {
        int truth = test.label(image);
        return new TargetedAttack.Sample(
                "test image " + image + ", " + test.classNames().get(truth), truth, pixels(test, image));
    }

    private List<Integer> targets(List<String> names) {
        if (classes == null) {
            return IntStream.range(0, names.size()).boxed().toList();
        }
        Checks.notEmpty("--classes", classes);
        Checks.distinct("--classes", classes);
        for (String name : classes) {
            if (!names.contains(name)) {
                throw new IllegalArgumentException("--classes " + name + ": expected some of " + names);
            }
        }
        return classes.stream().map(names::indexOf).toList();
    }

    /** The first frog that the classifier predicts correctly. */
    private static int firstFrog(Dataset test, Sequential classifier, ModelFile file) {
        int frog = test.classNames().indexOf("frog");
        for (int i = 0; i < test.size(); i++) {
            if (test.label(i) == frog) {
                Dataset one = file.preprocessing().applied(test.subset("frog", new int[] {i}));
                if (Classifier.argMax(Classifier.probabilities(classifier, one).getFirst()) == frog) {
                    return i;
                }
            }
        }
        throw new IllegalArgumentException(
                "the classifier predicts no frog of the test images correctly; name an --image");
    }
}
