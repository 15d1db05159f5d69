package chainrule.experiments.dense;

import chainrule.experiments.report.DivergedNet;
import chainrule.experiments.report.StudyResults;
import chainrule.layer.Activation;

import java.util.List;

/**
 * What {@link ActivationStudy} measured.
 *
 * @param inputs how many the functions were swept over
 * @param reach the sweep's largest input; its smallest is −reach
 */
record ActivationResults(int inputs, double reach, List<Measured> measured) implements StudyResults {
    /** One function, by its name on the command line. */
    record Measured(String activation, ActivationRanges ranges) {
        Activation function() {
            return Activation.named(activation);
        }
    }

    /** None: nothing is trained. */
    @Override
    public int netCount() {
        return 0;
    }

    @Override
    public List<DivergedNet> diverged() {
        return List.of();
    }
}
