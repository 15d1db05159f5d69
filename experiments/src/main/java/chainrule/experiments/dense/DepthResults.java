package chainrule.experiments.dense;

import chainrule.experiments.report.DivergedNet;
import chainrule.experiments.report.StudyResults;

import java.util.List;

/**
 * What {@link DepthStudy} found.
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

    /** "ReLU, 40 layers, seed 5"; without the seed where there is only one. */
    String name(NetResult net) {
        return net.name() + (severalSeeds() ? ", seed " + net.seed() : "");
    }
}
