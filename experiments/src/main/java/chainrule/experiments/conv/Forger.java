package chainrule.experiments.conv;

import chainrule.backend.Scope;
import chainrule.experiments.cli.Run;
import chainrule.experiments.cli.StudyInterrupted;
import chainrule.experiments.image.Ssim;
import chainrule.experiments.model.Classifier;
import chainrule.io.ModelFile;
import chainrule.layer.Sequential;
import chainrule.tensor.Shape;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.SequencedMap;

/** Makes samples that a classifier takes for any class we choose, and measures how well that went. */
final class Forger {
    private final Run run;
    private final Sequential classifier;
    private final ModelFile file;
    private final ForgeryOptions options;
    private final long seed;

    Forger(Run run, Sequential classifier, ModelFile file, ForgeryOptions options, long seed) {
        this.run = run;
        this.classifier = classifier;
        this.file = file;
        this.options = options;
        this.seed = seed;
    }

    /**
     * One sample made to be taken for one class.
     *
     * @param truth the class a person sees
     * @param wanted the class aimed at
     * @param said the class the classifier says
     * @param confidence of the class aimed at
     * @param inBytes the same after the image was rounded to 256 levels, as a picture file holds it
     * @param ssim structural similarity with the sample
     */
    record Pair(
            int truth,
            int wanted,
            int said,
            double confidence,
            double inBytes,
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

    /**
     * An image to begin with.
     *
     * @param name "a 7"
     * @param truth the class a person sees
     * @param pixels in [0, 1]
     */
    record Sample(String name, int truth, double[] pixels) {}

    /**
     * Adds a pair of every sample and class to the report; if a signal interrupts, those that are done by then.
     *
     * @throws StudyInterrupted if a signal came before the first pair was done
     */
    void forge(List<Sample> samples, List<Integer> classes, AdversarialReport report) {
        try {
            for (Sample sample : samples) {
                forge(sample, classes, report.sample(sample.name()));
            }
        } catch (StudyInterrupted stopped) {
            if (report.isEmpty()) {
                throw stopped;
            }
        }
    }

    /**
     * Begins each time with a generator that reproduces the sample. What an interrupted run had finished is taken over.
     */
    private void forge(Sample sample, List<Integer> classes, List<Pair> pairs) {
        try (Scope _ = run.backend().openScope(sample.name())) {
            Generator generator = new Generator(classifier, file.preprocessing(), sample.pixels(), seed);
            Forgeries done =
                    Forgeries.begin(
                            run.checkpoints("forgeries of " + sample.name()),
                            settings(generator, sample.pixels()),
                            sample.pixels().length,
                            file.classNames().size());
            double[][] start = null;
            for (int wanted : classes) {
                Generator.Forgery forgery = done.of(wanted);
                if (forgery == null) {
                    if (start == null) {
                        start = reproduced(generator, sample.truth());
                    }
                    generator.restore(start);
                    forgery = generator.forge(wanted, options.lambda, options.confidence, options.steps);
                    done.add(wanted, forgery);
                }
                Pair pair = measured(generator, forgery, sample, wanted);
                System.out.printf(
                        Locale.ROOT,
                        "%s → %s: said %s with %.3f; mean squared error %.2e, largest change %.3f, SSIM %.3f%n",
                        name(sample.truth()),
                        name(wanted),
                        Classifier.name(file.classNames(), pair.said()),
                        pair.confidence(),
                        pair.meanSquaredError(),
                        pair.largestChange(),
                        pair.ssim());
                pairs.add(pair);
                run.requireUninterrupted();
            }
        }
    }

    /** Trains the generator to reproduce the sample; returns its weights. */
    private double[][] reproduced(Generator generator, int truth) {
        double error = generator.reproduce(options.steps);
        System.out.printf(Locale.ROOT, "%s: reproduced with mean squared error %.2e%n", name(truth), error);
        return generator.weights();
    }

    /** What a forgery's bits depend on. */
    private SequencedMap<String, String> settings(Generator generator, double[] sample) {
        SequencedMap<String, String> settings = new LinkedHashMap<>();
        settings.put("backend", run.backend().name());
        settings.put("seed", Long.toString(seed));
        settings.put("--steps", Integer.toString(options.steps));
        settings.put("--lambda", Double.toString(options.lambda));
        settings.put("--confidence", Double.toString(options.confidence));
        settings.put("the sample", Integer.toHexString(Arrays.hashCode(sample)));
        settings.put("the classifier's answer to it", Arrays.toString(generator.probabilities(sample)));
        return settings;
    }

    private Pair measured(Generator generator, Generator.Forgery forgery, Sample sample, int wanted) {
        double[] rounded = forgery.pixels().clone();
        for (int i = 0; i < rounded.length; i++) {
            rounded[i] = Math.round(255 * rounded[i]) / 255.0;
        }
        Shape image = file.inputShape();
        return new Pair(
                sample.truth(),
                wanted,
                Classifier.argMax(forgery.probabilities()),
                forgery.probabilities()[wanted],
                generator.probabilities(rounded)[wanted],
                forgery.error(),
                generator.distance(forgery.pixels()),
                generator.largestChange(forgery.pixels()),
                Ssim.of(sample.pixels(), forgery.pixels(), image.size(0), image.size(1), image.size(2)),
                sample.pixels(),
                forgery.pixels());
    }

    private String name(int label) {
        return file.classNames().get(label);
    }
}
