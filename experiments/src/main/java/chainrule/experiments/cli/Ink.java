package chainrule.experiments.cli;

import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.Help.Ansi.IStyle;
import picocli.CommandLine.Help.Ansi.Style;

/** Colors text on a terminal; in files and pipes, and if NO_COLOR is set, the text stays plain. */
public enum Ink {
    /** The heading of a list. */
    HEADING(Style.bold),
    /** As expected. */
    GOOD(Style.fg_green),
    /** A warning. */
    NOTABLE(Style.fg_yellow),
    /** Wrong or missing. */
    BAD(Style.fg_red),
    /** A remark. */
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
     * Breaks a text between words into lines of at most {@code width} characters. All lines but the first start with
     * the indent, which counts towards the width.
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
