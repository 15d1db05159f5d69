package chainrule.experiments.report.figure;

import org.jfree.chart.JFreeChart;
import org.jfree.chart.LegendItemCollection;
import org.jfree.chart.annotations.XYPolygonAnnotation;
import org.jfree.chart.axis.NumberAxis;
import org.jfree.chart.plot.ValueMarker;
import org.jfree.chart.plot.XYPlot;
import org.jfree.chart.renderer.xy.XYLineAndShapeRenderer;
import org.jfree.chart.ui.Layer;
import org.jfree.chart.ui.RectangleAnchor;
import org.jfree.chart.ui.RectangleInsets;
import org.jfree.chart.ui.TextAnchor;
import org.jfree.data.xy.DefaultXYDataset;

import java.awt.Color;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.stream.DoubleStream;

/** Draws {@link LineChart}. */
final class LinePainter {
    private static final int LINES = 0;
    private static final int ZEROS = 1;

    /** The opacity of a band, of 255: several bands over one another stay readable. */
    private static final int BAND_ALPHA = 46;

    private static final int LABEL_HEIGHT = 17;

    private LinePainter() {}

    static JFreeChart chart(LineChart chart, String title, boolean compact) {
        LogScale scale = LogScale.of(chart.series().stream().flatMapToDouble(LinePainter::ordinates), chart.range());
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
        addMarks(plot, chart);
        return Theme.chart(plot, title, chart.yLabel(), legend(chart, scale));
    }

    /** The points of a line and of its band. */
    private static DoubleStream ordinates(Series s) {
        DoubleStream band = DoubleStream.concat(Arrays.stream(s.low()), Arrays.stream(s.high()));
        return DoubleStream.concat(Arrays.stream(s.y()), band.filter(v -> v != 0)); // a band has no mark for zero
    }

    private static NumberAxis xAxis(LineChart chart) {
        if (chart.logX()) {
            return ScaleAxis.logarithmic(
                    chart.xLabel(),
                    chart.series().stream().flatMapToDouble(s -> Arrays.stream(s.x())).sorted().distinct().toArray());
        }
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
            data.addSeries(i, new double[][] {abscissae(chart, s), y});
            renderer.setSeriesPaint(i, Palette.of(s.hue()));
            renderer.setSeriesStroke(i, Theme.stroke(s.style(), compact ? 1.8 : 2));
            renderer.setSeriesShape(i, Theme.marker(s.hue()));
            addBand(renderer, chart, s, scale);
        }
        plot.setDataset(LINES, data);
        plot.setRenderer(LINES, renderer);
    }

    private static double[] abscissae(LineChart chart, Series s) {
        return chart.logX() ? Arrays.stream(s.x()).map(Math::log10).toArray() : s.x();
    }

    /** Shades the band of a series behind all lines, one polygon for each run of finite edges. */
    private static void addBand(XYLineAndShapeRenderer renderer, LineChart chart, Series s, LogScale scale) {
        double[] x = abscissae(chart, s);
        int from = 0;
        for (int i = 0; i <= s.low().length; i++) {
            boolean drawn = i < s.low().length && drawable(chart, s.low()[i]) && drawable(chart, s.high()[i]);
            if (drawn) {
                continue;
            }
            if (i - from > 1) {
                double[] polygon = new double[4 * (i - from)];
                for (int k = from; k < i; k++) {
                    int there = 2 * (k - from);
                    int back = polygon.length - 2 - there;
                    polygon[there] = x[k];
                    polygon[there + 1] = chart.logY() ? scale.place(s.low()[k]) : s.low()[k];
                    polygon[back] = x[k];
                    polygon[back + 1] = chart.logY() ? scale.place(s.high()[k]) : s.high()[k];
                }
                Color hue = Palette.of(s.hue());
                Color shade = new Color(hue.getRed(), hue.getGreen(), hue.getBlue(), BAND_ALPHA);
                renderer.addAnnotation(new XYPolygonAnnotation(polygon, null, null, shade), Layer.BACKGROUND);
            }
            from = i + 1;
        }
    }

    private static boolean drawable(LineChart chart, double value) {
        return Theme.drawable(value) && (!chart.logY() || value > 0);
    }

    /** Draws vertical lines; each label is one line lower than the one before, so that labels do not overlap. */
    private static void addMarks(XYPlot plot, LineChart chart) {
        double low = plot.getDomainAxis().getLowerBound();
        double high = plot.getDomainAxis().getUpperBound();
        for (int i = 0; i < chart.marks().size(); i++) {
            LineChart.Mark mark = chart.marks().get(i);
            double x = chart.logX() ? Math.log10(mark.x()) : mark.x();
            ValueMarker line = new ValueMarker(x, Palette.of(mark.hue()), Theme.stroke(Series.Style.DASHED, 1.2));
            boolean right = x < low + 0.5 * (high - low);
            line.setLabel(mark.label());
            line.setLabelFont(Canvas.font(Theme.SMALL));
            line.setLabelPaint(Palette.of(mark.hue()));
            line.setLabelBackgroundColor(new Color(0, 0, 0, 0));
            line.setLabelAnchor(right ? RectangleAnchor.BOTTOM_RIGHT : RectangleAnchor.BOTTOM_LEFT);
            line.setLabelTextAnchor(right ? TextAnchor.BOTTOM_LEFT : TextAnchor.BOTTOM_RIGHT);
            line.setLabelOffset(new RectangleInsets(0, 5, 4 + LABEL_HEIGHT * (chart.marks().size() - 1 - i), 5));
            plot.addDomainMarker(line, Layer.BACKGROUND);
        }
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
                            .mapToDouble(k -> abscissae(chart, s)[k])
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
                Layer.BACKGROUND);
    }

    private static void setLinearRange(NumberAxis y, LineChart chart) {
        double[] values =
                chart.series().stream().flatMapToDouble(LinePainter::ordinates).filter(Theme::drawable).toArray();
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
        if (chart.logX()) {
            values = Arrays.stream(values).map(Math::log10).toArray();
        }
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
