package chainrule.bench.ab;

import org.apache.commons.math3.stat.descriptive.rank.Percentile;

import java.util.List;
import java.util.SequencedMap;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * The contents of results.json: two builds, in pairs of new processes.
 *
 * @param schema the version of this format
 * @param facts the machine, the software and the command
 * @param before the first build
 * @param after the second one
 * @param rows what was measured
 * @param missing what could not be measured, and why
 */
record AbResults(
        int schema,
        SequencedMap<String, Object> facts,
        String before,
        String after,
        List<Row> rows,
        List<String> missing) {
    /** The version that is written. */
    static final int SCHEMA = 2;

    /**
     * A case.
     *
     * @param name "steps mlp40 simd 1 thread"
     * @param clock "processor" for one thread, which other programs disturb less, else "elapsed"
     * @param rounds those that count
     * @param discarded rounds that were repeated because the machine changed its speed
     */
    record Row(String name, String clock, List<Round> rounds, int discarded) {
        Row {
            rounds = List.copyOf(rounds);
        }

        /** How many times as fast the second build is, in each round. */
        double[] ratios() {
            return rounds.stream().mapToDouble(Round::ratio).toArray();
        }

        /** Seconds of a step of the first build: the median over all windows. */
        double before() {
            return median(rounds.stream().flatMap(round -> round.before.stream()));
        }

        /** Seconds of a step of the second build: the median over all windows. */
        double after() {
            return median(rounds.stream().flatMap(round -> round.after.stream()));
        }
    }

    /**
     * A pair of new processes. Windows with the same index ran one after the other.
     *
     * @param before seconds of a step or call of the first build, in each window
     * @param after the same of the second build
     */
    record Round(List<Double> before, List<Double> after) {
        Round {
            before = List.copyOf(before);
            after = List.copyOf(after);
        }

        /**
         * The median over the windows of the ratio of two neighbors. A virtual machine may switch between two speeds several
         * times in a second: neighbors mostly have the same one.
         */
        double ratio() {
            return median(
                    IntStream.range(0, Math.min(before.size(), after.size()))
                            .mapToObj(i -> before.get(i) / after.get(i)));
        }
    }

    /** The median; NaN of nothing. */
    private static double median(Stream<Double> values) {
        double[] sorted = values.mapToDouble(Double::doubleValue).sorted().toArray();
        return new Percentile(50).withEstimationType(Percentile.EstimationType.R_7).evaluate(sorted);
    }
}
