package chainrule.experiments.conv;

import chainrule.data.ByteImages;
import chainrule.data.Dataset;
import chainrule.experiments.cli.Checks;
import chainrule.experiments.cli.CommonOptions;
import chainrule.experiments.cli.Run;
import chainrule.experiments.cli.RunFacts;
import chainrule.experiments.data.Cifar10;
import chainrule.experiments.model.Classifier;
import chainrule.experiments.report.Assignment;
import chainrule.io.ModelFile;
import chainrule.layer.Sequential;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;

/** Exercise 2, problem C: small changes to a photo make a classifier predict any class we choose. */
@Command(
        name = "cifar-adversarial",
        description = "adversarial examples: small changes to a photo make a classifier predict any target class",
        footer = {
            "",
            "First the generator learns the photo (mean squared error), then, behind it the frozen classifier,",
            "cross-entropy towards the class + λ · mean squared error. Of all images on the way that the classifier",
            "predicts as the class with --confidence, the one nearest to the photo is kept."
        },
        mixinStandardHelpOptions = true,
        sortOptions = false)
public final class CifarAdversarialStudy implements Runnable {
    static final AdversarialReport.Wording WORDING =
            new AdversarialReport.Wording(
                    "Adversarial examples of photos", "gray is no change", Assignment.CIFAR_NOISE_INVISIBLE);

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

    @Mixin ForgeryOptions forgery;

    @Mixin CommonOptions common;

    @Override
    public void run() {
        forgery.check();
        Cifar10 cifar = Cifar10.load(common.data());
        ByteImages test = cifar.test();
        List<Integer> wanted = labels(test.classNames());
        if (images != null) {
            Checks.distinct("--image", images);
        }
        for (int image : images == null ? List.<Integer>of() : images) {
            Checks.atLeast("--image", image, 0);
            if (image >= test.size()) {
                throw new IllegalArgumentException(
                        "--image " + image + ": expected at most " + (test.size() - 1) + ", the last test image");
            }
        }
        ModelFile file = ForgeryOptions.read(model, test, "cifar");
        try (Run run = Run.open(common)) {
            forgery.header(run, cifar.describe(), model);
            Sequential classifier = file.build(run.backend());
            Forger forger = new Forger(run, classifier, file, forgery, common.seed());
            List<Forger.Sample> originals =
                    (images == null ? List.of(firstFrog(classifier, file, test)) : images)
                            .stream().map(image -> sample(test, image)).toList();
            forger.forge(originals, wanted);
            AdversarialResults results = forger.results();
            RunFacts facts = run.facts();
            AdversarialReport report = new AdversarialReport(facts, results, forger.pixels());
            System.out.printf(Locale.ROOT, "%n%s%n", report.lead());
            run.write(facts, results, report.report(WORDING));
        }
    }

    private static Forger.Sample sample(ByteImages test, int image) {
        int truth = test.label(image);
        return new Forger.Sample(
                "test image " + image + ", " + test.classNames().get(truth),
                truth,
                MnistAdversarialStudy.pixels(test, image));
    }

    private List<Integer> labels(List<String> names) {
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

    /** An image already misread proves nothing. */
    private static int firstFrog(Sequential classifier, ModelFile file, Dataset test) {
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
                "the classifier takes no frog of the test images for a frog; name an --image");
    }
}
