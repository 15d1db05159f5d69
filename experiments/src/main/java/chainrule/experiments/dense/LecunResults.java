package chainrule.experiments.dense;

import chainrule.experiments.report.DivergedNet;
import chainrule.experiments.report.StudyResults;

import java.util.List;

/**
 * What {@link LecunStudy} found.
 *
 * @param gradientsAfter the epoch after which gradients were captured
 * @param nets for every depth tanh's and LeCun's
 * @param gradients max|g| of every layer's weights, for each net
 */
record LecunResults(int gradientsAfter, List<NetResult> nets, List<WeightGradients> gradients) implements StudyResults {
    @Override
    public int netCount() {
        return nets.size();
    }

    @Override
    public List<DivergedNet> diverged() {
        return NetResult.diverged(nets, NetResult::name);
    }
}
