package chainrule.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * A run set against an earlier one, measurement by measurement. A change counts where the medians differ by more than
 * noise: one and a half times the spread of both runs' iterations, √(a² + b²) of their quartile distances, and at least 3
 * percent. For iterations that scatter normally that is some five standard errors of the difference, which leaves room for
 * what differs from one start of the JVM to the next.
 *
 * @param rows what both measured
 * @param missing how many of the new measurements the earlier run does not have
 */
record Comparison(List<Row> rows, int missing) {
    private static final double LEAST = 0.03;
    private static final double SPREADS = 1.5;

    /** When a difference counts, in words. */
    static String rule() {
        return String.format(
                Locale.ROOT,
                "A difference counts if the medians differ by more than %.1f times √(a² + b²), where a and b are the"
                        + " interquartile ranges of the two measurements as fractions of their medians, and by at least"
                        + " %.0f %%.",
                SPREADS,
                100 * LEAST);
    }

    /** What happened to a time. */
    enum Verdict {
        FASTER,
        SLOWER,
        SAME
    }

    /** One measurement, before and after. */
    record Row(Measurement before, Measurement after) {
        /** The time's relative change: −0.2 for a fifth less. */
        double change() {
            return after.median() / before.median() - 1;
        }

        /** The least relative change that counts. */
        double noise() {
            return Math.max(LEAST, SPREADS * Math.hypot(before.spread(), after.spread()));
        }

        Verdict verdict() {
            // A ratio and its inverse are judged alike.
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
