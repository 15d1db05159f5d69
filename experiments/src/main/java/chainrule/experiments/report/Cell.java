package chainrule.experiments.report;

import java.util.Locale;

/**
 * One cell of a {@link Table}.
 *
 * @param text what it says
 * @param reference the figure to compare it with, written small beneath, or the empty string
 * @param tone what the finding means, shown as the cell's color
 */
public record Cell(String text, String reference, Tone tone) {
    /** What a cell's color says. */
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

    /** A fraction or a loss: see {@link Numbers#decimals}. */
    public static Cell decimals(double value, int digits) {
        return of(Numbers.decimals(value, digits));
    }

    /** A magnitude with three significant digits: see {@link Numbers#magnitude}. */
    public static Cell magnitude(double value) {
        return of(Numbers.magnitude(value));
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
