package chainrule.experiments.conv;

import chainrule.backend.Scope;
import chainrule.experiments.cli.Run;
import chainrule.experiments.image.Ssim;
import chainrule.experiments.model.Classifier;
import chainrule.io.ModelFile;
import chainrule.layer.Sequential;
import chainrule.tensor.Shape;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

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

    /** Every one of these classes, beginning each time with a generator that reproduces the sample. */
    List<Pair> forge(int truth, double[] sample, List<Integer> classes) {
        List<Pair> pairs = new ArrayList<>();
        try (Scope _ = run.backend().openScope("sample " + truth)) {
            Generator generator = new Generator(classifier, file.preprocessing(), sample, seed);
            double reproduced = generator.reproduce(options.steps);
            System.out.printf(Locale.ROOT, "%s: reproduced with mean squared error %.2e%n", name(truth), reproduced);
            double[][] start = generator.weights();
            for (int wanted : classes) {
                generator.restore(start);
                Pair pair = measured(generator, truth, sample, wanted);
                System.out.printf(
                        Locale.ROOT,
                        "%s → %s: said %s with %.3f; mean squared error %.2e, largest change %.3f, SSIM %.3f%n",
                        name(truth),
                        name(wanted),
                        name(pair.said()),
                        pair.confidence(),
                        pair.meanSquaredError(),
                        pair.largestChange(),
                        pair.ssim());
                pairs.add(pair);
            }
        }
        return pairs;
    }

    private Pair measured(Generator generator, int truth, double[] sample, int wanted) {
        Generator.Forgery forgery = generator.forge(wanted, options.lambda, options.confidence, options.steps);
        double[] rounded = forgery.pixels().clone();
        for (int i = 0; i < rounded.length; i++) {
            rounded[i] = Math.round(255 * rounded[i]) / 255.0;
        }
        Shape image = file.inputShape();
        return new Pair(
                truth,
                wanted,
                Classifier.argMax(forgery.probabilities()),
                forgery.probabilities()[wanted],
                generator.probabilities(rounded)[wanted],
                forgery.error(),
                generator.distance(forgery.pixels()),
                generator.largestChange(forgery.pixels()),
                Ssim.of(sample, forgery.pixels(), image.size(0), image.size(1), image.size(2)),
                sample,
                forgery.pixels());
    }

    private String name(int label) {
        return file.classNames().get(label);
    }
}
