package chainrule.bench.statistics;

import org.apache.commons.math3.distribution.TDistribution;

import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/**
 * The size from which, or up to which, one program is faster than another: where the mean of log(base/other) over the rounds,
 * interpolated linearly over the logarithm of the size, crosses 0.
 *
 * <p>The interval comes from a bootstrap over rounds: 2,000 times, as many rounds are drawn with replacement and the crossing
 * is found again; the ends are the percentiles 2.5 and 97.5. Few rounds scatter less than the truth, so the deviation of
 * each drawn mean is widened by √(n/(n − 1)) · t/z, with the 97.5 % quantiles of Student's and the normal distribution: a mean
 * then has its t interval.
 *
 * @param kind in which direction it crosses
 * @param at the size; NaN if it does not cross
 * @param low lower end of the interval; 0 if it reaches below the smallest size, or with fewer than two rounds
 * @param high upper end of the interval; infinite if it reaches above the largest size, or with fewer than two rounds
 * @param changes how often the sign changes from size to size; the crossing is the last of several
 * @param smallest the smallest size with data
 * @param largest the largest size with data
 */
public record Crossover(Kind kind, double at, double low, double high, int changes, double smallest, double largest) {
    private static final int DRAWS = 2_000;
    private static final long SEED = 15;
    private static final double TAIL = 0.025;
    private static final double NORMAL_QUANTILE = 1.959964;

    /** How the sign of the mean log ratio runs over the sizes. */
    public enum Kind {
        /** There are no sizes. */
        UNKNOWN,
        /** At no size is the other faster. */
        NEVER,
        /** At each size the other is faster. */
        ALWAYS,
        /** The other is faster from the crossing on. */
        FROM,
        /** The other is faster up to the crossing. */
        UP_TO
    }

    /**
     * Finds the crossing.
     *
     * @param sizes ascending and positive
     * @param logRatioPerRound for each round log(base time / other time) at each size, positive where the other is faster; NaN
     *     if it was not measured
     */
    public static Crossover of(double[] sizes, double[][] logRatioPerRound) {
        int[] all = IntStream.range(0, logRatioPerRound.length).toArray();
        double[] means = means(sizes.length, logRatioPerRound, all);
        int[] known = IntStream.range(0, sizes.length).filter(j -> !Double.isNaN(means[j])).toArray();
        if (known.length == 0) {
            return new Crossover(Kind.UNKNOWN, Double.NaN, 0, Double.POSITIVE_INFINITY, 0, Double.NaN, Double.NaN);
        }
        Scan scan = Scan.of(sizes, means);
        double[] interval = interval(sizes, logRatioPerRound, means, scan.kind);
        return new Crossover(
                scan.kind,
                scan.at,
                interval[0],
                interval[1],
                scan.changes,
                sizes[known[0]],
                sizes[known[known.length - 1]]);
    }

    /** True if there is a crossing whose interval has two finite ends. */
    public boolean bounded() {
        return low > 0 && Double.isFinite(high);
    }

    private static double[] interval(double[] sizes, double[][] rounds, double[] means, Kind kind) {
        if (rounds.length < 2 || kind != Kind.FROM && kind != Kind.UP_TO) {
            return new double[] {0, Double.POSITIVE_INFINITY};
        }
        int n = rounds.length;
        double wide =
                new TDistribution(null, n - 1).inverseCumulativeProbability(1 - TAIL)
                        / NORMAL_QUANTILE
                        * Math.sqrt(n / (n - 1.0));
        SplittableRandom random = new SplittableRandom(SEED);
        double[] crossings = new double[DRAWS];
        for (int i = 0; i < DRAWS; i++) {
            double[] drawn = means(sizes.length, rounds, random.ints(n, 0, n).toArray());
            for (int j = 0; j < drawn.length; j++) {
                drawn[j] = means[j] + wide * (drawn[j] - means[j]);
            }
            crossings[i] = Scan.of(sizes, drawn).crossing(kind);
        }
        Arrays.sort(crossings);
        return new double[] {
            crossings[(int) Math.floor(TAIL * (DRAWS - 1))], crossings[(int) Math.ceil((1 - TAIL) * (DRAWS - 1))]
        };
    }

    private static double[] means(int sizes, double[][] rounds, int[] drawn) {
        double[] means = new double[sizes];
        for (int j = 0; j < sizes; j++) {
            int size = j;
            means[j] =
                    Arrays.stream(drawn)
                            .mapToDouble(i -> rounds[i][size])
                            .filter(x -> !Double.isNaN(x))
                            .average()
                            .orElse(Double.NaN);
        }
        return means;
    }

    /** One pass over the sizes, from the smallest. */
    private record Scan(Kind kind, double at, int changes) {
        static Scan of(double[] sizes, double[] means) {
            int previous = -1;
            int changes = 0;
            double at = Double.NaN;
            for (int j = 0; j < sizes.length; j++) {
                if (Double.isNaN(means[j])) {
                    continue;
                }
                if (previous >= 0 && means[previous] > 0 != means[j] > 0) {
                    double part = means[previous] / (means[previous] - means[j]);
                    at = Math.exp((1 - part) * Math.log(sizes[previous]) + part * Math.log(sizes[j]));
                    changes++;
                }
                previous = j;
            }
            if (previous < 0) {
                return new Scan(Kind.UNKNOWN, at, 0);
            }
            boolean faster = means[previous] > 0;
            Kind kind = changes == 0 ? faster ? Kind.ALWAYS : Kind.NEVER : faster ? Kind.FROM : Kind.UP_TO;
            return new Scan(kind, at, changes);
        }

        /** The crossing in the wanted direction: 0 or infinity if it is beyond the sizes. */
        double crossing(Kind wanted) {
            if (kind == wanted) {
                return at;
            }
            boolean faster = kind == Kind.ALWAYS || kind == Kind.FROM;
            if (wanted == Kind.FROM) {
                return faster ? 0 : Double.POSITIVE_INFINITY;
            }
            return faster ? Double.POSITIVE_INFINITY : 0;
        }
    }
}
