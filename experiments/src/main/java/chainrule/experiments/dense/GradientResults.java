package chainrule.experiments.dense;

import chainrule.experiments.study.DivergedNet;
import chainrule.experiments.study.StudyResults;

import java.util.List;

/**
 * The results of {@link GradientStudy}.
 *
 * @param testClassCounts test images of each class
 * @param nets the trained nets
 * @param before the gradients of each net before training
 * @param after the gradients of each net after training
 */
record GradientResults(
        int[] testClassCounts, List<NetResult> nets, List<LayerGradients> before, List<LayerGradients> after)
        implements StudyResults {
    @Override
    public int netCount() {
        return nets.size();
    }

    @Override
    public List<DivergedNet> diverged() {
        return NetResult.diverged(nets, NetResult::name);
    }
}
