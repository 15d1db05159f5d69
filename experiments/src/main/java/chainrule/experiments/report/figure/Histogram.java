package chainrule.experiments.report.figure;

/**
 * How often values fall into each of equally wide bins between their least and their greatest. Values that are not
 * finite are left out and counted in the legend.
 */
public record Histogram(String name, String title, String caption, String xLabel, int bins, Hue hue, double[] values)
        implements Chart {
    public Histogram {
        Figure.checkName(name);
        if (bins < 1) {
            throw new IllegalArgumentException("histogram " + name + ": " + bins + " bins, expected at least 1");
        }
        values = values.clone();
    }
}
