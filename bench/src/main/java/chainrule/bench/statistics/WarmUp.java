package chainrule.bench.statistics;

import java.util.Collections;
import java.util.List;

/** Decides when a program runs at its final speed: code is compiled, caches and pools are filled. */
public final class WarmUp {
    private static final int WINDOWS = 3;
    private static final double AGREEMENT = 0.02;

    private WarmUp() {}

    /**
     * True if the last three windows agree: the largest is at most 2 % above the smallest.
     *
     * @param windows times or rates of successive windows, all positive
     */
    public static boolean warm(List<Double> windows) {
        if (windows.size() < WINDOWS) {
            return false;
        }
        List<Double> last = windows.subList(windows.size() - WINDOWS, windows.size());
        double least = Collections.min(last);
        return least > 0 && Collections.max(last) <= (1 + AGREEMENT) * least;
    }
}
