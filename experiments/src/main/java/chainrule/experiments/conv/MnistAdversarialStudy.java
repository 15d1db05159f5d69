package chainrule.experiments.conv;

import chainrule.data.Dataset;
import chainrule.experiments.cli.Checks;
import chainrule.experiments.cli.CommonOptions;
import chainrule.experiments.cli.Run;
import chainrule.experiments.cli.RunFacts;
import chainrule.experiments.data.Mnist;
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

/** Exercise 2, problem B: a generator that turns one constant into an image that fools the classifier. */
@Command(
        name = "mnist-adversarial",
        description =
                "adversarial examples: a generator makes digits that a classifier predicts as any class we choose",
        footer = {
            "",
            "For every sample and class: first the generator learns the sample (mean squared error), then, behind it"
                    + " the",
            "frozen classifier, cross-entropy towards the class + λ · mean squared error. Of all images on the way"
                    + " that",
            "the classifier predicts as the class with --confidence, the one nearest to the sample is kept."
        },
        mixinStandardHelpOptions = true,
        sortOptions = false)
public final class MnistAdversarialStudy implements Runnable {
    static final AdversarialReport.Wording WORDING =
            new AdversarialReport.Wording(
                    "Adversarial examples of digits",
                    "red pixels are brighter, blue ones darker",
                    Assignment.DIGITS_READABLE);

    /** Samples are looked for among so many test images. */
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

    @Mixin ForgeryOptions forgery;

    @Mixin CommonOptions common;

    @Override
    public void run() {
        forgery.check();
        requireDigits("--samples", samples);
        requireDigits("--classes", classes);
        Mnist mnist = Mnist.load(common.data()).asImages();
        Dataset test = mnist.test();
        ModelFile file = ForgeryOptions.read(model, test, "mnist-cnn");
        try (Run run = Run.open(common)) {
            forgery.header(run, mnist.describe(), model);
            Sequential classifier = file.build(run.backend());
            Dataset first = test.first(Math.min(FIRST, test.size()));
            List<double[]> answers = Classifier.probabilities(classifier, file.preprocessing().applied(first));
            Forger forger = new Forger(run, classifier, file, forgery, common.seed());
            List<Forger.Sample> originals =
                    samples.stream().map(d -> new Forger.Sample("a " + d, d, sample(test, answers, d))).toList();
            forger.forge(originals, classes);
            AdversarialResults results = forger.results();
            RunFacts facts = run.facts();
            AdversarialReport report = new AdversarialReport(facts, results, forger.pixels());
            System.out.printf(Locale.ROOT, "%n%s%n", report.lead());
            run.write(facts, results, report.report(WORDING));
        }
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

    /** The first test image of the digit that the classifier reads rightly: an image already misread proves nothing. */
    private static double[] sample(Dataset test, List<double[]> answers, int digit) {
        for (int i = 0; i < answers.size(); i++) {
            if (test.label(i) == digit && Classifier.argMax(answers.get(i)) == digit) {
                return pixels(test, i);
            }
        }
        throw new IllegalArgumentException(
                "none of the first "
                        + answers.size()
                        + " test images is a "
                        + digit
                        + " that the classifier reads rightly");
    }

    /** One image in double precision. */
    static double[] pixels(Dataset images, int index) {
        float[] pixels = new float[images.inputShape().elements()];
        images.input(index, pixels, 0);
        double[] sample = new double[pixels.length];
        for (int j = 0; j < sample.length; j++) {
            sample[j] = pixels[j];
        }
        return sample;
    }
}
