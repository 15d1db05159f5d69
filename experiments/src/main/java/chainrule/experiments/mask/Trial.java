package chainrule.experiments.mask;

import chainrule.data.Dataset;
import chainrule.experiments.model.Answers;
import chainrule.experiments.model.Classifier;
import chainrule.train.History;

import java.util.SortedMap;

/**
 * One net of the study and how it does on the faces held out from it.
 *
 * @param held those faces, as bytes/255
 * @param history of its training
 * @param curve the scores on the held-out faces after some epochs, taken when training was over; empty where not asked
 *     for
 * @param answers to the held-out faces, all test-time views averaged
 * @param scores of these answers
 * @param plain scores of its answers to the faces as they are
 * @param seconds it took
 */
record Trial(
        Split split,
        Dataset held,
        History history,
        SortedMap<Integer, Scores> curve,
        Answers answers,
        Scores scores,
        Scores plain,
        double seconds) {
    /** What the net says about the i-th held-out face: how probably it wears a mask. */
    double masked(int i) {
        return answers.probabilities().get(i)[1];
    }

    /** The class it is taken for, or {@link chainrule.train.metric.Argmax#NO_ANSWER}. */
    int said(int i) {
        return Classifier.argMax(answers.probabilities().get(i));
    }

    boolean right(int i) {
        return said(i) == held.label(i);
    }

    /** How sure the net is of what it says, .5 to 1. */
    double confidence(int i) {
        return Math.max(masked(i), 1 - masked(i));
    }
}
