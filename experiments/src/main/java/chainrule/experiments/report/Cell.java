package chainrule.experiments.report;

import java.util.Locale;

/**
 * One cell of a {@link Table}.
 *
 * @param text what it says
 * @param reference the figure to compare it with, written small beneath, or the empty string
 * @param tone what the finding means, shown as the cell's colour
 */
public record Cell(String text, String reference, Tone tone) {
    /** What a cell's colour says. */
    public enum Tone {
        PLAIN,
        /** As hoped for. */
        GOOD,
        /** Noticeable. */
        WARN,
        /** Failed. */
        BAD,
        /** Nothing left: a gradient of zero or near it. */
        VANISHED;

        /** The name of this tone's CSS class. */
        public String css() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    public static Cell of(String text) {
        return new Cell(text, "", Tone.PLAIN);
    }

    /** A share or a loss as tables in this field have it: no zero before the point, as in .9698. */
    public static Cell decimals(double value, int digits) {
        String text = String.format(Locale.ROOT, "%." + digits + "f", value);
        return of(text.replaceFirst("^(-?)0\\.", "$1.").replace('-', '−'));
    }

    /** A magnitude with three significant digits, in powers of ten outside [0.001, 10000). */
    public static Cell magnitude(double value) {
        double size = Math.abs(value);
        if (value == 0) {
            return of("0");
        }
        boolean plain = size >= 1e-3 && size < 1e4 || !Double.isFinite(value);
        String text = String.format(Locale.ROOT, plain ? "%.3g" : "%.2e", value);
        return of(text.replace("e-0", "e-").replace("e+0", "e").replace("e+", "e").replace('-', '−'));
    }

    /** A text that stays on one line of a narrow table: a name, an interval. */
    public static String unbroken(String text) {
        return text.replace(' ', '\u00a0');
    }

    /** The same finding beside the figure to compare it with. */
    public Cell beside(String figure) {
        return new Cell(text, figure, tone);
    }

    public Cell toned(Tone newTone) {
        return new Cell(text, reference, newTone);
    }

    public Cell good() {
        return toned(Tone.GOOD);
    }

    public Cell warn() {
        return toned(Tone.WARN);
    }

    public Cell bad() {
        return toned(Tone.BAD);
    }

    public Cell vanished() {
        return toned(Tone.VANISHED);
    }
}
