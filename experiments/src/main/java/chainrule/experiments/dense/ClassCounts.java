package chainrule.experiments.dense;

import chainrule.data.Dataset;
import chainrule.experiments.text.Numbers;

import java.util.Arrays;

/**
 * The class frequencies of the test set, and the results that a constant prediction achieves.
 *
 * @param counts examples of each class
 */
record ClassCounts(int[] counts) {
    /** Standard deviations above chance that a net may reach by luck. */
    private static final double LUCK = 2;

    static int[] of(Dataset data) {
        int[] counts = new int[data.classNames().size()];
        for (int i = 0; i < data.size(); i++) {
            counts[data.label(i)]++;
        }
        return counts;
    }

    int total() {
        return Arrays.stream(counts).sum();
    }

    int mostFrequent() {
        int best = 0;
        for (int i = 1; i < counts.length; i++) {
            best = counts[i] > counts[best] ? i : best;
        }
        return best;
    }

    /** The accuracy of always predicting the most frequent class. */
    double chance() {
        return (double) counts[mostFrequent()] / total();
    }

    /** The lowest loss of a constant prediction: the entropy of the frequencies, in nats. */
    double entropy() {
        return Arrays.stream(counts)
                .filter(n -> n > 0)
                .mapToDouble(n -> -(double) n / total() * Math.log((double) n / total()))
                .sum();
    }

    /** True if a test accuracy is not significantly above chance. */
    boolean atChance(double accuracy) {
        double chance = chance();
        double deviation = Math.sqrt(chance * (1 - chance) / total());
        return chance < 1 && accuracy <= chance + LUCK * deviation;
    }

    /** A sentence about the results of a constant prediction. */
    String words() {
        return "A net that gives every image the same answer is right at best on the "
                + Numbers.count(counts[mostFrequent()])
                + " of "
                + Numbers.count(total())
                + " test images of class "
                + mostFrequent()
                + " ("
                + Numbers.decimals(chance(), 4)
                + "), at a loss of at least "
                + Numbers.decimals(entropy(), 4)
                + ", the entropy of the classes' frequencies.";
    }
}
