package chainrule.experiments.report.figure;

import org.jfree.chart.JFreeChart;
import org.jfree.chart.LegendItemCollection;
import org.jfree.chart.axis.NumberAxis;
import org.jfree.chart.plot.ValueMarker;
import org.jfree.chart.plot.XYPlot;
import org.jfree.chart.renderer.xy.XYLineAndShapeRenderer;
import org.jfree.data.xy.DefaultXYDataset;

import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.Set;

/** Draws {@link LineChart}. */
final class LinePainter {
    private static final int LINES = 0;
    private static final int ZEROS = 1;

    private LinePainter() {}

    static JFreeChart chart(LineChart chart, String title, boolean compact) {
        LogScale scale = LogScale.of(chart.series().stream().flatMapToDouble(s -> Arrays.stream(s.y())), chart.range());
        NumberAxis y = chart.logY() ? ScaleAxis.logarithmic("", scale) : ScaleAxis.linear("");
        NumberAxis x = xAxis(chart);
        XYPlot plot = new XYPlot(new DefaultXYDataset(), x, y, null);
        Theme.plot(plot);
        Theme.axis(x);
        Theme.axis(y);
        addLines(plot, chart, scale, compact);
        if (chart.logY() && scale.zeros()) {
            addZeros(plot, chart, scale);
        }
        if (!chart.logY()) {
            setLinearRange(y, chart);
        }
        setXRange(x, chart);
        return Theme.chart(plot, title, chart.yLabel(), legend(chart, scale));
    }

    private static NumberAxis xAxis(LineChart chart) {
        boolean integral =
                chart.series().stream().flatMapToDouble(s -> Arrays.stream(s.x())).allMatch(v -> v == Math.rint(v));
        return integral ? ScaleAxis.counting(chart.xLabel()) : ScaleAxis.linear(chart.xLabel());
    }

    private static void addLines(XYPlot plot, LineChart chart, LogScale scale, boolean compact) {
        DefaultXYDataset data = new DefaultXYDataset();
        XYLineAndShapeRenderer renderer = new MarkedWhereNotZero(chart);
        renderer.setDrawSeriesLineAsPath(true);
        for (int i = 0; i < chart.series().size(); i++) {
            Series s = chart.series().get(i);
            double[] y =
                    Arrays.stream(s.y())
                            .map(v -> chart.logY() ? scale.place(v) : Theme.drawable(v) ? v : Double.NaN)
                            .toArray();
            data.addSeries(i, new double[][] {s.x(), y});
            renderer.setSeriesPaint(i, Palette.of(s.hue()));
            renderer.setSeriesStroke(i, Theme.stroke(s.style(), compact ? 1.8 : 2));
            renderer.setSeriesShape(i, Theme.marker(s.hue()));
        }
        plot.setDataset(LINES, data);
        plot.setRenderer(LINES, renderer);
    }

    /** Marks isolated points, but not the zeros of a logarithmic axis, which have crosses. */
    private static final class MarkedWhereNotZero extends XYLineAndShapeRenderer {
        private static final long serialVersionUID = 1L;
        private final transient LineChart chart;

        MarkedWhereNotZero(LineChart chart) {
            super(true, chart.markers());
            this.chart = chart;
        }

        @Override
        public boolean getItemShapeVisible(int series, int item) {
            double[] y = chart.series().get(series).y();
            boolean cross = chart.logY() && y[item] == 0;
            boolean alone =
                    (item == 0 || !Double.isFinite(y[item - 1]))
                            && (item == y.length - 1 || !Double.isFinite(y[item + 1]));
            return !cross && (chart.markers() || alone);
        }
    }

