package chainrule.experiments.report.figure;

/**
 * A chart or a grid of pictures. Its name is the name of the PNG file, its title names the content, and its caption
 * explains it.
 */
public sealed interface Figure permits Chart, PictureGrid {
    /** Lower-case letters, digits and hyphens: the PNG file is {@code name + ".png"}. */
    String name();

    /** The content in a few words. */
    String title();

    /** An explanation in a sentence or two, or the empty string. */
    String caption();

    /** The whole figure, light, with its title, as a PNG file at twice its nominal size. */
    byte[] png();

    /** True for a chart, false for a grid of pictures; for the page's template. */
    boolean chart();

    /** Checks a figure's name. */
    static String checkName(String name) {
        if (!name.matches("[a-z0-9][a-z0-9-]*")) {
            throw new IllegalArgumentException(
                    "figure name \"" + name + "\": expected lower-case letters, digits, hyphens");
        }
        return name;
    }
}
