package chainrule.experiments.cli;

import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.Help.Ansi.IStyle;
import picocli.CommandLine.Help.Ansi.Style;

/** Colours on a terminal that has them; in files and pipes, and where NO_COLOR is set, the bare text. */
public enum Ink {
    /** What a list is about. */
    HEADING(Style.bold),
    /** As it should be. */
    GOOD(Style.fg_green),
    /** Worth a look. */
    NOTABLE(Style.fg_yellow),
    /** Wrong or not there. */
    BAD(Style.fg_red),
    /** By the way. */
    FAINT(Style.faint);

    private final IStyle style;

    Ink(IStyle style) {
        this.style = style;
    }

    public String on(String text) {
        return on(text, Ansi.AUTO.enabled());
    }

    String on(String text, boolean terminal) {
        return terminal ? style.on() + text + Style.reset.on() : text;
    }

    /**
     * Breaks a text into lines of at most {@code width} letters, between words; the second and later ones begin with the
     * indent, which counts.
     */
    public static String wrap(String text, int width, int indent) {
        StringBuilder lines = new StringBuilder();
        int column = indent;
        for (String word : text.split(" ")) {
            if (column > indent && column + 1 + word.length() > width) {
                lines.append('\n').append(" ".repeat(indent));
                column = indent;
            } else if (column > indent) {
                lines.append(' ');
                column++;
            }
            lines.append(word);
            column += word.length();
        }
        return lines.toString();
    }
}
