package chainrule.experiments.conv;

import chainrule.backend.Scope;
import chainrule.data.Dataset;
import chainrule.data.Preprocessing;
import chainrule.experiments.cli.Checks;
import chainrule.experiments.cli.CommonOptions;
import chainrule.experiments.cli.Run;
import chainrule.experiments.cli.StudyInterrupted;
import chainrule.experiments.data.Mnist;
import chainrule.experiments.image.Ssim;
import chainrule.experiments.model.Classifier;
import chainrule.io.ModelFile;
import chainrule.layer.Sequential;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.SequencedMap;

/** Exercise 2, problem B: a generator that turns one constant into an image that fools the classifier. */
@Command(
        name = "mnist-adversarial",
        description =
                "a generator with one constant input learns digits that a classifier takes for any class we choose",
        footer = {
            "",
            "For every sample and class: first the generator learns the sample (mean squared error), then, behind it"
                    + " the",
            "frozen classifier, cross-entropy towards the class + λ · mean squared error. Of all images on the way"
                    + " that",
            "the classifier takes for the class with --confidence, the one nearest to the sample is kept."
        },
        mixinStandardHelpOptions = true,
        sortOptions = false)
public final class AdversarialStudy implements Runnable {
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
                    "digits to forge: the first test image of each that is read rightly (default: ${DEFAULT-VALUE})")
    List<Integer> samples;

    @Option(
            names = "--classes",
            paramLabel = "DIGIT,…",
            split = ",",
            hideParamSyntax = true,
            defaultValue = "0,1,2,3,4,5,6,7,8,9",
            description = "what the classifier is to say (default: ${DEFAULT-VALUE})")
    List<Integer> classes;

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
            description = "how sure the classifier must be (default: ${DEFAULT-VALUE})")
    double confidence;

    @Option(
            names = "--steps",
            paramLabel = "N",
            defaultValue = "500",
            description = "training steps of each of the two phases (default: ${DEFAULT-VALUE})")
    int steps;

    @Mixin CommonOptions common;

    /**
     * One sample made to be taken for one class.
     *
     * @param digit what a person sees
     * @param wanted the class aimed at
     * @param said the class the classifier says
     * @param confidence of the class aimed at
     * @param ssim structural similarity with the sample
     */
    record Pair(
            int digit,
            int wanted,
            int said,
            double confidence,
            double meanSquaredError,
            double distance,
            double largestChange,
            double ssim,
            double[] sample,
            double[] pixels) {
        boolean fooled(double atLeast) {
            return said == wanted && confidence >= atLeast;
        }
    }

    @Override
    public void run() {
        Checks.atLeast("--steps", steps, 1);
        Checks.positive("--lambda", lambda);
        Checks.share("--confidence", confidence);
        requireDigits("--samples", samples);
        requireDigits("--classes", classes);
        if (!Files.exists(model)) {
            throw new IllegalArgumentException(
                    "--model " + model + " does not exist; make one with ./run mnist-cnn, or name one");
        }
        ModelFile file = ModelFile.read(model);
        Mnist mnist = Mnist.load(common.data()).asImages();
        if (!file.inputShape().equals(mnist.test().inputShape())) {
            throw new IllegalArgumentException(
                    "--model " + model + " takes " + file.inputShape() + ", expected " + mnist.test().inputShape());
        }
        if (!file.preprocessing().equals(Preprocessing.none(1))
                || !file.classNames().equals(mnist.test().classNames())) {
            throw new IllegalArgumentException(
                    "--model " + model + " does not tell the ten digits apart by their bare pixels, as mnist-cnn's do");
        }
        try (Run run = Run.open(common)) {
            run.fact("data", mnist.describe())
                    .fact("classifier", model)
                    .fact("recipe", "Adam 0.001, " + steps + " + " + steps + " steps, λ from " + lambda)
                    .header();
            Sequential classifier = file.build(run.backend());
            List<double[]> answers =
                    Classifier.probabilities(classifier, mnist.test().first(Math.min(200, mnist.test().size())));
            List<Pair> pairs = new ArrayList<>();
            try {
                for (int digit : samples) {
                    forge(run, classifier, digit, sample(mnist.test(), answers, digit), pairs);
                }
            } catch (StudyInterrupted stopped) {
                if (pairs.isEmpty()) {
                    throw stopped;
                }
            }
            new AdversarialReport(run, confidence, pairs).write();
        }
    }

    private static void requireDigits(String option, List<Integer> digits) {
        Checks.notEmpty(option, digits);
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
                float[] pixels = new float[test.inputShape().elements()];
                test.input(i, pixels, 0);
                double[] sample = new double[pixels.length];
                for (int j = 0; j < sample.length; j++) {
                    sample[j] = pixels[j];
                }
                return sample;
            }
        }
        throw new IllegalArgumentException(
                "none of the first "
                        + answers.size()
                        + " test images is a "
                        + digit
                        + " that the classifier reads rightly");
    }

    /** Adds the pairs of one sample, each as soon as it is done. */
    private void forge(Run run, Sequential classifier, int digit, double[] sample, List<Pair> pairs) {
        try (Scope _ = run.backend().openScope("sample " + digit)) {
            Generator generator = new Generator(classifier, sample, common.seed());
            Forgeries forgeries = Forgeries.begin(run.checkpoints("forgeries " + digit), settings(run, sample));
            double[][] start = null;
            for (int wanted : classes) {
                Generator.Forgery forgery = forgeries.done(wanted);
                if (forgery == null) {
                    if (start == null) {
                        System.out.printf(
                                Locale.ROOT,
                                "%d: reproduced with mean squared error %.2e%n",
                                digit,
                                generator.reproduce(steps));
                        start = generator.weights();
                    }
                    generator.restore(start);
                    forgery = generator.forge(wanted, lambda, confidence, steps);
                    forgeries.add(wanted, forgery);
                }
                pairs.add(pair(generator, forgery, digit, wanted, sample));
                run.requireUninterrupted();
            }
        }
    }

    private Pair pair(Generator generator, Generator.Forgery forgery, int digit, int wanted, double[] sample) {
        Pair pair =
                new Pair(
                        digit,
                        wanted,
                        Classifier.argMax(forgery.probabilities()),
                        forgery.probabilities()[wanted],
                        forgery.error(),
                        generator.distance(forgery.pixels()),
                        generator.largestChange(forgery.pixels()),
                        Ssim.of(sample, forgery.pixels(), 28, 28, 1),
                        sample,
                        forgery.pixels());
        System.out.printf(
                Locale.ROOT,
                "%d → %d: said %d with %.3f; mean squared error %.2e, largest change %.2f, SSIM %.3f%n",
                digit,
                wanted,
                pair.said(),
                pair.confidence(),
                pair.meanSquaredError(),
                pair.largestChange(),
                pair.ssim());
        return pair;
    }

    /** What a forgery's bits depend on. */
    private SequencedMap<String, String> settings(Run run, double[] sample) {
        SequencedMap<String, String> settings = new LinkedHashMap<>();
        settings.put("backend", run.backend().name());
        settings.put("seed", Long.toString(common.seed()));
        settings.put("--steps", Integer.toString(steps));
        settings.put("--lambda", Double.toString(lambda));
        settings.put("--confidence", Double.toString(confidence));
        settings.put("sample", Integer.toHexString(Arrays.hashCode(sample)));
        settings.put("classifier", model.toString());
        return settings;
    }
}
