package chainrule.bench.statistics;

import java.util.ArrayList;
import java.util.List;

/** The outcome of a comparison. */
public enum Verdict {
    /** Faster than the base. */
    FASTER("faster"),
    /** Slower than the base. */
    SLOWER("slower"),
    /** The whole interval lies within the threshold: no difference that matters. */
    SAME("same"),
    /** The rounds are too few or too noisy to tell. */
    UNDECIDED("undecided");

    /** Differences below 1 % do not count. */
    public static final double THRESHOLD = 0.01;

    /** The accepted fraction of false discoveries. */
    public static final double FALSE_DISCOVERIES = 0.05;

    private final String word;

    Verdict(String word) {
        this.word = word;
    }

    /** The verdict as a word of a sentence: "faster". */
    public String word() {
        return word;
    }

    /** True for faster and slower. */
    public boolean different() {
        return this == FASTER || this == SLOWER;
    }

    /**
     * Judges one row.
     *
     * @param significant whether the row is one of the {@link Discoveries} of its table
     * @param threshold the interval of a different row has no ratio between 1/(1 + threshold) and 1 + threshold
     */
    public static Verdict of(PairedRatio ratio, boolean significant, double threshold) {
        double most = 1 + threshold;
        if (significant && ratio.low() > most) {
            return FASTER;
        }
        if (significant && ratio.high() < 1 / most) {
            return SLOWER;
        }
        return ratio.low() >= 1 / most && ratio.high() <= most ? SAME : UNDECIDED;
    }

    /** Judges all rows of a table with the given threshold and at most 5 % false discoveries. */
    public static List<Verdict> of(List<PairedRatio> rows, double threshold) {
        boolean[] significant =
                Discoveries.significant(rows.stream().mapToDouble(PairedRatio::pValue).toArray(), FALSE_DISCOVERIES);
        List<Verdict> verdicts = new ArrayList<>();
        for (int i = 0; i < significant.length; i++) {
            verdicts.add(of(rows.get(i), significant[i], threshold));
        }
        return verdicts;
    }
}
