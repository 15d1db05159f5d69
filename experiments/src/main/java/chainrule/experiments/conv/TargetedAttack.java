package chainrule.experiments.conv;

import chainrule.backend.Scope;
import chainrule.experiments.conv.AdversarialResults.Example;
import chainrule.experiments.conv.AdversarialResults.Original;
import chainrule.experiments.image.Ssim;
import chainrule.experiments.model.Classifier;
import chainrule.experiments.study.Run;
import chainrule.experiments.study.StudyInterrupted;
import chainrule.io.ModelFile;
import chainrule.layer.Sequential;
import chainrule.tensor.Shape;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.SequencedMap;

/** Makes adversarial examples of images and measures them. */
final class TargetedAttack {
    private final Run run;
    private final Sequential classifier;
    private final ModelFile file;
    private final AttackOptions options;
    private final long seed;
    private final List<Original> originals = new ArrayList<>();
    private final List<Example> examples = new ArrayList<>();
    private final List<double[]> originalPixels = new ArrayList<>();
    private final List<double[]> examplePixels = new ArrayList<>();

    TargetedAttack(Run run, Sequential classifier, ModelFile file, AttackOptions options, long seed) {
        this.run = run;
        this.classifier = classifier;
        this.file = file;
        this.options = options;
        this.seed = seed;
    }

    /**
     * An image to start from.
     *
     * @param name "a 7"
     * @param truth its true class
     * @param pixels in [0, 1]
     */
    record Sample(String name, int truth, double[] pixels) {}

    /**
     * Makes an adversarial example of every sample for every target class. An interruption keeps the finished ones.
     *
     * @throws StudyInterrupted if a signal stops the run before the first one
     */
    void run(List<Sample> samples, List<Integer> targets) {
        run.untilInterrupted(examples, () -> samples.forEach(sample -> attack(sample, targets)));
    }

    AdversarialResults results() {
        return AdversarialResults.of(options.confidence, originals, examples);
    }

    AdversarialReport.Pixels pixels() {
        return new AdversarialReport.Pixels(file.inputShape(), originalPixels, examplePixels);
    }

    /**
     * Every attack starts from a generator that reproduces the sample. Examples that an interrupted run has finished
     * are kept.
     */
    private void attack(Sample sample, List<Integer> targets) {
        try (Scope _ = run.backend().openScope(sample.name())) {
            Generator generator = new Generator(classifier, file.preprocessing(), sample.pixels(), seed);
            AdversarialExamples done =
                    AdversarialExamples.begin(
                            run.checkpoints("examples of " + sample.name()),
                            settings(generator, sample.pixels()),
                            sample.pixels().length,
                            file.classNames().size());
            add(sample, generator.probabilities(sample.pixels()));
            double[][] start = null;
            for (int target : targets) {
                Generator.AdversarialExample found = done.of(target);
                if (found == null) {
                    if (start == null) {
                        start = reproduced(generator, sample.truth());
                    }
                    generator.restore(start);
                    found = generator.attack(target, options.lambda, options.confidence, options.steps);
                    done.add(target, found);
                }
                Example example = measured(generator, found, sample, target);
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
                examplePixels.add(found.pixels());
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

    /** Everything that the bits of an adversarial example depend on. */
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

    private Example measured(Generator generator, Generator.AdversarialExample found, Sample sample, int target) {
        double[] rounded = found.pixels().clone();
        for (int i = 0; i < rounded.length; i++) {
            rounded[i] = Math.round(255 * rounded[i]) / 255.0;
        }
        double[] afterRounding = generator.probabilities(rounded);
        Shape image = file.inputShape();
        return new Example(
                originals.size() - 1,
                name(sample.truth()),
                name(target),
                name(Classifier.argMax(found.probabilities())),
                found.probabilities()[target],
                name(Classifier.argMax(afterRounding)),
                afterRounding[target],
                found.error(),
                generator.distance(found.pixels()),
                generator.largestChange(found.pixels()),
                Ssim.of(sample.pixels(), found.pixels(), image.size(0), image.size(1), image.size(2)));
    }

    private String name(int label) {
        return Classifier.name(file.classNames(), label);
    }
}
