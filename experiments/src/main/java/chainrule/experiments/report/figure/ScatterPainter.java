package chainrule.experiments.report.figure;

import org.jfree.chart.JFreeChart;
import org.jfree.chart.LegendItemCollection;
import org.jfree.chart.axis.NumberAxis;
import org.jfree.chart.plot.XYPlot;
import org.jfree.chart.renderer.xy.XYLineAndShapeRenderer;
import org.jfree.data.xy.DefaultXYDataset;

import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import java.util.stream.DoubleStream;
import java.util.stream.Stream;

/** Draws {@link ScatterChart}. */
final class ScatterPainter {
    private static final int LINES = 0;
    private static final int POINTS = 1;

    private ScatterPainter() {}

    static JFreeChart chart(ScatterChart chart, String title) {
        NumberAxis x = ScaleAxis.logarithmic(chart.xLabel(), scale(chart, Series::x));
        NumberAxis y = ScaleAxis.logarithmic("", scale(chart, Series::y));
        XYPlot plot = new XYPlot(new DefaultXYDataset(), x, y, null);
        Theme.plot(plot);
        Theme.axis(x);
        Theme.axis(y);
        add(plot, LINES, chart.lines(), true);
        add(plot, POINTS, chart.points(), false);
        LegendItemCollection legend = new LegendItemCollection();
        chart.lines().forEach(s -> legend.add(Theme.lineItem(s.name(), s.hue(), s.style(), false)));
        chart.points().forEach(s -> legend.add(Theme.shapeItem(s.name(), s.hue(), Theme.marker(s.hue()), true)));
        return Theme.chart(plot, title, chart.yLabel(), legend);
    }

    private static LogScale scale(ScatterChart chart, Function<Series, double[]> values) {
        DoubleStream all =
                Stream.concat(chart.lines().stream(), chart.points().stream())
                        .flatMapToDouble(s -> Arrays.stream(values.apply(s)).filter(ScatterPainter::drawable));
        return LogScale.of(all, new double[0]);
    }

    private static boolean drawable(double value) {
        return value > 0 && Double.isFinite(value);
    }

    private static void add(XYPlot plot, int index, List<Series> series, boolean lines) {
        DefaultXYDataset data = new DefaultXYDataset();
        XYLineAndShapeRenderer renderer = new XYLineAndShapeRenderer(lines, !lines);
        renderer.setDrawSeriesLineAsPath(lines);
        for (int i = 0; i < series.size(); i++) {
            Series s = series.get(i);
            data.addSeries(i, new double[][] {exponents(s.x()), exponents(s.y())});
            renderer.setSeriesPaint(i, Palette.of(s.hue()));
            renderer.setSeriesStroke(i, Theme.stroke(s.style(), 2));
            renderer.setSeriesShape(i, Theme.marker(s.hue()));
        }
        plot.setDataset(index, data);
        plot.setRenderer(index, renderer);
    }

    private static double[] exponents(double[] values) {
        return Arrays.stream(values).map(v -> drawable(v) ? Math.log10(v) : Double.NaN).toArray();
    }
}
