package chainrule.experiments.conv;

import chainrule.experiments.study.DivergedNet;
import chainrule.experiments.study.StudyResults;

import java.util.List;
import java.util.function.ToDoubleFunction;

/**
 * The results of attacks on a classifier. The means leave out pairs whose target is the true class: a correct
 * classification is no success of an attack.
 *
 * @param confidence that an adversarial example must reach to count
 * @param pairs of an original and a target that is not its true class
 * @param fooled pairs predicted as the target with at least that confidence
 * @param fooledAfterRounding the same after the pixels are rounded to 8 bits
 * @param largestChange the largest change of any pixel of any pair
 * @param originals the images that the attacks start from
 * @param all every adversarial example, including those whose target is the true class
 */
record AdversarialResults(
        double confidence,
        int pairs,
        int fooled,
        int fooledAfterRounding,
        double meanConfidence,
        double meanConfidenceAfterRounding,
        double meanSquaredError,
        double largestChange,
        double meanSsim,
        double minimumSsim,
        List<Original> originals,
        List<Example> all)
        implements StudyResults {
    /**
     * An image to start from.
     *
     * @param name "a 7"
     * @param sample its true class
     * @param predicted by the classifier
     * @param confidence of that prediction
     */
    record Original(String name, String sample, String predicted, double confidence) {}

    /**
     * An adversarial example.
     *
     * @param original index of its original in the list of originals
     * @param sample the true class
     * @param target the target class
     * @param predicted by the classifier
     * @param confidence of the target class
     * @param confidenceAfterRounding the same after the pixels are rounded to 8 bits, as an image file holds them
     * @param predictedAfterRounding by the classifier, after that
     */
    record Example(
            int original,
            String sample,
            String target,
            String predicted,
            double confidence,
            String predictedAfterRounding,
            double confidenceAfterRounding,
            double meanSquaredError,
            double l2,
            double largestChange,
            double ssim) {
        boolean attack() {
            return !sample.equals(target);
        }

        boolean fooled(double atLeast) {
            return predicted.equals(target) && confidence >= atLeast;
        }

        boolean fooledAfterRounding(double atLeast) {
            return predictedAfterRounding.equals(target) && confidenceAfterRounding >= atLeast;
        }
    }

    AdversarialResults {
        originals = List.copyOf(originals);
        all = List.copyOf(all);
    }

    static AdversarialResults of(double confidence, List<Original> originals, List<Example> all) {
        List<Example> attacks = all.stream().filter(Example::attack).toList();
        return new AdversarialResults(
                confidence,
                attacks.size(),
                (int) attacks.stream().filter(e -> e.fooled(confidence)).count(),
                (int) attacks.stream().filter(e -> e.fooledAfterRounding(confidence)).count(),
                mean(attacks, Example::confidence),
                mean(attacks, Example::confidenceAfterRounding),
                mean(attacks, Example::meanSquaredError),
                attacks.stream().mapToDouble(Example::largestChange).max().orElse(Double.NaN),
                mean(attacks, Example::ssim),
                attacks.stream().mapToDouble(Example::ssim).min().orElse(Double.NaN),
                originals,
                all);
    }

    private static double mean(List<Example> examples, ToDoubleFunction<Example> value) {
        return examples.stream().mapToDouble(value).average().orElse(Double.NaN);
    }

    /** The pairs whose target is not the true class. */
    List<Example> attacks() {
        return all.stream().filter(Example::attack).toList();
    }

    /** One generator per example. */
    @Override
    public int netCount() {
        return all.size();
    }

    @Override
    public List<DivergedNet> diverged() {
        return List.of();
    }
}
