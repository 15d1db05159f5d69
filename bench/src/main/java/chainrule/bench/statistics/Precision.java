package chainrule.bench.statistics;

import java.util.Collection;

/** How well a ratio is known, to decide whether more rounds are needed. */
public final class Precision {
    private Precision() {}

    /** The larger half of the interval as a fraction of the ratio: high/ratio − 1. Infinite with fewer than two rounds. */
    public static double halfWidth(PairedRatio ratio) {
        return ratio.bounded() ? ratio.high() / ratio.ratio() - 1 : Double.POSITIVE_INFINITY;
    }

    /** True if each ratio is known to within ± the fraction; also if there are none. */
    public static boolean sufficient(Collection<PairedRatio> ratios, double halfWidth) {
        return ratios.stream().allMatch(ratio -> halfWidth(ratio) <= halfWidth);
    }
}
