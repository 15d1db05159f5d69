package chainrule.experiments.conv;

import chainrule.backend.Scope;
import chainrule.experiments.cli.Run;
import chainrule.experiments.cli.StudyInterrupted;
import chainrule.experiments.conv.AdversarialResults.Example;
import chainrule.experiments.conv.AdversarialResults.Original;
import chainrule.experiments.image.Ssim;
import chainrule.experiments.model.Classifier;
import chainrule.io.ModelFile;
import chainrule.layer.Sequential;
import chainrule.tensor.Shape;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.SequencedMap;

/** Makes adversarial examples of samples and measures them. */
final class Forger {
    private final Run run;
    private final Sequential classifier;
    private final ModelFile file;
    private final ForgeryOptions options;
    private final long seed;
    private final List<Original> originals = new ArrayList<>();
    private final List<Example> examples = new ArrayList<>();
    private final List<double[]> originalPixels = new ArrayList<>();
    private final List<double[]> examplePixels = new ArrayList<>();

    Forger(Run run, Sequential classifier, ModelFile file, ForgeryOptions options, long seed) {
        this.run = run;
        this.classifier = classifier;
        this.file = file;
        this.options = options;
        this.seed = seed;
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
     * Makes an adversarial example of every sample for every class; if a signal interrupts, those up to then.
     *
     * @throws StudyInterrupted if a signal came before the first one was done
     */
    void forge(List<Sample> samples, List<Integer> classes) {
        try {
            for (Sample sample : samples) {
                forge(sample, classes);
            }
        } catch (StudyInterrupted stopped) {
            if (examples.isEmpty()) {
                throw stopped;
            }
        }
    }

    AdversarialResults results() {
        return AdversarialResults.of(options.confidence, originals, examples);
    }

    AdversarialReport.Pixels pixels() {
        return new AdversarialReport.Pixels(file.inputShape(), originalPixels, examplePixels);
    }

    /**
     * Begins each time with a generator that reproduces the sample. What an interrupted run had finished is taken over.
     */
    private void forge(Sample sample, List<Integer> classes) {
        try (Scope _ = run.backend().openScope(sample.name())) {
            Generator generator = new Generator(classifier, file.preprocessing(), sample.pixels(), seed);
            Forgeries done =
                    Forgeries.begin(
                            run.checkpoints("forgeries of " + sample.name()),
                            settings(generator, sample.pixels()),
                            sample.pixels().length,
                            file.classNames().size());
            add(sample, generator.probabilities(sample.pixels()));
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
                Example example = measured(generator, forgery, sample, wanted);
                System.out.printf(
                        Locale.ROOT,
                        "%s → target %s: predicted %s; confidence %.3f, mean squared error %.2e, largest change %.3f,"
                                + " SSIM %.3f%n",
                        example.sample(),
                        example.target(),
                        example.predicted(),
                        example.confidence(),
                        example.meanSquaredError(),
                        example.largestChange(),
                        example.ssim());
                examples.add(example);
                examplePixels.add(forgery.pixels());
                run.requireUninterrupted();
            }
        }
    }

    private void add(Sample sample, double[] probabilities) {
        int predicted = Classifier.argMax(probabilities);
        originals.add(new Original(sample.name(), name(sample.truth()), name(predicted), probabilities[predicted]));
        originalPixels.add(sample.pixels());
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

    private Example measured(Generator generator, Generator.Forgery forgery, Sample sample, int target) {
        double[] rounded = forgery.pixels().clone();
        for (int i = 0; i < rounded.length; i++) {
            rounded[i] = Math.round(255 * rounded[i]) / 255.0;
        }
        double[] afterRounding = generator.probabilities(rounded);
        Shape image = file.inputShape();
        return new Example(
                originals.size() - 1,
                name(sample.truth()),
                name(target),
                name(Classifier.argMax(forgery.probabilities())),
                forgery.probabilities()[target],
                name(Classifier.argMax(afterRounding)),
                afterRounding[target],
                forgery.error(),
                generator.distance(forgery.pixels()),
                generator.largestChange(forgery.pixels()),
                Ssim.of(sample.pixels(), forgery.pixels(), image.size(0), image.size(1), image.size(2)));
    }

    private String name(int label) {
        return Classifier.name(file.classNames(), label);
    }
}
