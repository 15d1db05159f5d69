package chainrule.experiments.report.figure;

/**
 * One line of a {@link LineChart}.
 *
 * @param name legend entry of the color, such as a net's name
 * @param variant legend entry of the line's style, such as "validation", or the empty string
 * @param hue its color
 * @param style solid, dashed or dotted
 * @param x abscissae
 * @param y ordinates, of the same number; any double is allowed
 * @param low lower edge of a shaded band around the line, such as an interval's, or an empty array for none
 * @param high upper edge of the band
 */
public record Series(
        String name, String variant, Hue hue, Style style, double[] x, double[] y, double[] low, double[] high) {
    /** How a line is drawn. */
    public enum Style {
        SOLID,
        DASHED,
        DOTTED
    }

    public Series {
        if (x.length != y.length) {
            throw new IllegalArgumentException(
                    "series \"" + name + "\": " + x.length + " x values but " + y.length + " y values");
        }
        if (low.length != high.length || low.length != 0 && low.length != x.length) {
            throw new IllegalArgumentException(
                    "series \"" + name + "\": a band of " + low.length + " and " + high.length + " values");
        }
        x = x.clone();
        y = y.clone();
        low = low.clone();
        high = high.clone();
    }

    /** A line without a band. */
    public Series(String name, String variant, Hue hue, Style style, double[] x, double[] y) {
        this(name, variant, hue, style, x, y, new double[0], new double[0]);
    }

    /** A solid line through y at x = 1, 2, 3 …, for epochs and layers. */
    public static Series of(String name, Hue hue, double... y) {
        return new Series(name, "", hue, Style.SOLID, count(y.length), y);
    }

    /** A solid line through given points. */
    public static Series xy(String name, Hue hue, double[] x, double[] y) {
        return new Series(name, "", hue, Style.SOLID, x, y);
    }

    /** The same points in another style; the legend shows each style once. */
    public Series as(String newVariant, Style newStyle) {
        return new Series(name, newVariant, hue, newStyle, x, y, low, high);
    }

    /** The same line with a shaded band; where an edge is not finite, the band has a gap. */
    public Series band(double[] lower, double[] upper) {
        return new Series(name, variant, hue, style, x, y, lower, upper);
    }

    private static double[] count(int n) {
        double[] x = new double[n];
        for (int i = 0; i < n; i++) {
            x[i] = i + 1;
        }
        return x;
    }
}
