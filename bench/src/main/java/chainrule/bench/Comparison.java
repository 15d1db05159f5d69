package chainrule.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * A run compared with an earlier one, measurement by measurement. A change counts if the medians differ by more than
 * noise: one and a half times the spread of both runs' iterations, √(a² + b²) of their interquartile ranges, and at
 * least 3 percent. For normally distributed iterations this is about five standard errors of the difference, which
 * leaves room for the differences between two starts of the JVM.
 *
 * @param rows the measurements that both runs have
 * @param missing the number of new measurements that the earlier run does not have
 */
record Comparison(List<Row> rows, int missing) {
    private static final double LEAST = 0.03;
    private static final double SPREADS = 1.5;

    /** The rule for when a difference counts, in words. */
    static String rule() {
        return String.format(
                Locale.ROOT,
                "A difference counts if the medians differ by more than %.1f times √(a² + b²), where a and b are the"
                        + " interquartile ranges of the two measurements as fractions of their medians, and by at least"
                        + " %.0f %%.",
                SPREADS,
                100 * LEAST);
    }

    /** The change of a time. */
    enum Verdict {
        FASTER,
        SLOWER,
        SAME
    }

    /** One measurement, before and after. */
    record Row(Measurement before, Measurement after) {
        /** The relative change of the time: −0.2 for a fifth less. */
        double change() {
            return after.median() / before.median() - 1;
        }

        /** The smallest relative change that counts. */
        double noise() {
            return Math.max(LEAST, SPREADS * Math.hypot(before.spread(), after.spread()));
        }

        Verdict verdict() {
            // A ratio and its inverse give the same verdict.
            double size = Math.max(after.median(), before.median()) / Math.min(after.median(), before.median()) - 1;
            return size <= noise() ? Verdict.SAME : change() < 0 ? Verdict.FASTER : Verdict.SLOWER;
        }
    }

    static Comparison of(List<Measurement> before, List<Measurement> after) {
        List<Row> rows = new ArrayList<>();
        for (Measurement m : after) {
            before.stream().filter(m::sameAs).findFirst().ifPresent(b -> rows.add(new Row(b, m)));
        }
        return new Comparison(List.copyOf(rows), after.size() - rows.size());
    }

    /** "2 faster, 1 slower, 17 within noise". */
    String summary() {
        return count(Verdict.FASTER)
                + " faster, "
                + count(Verdict.SLOWER)
                + " slower, "
                + count(Verdict.SAME)
                + " within noise"
                + (missing == 0 ? "" : ", " + missing + " not in the earlier result");
    }

    private long count(Verdict verdict) {
        return rows.stream().filter(r -> r.verdict() == verdict).count();
    }
}
