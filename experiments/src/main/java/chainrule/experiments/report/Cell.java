package chainrule.experiments.report;

import chainrule.experiments.text.Numbers;

import java.util.Locale;

/**
 * One cell of a {@link Table}.
 *
 * @param text its content
 * @param reference a value to compare with, in small print below; or the empty string
 * @param tone the color of the cell
 */
public record Cell(String text, String reference, Tone tone) {
    /** The meaning of a cell's color. */
    public enum Tone {
        PLAIN,
        /** A success. */
        GOOD,
        /** A warning. */
        WARN,
        /** A failure. */
        BAD,
        /** A gradient at or near zero. */
        VANISHED;

        /** The CSS class. */
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

    /** A text without line breaks, such as a name or an interval. */
    public static String unbroken(String text) {
        return text.replace(' ', '\u00a0');
    }

    /** This cell with a value to compare with. */
    public Cell withReference(String value) {
        return new Cell(text, value, tone);
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
