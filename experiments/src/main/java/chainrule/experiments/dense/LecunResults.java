package chainrule.experiments.dense;

import chainrule.experiments.study.DivergedNet;
import chainrule.experiments.study.StudyResults;

import java.util.List;

/**
 * The results of {@link LecunStudy}.
 *
 * @param gradientsAfter the epoch after which the gradients are captured
 * @param nets for every depth one with tanh and one with LeCun's activation
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
