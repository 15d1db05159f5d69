package chainrule.experiments.report.figure;

import org.jfree.chart.JFreeChart;
import org.jfree.chart.LegendItemCollection;
import org.jfree.chart.annotations.XYLineAnnotation;
import org.jfree.chart.plot.XYPlot;
import org.jfree.chart.renderer.xy.XYLineAndShapeRenderer;
import org.jfree.data.xy.DefaultXYDataset;

import java.awt.Shape;
import java.awt.geom.Ellipse2D;
import java.awt.geom.Rectangle2D;
import java.util.Arrays;

/** Draws {@link StripPlot}. */
final class StripPainter {
    private static final double DOTS = -0.16;
    private static final double SUMMARY = 0.27;

    private StripPainter() {}

    static JFreeChart chart(StripPlot chart, String title) {
        String[] labels = chart.groups().stream().map(StripPlot.Group::label).toArray(String[]::new);
        XYPlot plot = BarPainter.rows(labels, chart.valueLabel());
        DefaultXYDataset runs = new DefaultXYDataset();
        DefaultXYDataset means = new DefaultXYDataset();
        XYLineAndShapeRenderer runDots = new XYLineAndShapeRenderer(false, true);
        XYLineAndShapeRenderer meanBars = new XYLineAndShapeRenderer(false, true);
        runDots.setDrawOutlines(true);
        runDots.setUseOutlinePaint(true);
        for (int i = 0; i < chart.groups().size(); i++) {
            StripPlot.Group group = chart.groups().get(i);
            double[] values = group.finite();
            runs.addSeries(i, new double[][] {scattered(i, values), values});
            runDots.setSeriesPaint(i, Palette.of(group.hue()));
            runDots.setSeriesOutlinePaint(i, Palette.surface());
            runDots.setSeriesOutlineStroke(i, Theme.stroke(1.2));
            runDots.setSeriesShape(i, dot());
            double mean = group.mean();
            means.addSeries(i, new double[][] {{i + SUMMARY}, {mean}});
            meanBars.setSeriesPaint(i, Palette.of(group.hue()));
            meanBars.setSeriesShape(i, bar());
            double deviation = group.deviation();
            if (Double.isFinite(deviation)) {
                plot.addAnnotation(
                        new XYLineAnnotation(
                                i + SUMMARY,
                                mean - deviation,
                                i + SUMMARY,
                                mean + deviation,
                                Theme.stroke(2.2),
                                Palette.of(group.hue())));
            }
        }
        plot.setDataset(0, runs);
        plot.setRenderer(0, runDots);
        plot.setDataset(1, means);
        plot.setRenderer(1, meanBars);
        setRange(plot, chart);
        return Theme.chart(plot, title, "", legend(chart));
    }

    /** Vertical positions of the dots, alternating so that dots of equal runs do not overlap. */
    private static double[] scattered(int row, double[] values) {
        double[] offsets = {0, -0.17, 0.17, -0.085, 0.085};
        double[] y = new double[values.length];
        for (int i = 0; i < y.length; i++) {
            y[i] = row + DOTS + offsets[i % offsets.length];
        }
        return y;
    }

    private static void setRange(XYPlot plot, StripPlot chart) {
        double[] ends =
                chart.groups().stream()
                        .flatMapToDouble(
                                g -> {
                                    double spread = Double.isFinite(g.deviation()) ? g.deviation() : 0;
                                    return Arrays.stream(
                                            new double[] {
                                                Arrays.stream(g.finite()).min().orElse(Double.NaN),
                                                Arrays.stream(g.finite()).max().orElse(Double.NaN),
                                                g.mean() - spread,
                                                g.mean() + spread
                                            });
                                })
                        .filter(Double::isFinite)
                        .toArray();
        double low = Arrays.stream(ends).min().orElse(0);
        double high = Arrays.stream(ends).max().orElse(1);
        double margin = high > low ? 0.05 * (high - low) : Math.max(1e-9, 0.05 * Math.abs(high));
        plot.getRangeAxis().setRange(low - margin, high + margin);
    }

    private static Shape dot() {
        return new Ellipse2D.Double(-4.5, -4.5, 9, 9);
    }

    private static Shape bar() {
        return new Rectangle2D.Double(-1.5, -7, 3, 14);
    }

    private static LegendItemCollection legend(StripPlot chart) {
        LegendItemCollection legend = new LegendItemCollection();
        legend.add(Theme.shapeItem("one run", Hue.GREY, dot(), true));
        legend.add(Theme.shapeItem("mean", Hue.GREY, bar(), true));
        legend.add(Theme.lineItem("± one standard deviation", Hue.GREY, Series.Style.SOLID, false));
        long lost = chart.groups().stream().mapToLong(g -> g.runs().length - g.finite().length).sum();
        if (lost > 0) {
            legend.add(Theme.remark(lost + " NaN or ∞: not drawn"));
        }
        return legend;
    }
}
