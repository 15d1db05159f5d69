package chainrule.experiments.report.figure;

import java.util.regex.Pattern;

/**
 * Something to look at: a chart or a grid of pictures. Its name is the name of the PNG file, its title says what is shown,
 * and its caption what to see in it.
 */
public sealed interface Figure permits Chart, PictureGrid {
    /** Lower-case letters, digits and hyphens: the PNG file is {@code name + ".png"}. */
    String name();

    /** What is shown, in a few words. */
    String title();

    /** What to see in it: a sentence or two, or the empty string. */
    String caption();

    /** The whole figure, light, with its title, as a PNG file at twice its nominal size. */
    byte[] png();

    /** True for a chart, false for a grid of pictures: what the page's template asks. */
    boolean chart();

    /** Checks a figure's name. */
    static String checkName(String name) {
        if (!Names.VALID.matcher(name).matches()) {
            throw new IllegalArgumentException(
                    "figure name \"" + name + "\": expected lower-case letters, digits, hyphens");
        }
        return name;
    }

    /** Holds the pattern, which an interface could only hold publicly. */
    final class Names {
        private static final Pattern VALID = Pattern.compile("[a-z0-9][a-z0-9-]*");

        private Names() {}
    }
}