    /** Draws a cross for every zero, on a dotted line at the foot of the axis. */
    private static void addZeros(XYPlot plot, LineChart chart, LogScale scale) {
        DefaultXYDataset data = new DefaultXYDataset();
        XYLineAndShapeRenderer renderer = new XYLineAndShapeRenderer(false, true);
        renderer.setDrawOutlines(true);
        for (int i = 0; i < chart.series().size(); i++) {
            Series s = chart.series().get(i);
            double[] x =
                    java.util.stream.IntStream.range(0, s.y().length)
                            .filter(k -> s.y()[k] == 0)
                            .mapToDouble(k -> s.x()[k])
                            .toArray();
            double[] y = new double[x.length];
            Arrays.fill(y, scale.foot());
            data.addSeries(i, new double[][] {x, y});
            renderer.setSeriesPaint(i, Palette.of(s.hue()));
            renderer.setSeriesShape(i, Theme.cross());
            renderer.setSeriesShapesFilled(i, false);
            renderer.setSeriesOutlineStroke(i, Theme.stroke(1.8));
            renderer.setSeriesStroke(i, Theme.stroke(1.8));
        }
        plot.setDataset(ZEROS, data);
        plot.setRenderer(ZEROS, renderer);
        plot.addRangeMarker(
                new ValueMarker(scale.foot(), Palette.axis(), Theme.stroke(Series.Style.DOTTED, 1.2)),
                org.jfree.chart.ui.Layer.BACKGROUND);
    }

    private static void setLinearRange(NumberAxis y, LineChart chart) {
        double[] values =
                chart.series().stream().flatMapToDouble(s -> Arrays.stream(s.y())).filter(Theme::drawable).toArray();
        double low = Arrays.stream(values).min().orElse(0);
        double high = Arrays.stream(values).max().orElse(1);
        double margin = high > low ? 0.04 * (high - low) : Math.max(1e-9, 0.05 * Math.abs(high));
        if (chart.range().length == 2) {
            y.setRange(chart.range()[0], chart.range()[1]);
        } else {
            y.setRange(low - margin, high + margin);
        }
    }

    private static void setXRange(NumberAxis x, LineChart chart) {
        double[] values =
                chart.xRange().length == 2
                        ? chart.xRange()
                        : chart.series().stream().flatMapToDouble(s -> Arrays.stream(s.x())).toArray();
        double low = Arrays.stream(values).min().orElse(0);
        double high = Arrays.stream(values).max().orElse(1);
        double margin = high > low ? (chart.markers() ? 0.02 : 0.005) * (high - low) : 0.5;
        x.setRange(low - margin, high + margin);
    }

    private static LegendItemCollection legend(LineChart chart, LogScale scale) {
        LegendItemCollection legend = new LegendItemCollection();
        Set<String> variants = new LinkedHashSet<>();
        Set<String> named = new LinkedHashSet<>();
        chart.series().forEach(s -> variants.add(s.variant()));
        boolean stylesApart = variants.size() > 1;
        for (Series s : chart.series()) {
            if (named.add(s.name() + '\0' + s.hue() + (stylesApart ? "" : s.style()))) {
                Series.Style style = stylesApart ? Series.Style.SOLID : s.style();
                legend.add(Theme.lineItem(s.name(), s.hue(), style, chart.markers()));
            }
        }
        if (stylesApart) {
            Set<String> done = new LinkedHashSet<>();
            chart.series().stream()
                    .filter(s -> !s.variant().isEmpty() && done.add(s.variant()))
                    .forEach(s -> legend.add(Theme.lineItem(s.variant(), Hue.GREY, s.style(), false)));
        }
        if (chart.logY() && scale.zeros()) {
            legend.add(Theme.shapeItem("0 (vanished)", Hue.GREY, Theme.cross(), false));
        }
        long undrawn =
                chart.series().stream()
                        .flatMapToDouble(s -> Arrays.stream(s.y()))
                        .filter(v -> chart.logY() ? !(v >= 0 && Double.isFinite(v)) : !Theme.drawable(v))
                        .count();
        if (undrawn > 0) {
            legend.add(
                    Theme.remark(undrawn + (chart.logY() ? " NaN, ∞ or negative: not drawn" : " NaN or ∞: not drawn")));
        }
        return legend;
    }
}
