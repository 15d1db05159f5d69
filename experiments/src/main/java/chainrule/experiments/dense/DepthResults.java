package chainrule.experiments.dense;

import chainrule.experiments.study.DivergedNet;
import chainrule.experiments.study.StudyResults;

import java.util.List;

/**
 * The results of {@link DepthStudy}.
 *
 * @param testClassCounts test images of each class
 */
record DepthResults(int[] testClassCounts, List<NetResult> nets) implements StudyResults {
    @Override
    public int netCount() {
        return nets.size();
    }

    @Override
    public List<DivergedNet> diverged() {
        return NetResult.diverged(nets, this::name);
    }

    boolean severalSeeds() {
        return nets.stream().map(NetResult::seed).distinct().count() > 1;
    }

    /** "ReLU, 40 layers, seed 5"; without the seed if there is only one. */
    String name(NetResult net) {
        return net.name() + (severalSeeds() ? ", seed " + net.seed() : "");
    }
}
