package chainrule.experiments.dense;

import chainrule.experiments.study.DivergedNet;
import chainrule.experiments.study.StudyResults;
import chainrule.layer.Activation;

import java.util.List;

/**
 * The results of {@link ActivationStudy}.
 *
 * @param inputs the number of inputs in the sweep
 * @param reach the largest input; the smallest is −reach
 */
record ActivationResults(int inputs, double reach, List<Measured> measured) implements StudyResults {
    /** One function, by its name on the command line. */
    record Measured(String activation, ActivationRanges ranges) {
        Activation function() {
            return Activation.named(activation);
        }
    }

    /** No nets are trained. */
    @Override
    public int netCount() {
        return 0;
    }

    @Override
    public List<DivergedNet> diverged() {
        return List.of();
    }
}
