package chainrule.experiments.dense;

import chainrule.experiments.report.DivergedNet;
import chainrule.experiments.report.StudyResults;

import java.util.List;

/**
 * What {@link GradientStudy} found.
 *
 * @param testClassCounts test images of each class
 * @param nets the trained nets
 * @param before of each net, before training
 * @param after of each net, after training
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
