package chainrule.experiments.report.figure;

import org.jfree.chart.JFreeChart;
import org.jfree.chart.LegendItemCollection;
import org.jfree.chart.annotations.XYTextAnnotation;
import org.jfree.chart.axis.NumberAxis;
import org.jfree.chart.axis.SymbolAxis;
import org.jfree.chart.plot.PlotOrientation;
import org.jfree.chart.plot.ValueMarker;
import org.jfree.chart.plot.XYPlot;
import org.jfree.chart.renderer.xy.StandardXYBarPainter;
import org.jfree.chart.renderer.xy.XYBarRenderer;
import org.jfree.chart.ui.Layer;
import org.jfree.chart.ui.RectangleInsets;
import org.jfree.chart.ui.TextAnchor;
import org.jfree.data.xy.XYIntervalSeries;
import org.jfree.data.xy.XYIntervalSeriesCollection;

import java.util.Arrays;
import java.util.Locale;

/** Draws {@link BarChart} and {@link Histogram}. */
final class BarPainter {
    private BarPainter() {}

    static JFreeChart chart(BarChart chart, String title, boolean compact) {
        String[] labels = chart.bars().stream().map(BarChart.Bar::label).toArray(String[]::new);
        double[] values = chart.bars().stream().mapToDouble(BarChart.Bar::value).filter(Values::drawable).toArray();
        double high = Math.max(0, Math.max(max(values), Double.isNaN(chart.reference()) ? 0 : chart.reference()));
        double low = Math.min(0, Arrays.stream(values).min().orElse(0));
        double span = high > low ? high - low : 1;
        double margin = span * marginForValues(chart, compact);
        XYPlot plot = rows(labels, chart.valueLabel());
        plot.getRangeAxis().setRange(low < 0 ? low - margin : 0, high + margin);
        XYIntervalSeriesCollection data = new XYIntervalSeriesCollection();
        XYBarRenderer renderer = renderer();
        for (int i = 0; i < chart.bars().size(); i++) {
            BarChart.Bar bar = chart.bars().get(i);
            double value = Values.drawable(bar.value()) ? bar.value() : 0;
            XYIntervalSeries series = new XYIntervalSeries(i);
            series.add(i, i - 0.32, i + 0.32, value, Math.min(0, value), Math.max(0, value));
            data.addSeries(series);
            renderer.setSeriesPaint(i, Palette.of(bar.hue()));
            plot.addAnnotation(valueText(i, value, text(chart, bar)));
        }
        plot.setDataset(data);
        plot.setRenderer(renderer);
        LegendItemCollection legend = new LegendItemCollection();
        if (!Double.isNaN(chart.reference())) {
            plot.addRangeMarker(
                    new ValueMarker(chart.reference(), Palette.ink(), Theme.stroke(Series.Style.DASHED, 1.4)),
                    Layer.BACKGROUND);
            legend.add(Theme.lineItem(chart.referenceLabel(), Hue.GREY, Series.Style.DASHED, false));
        }
        return Theme.chart(plot, title, "", legend);
    }

    /** Which share of the bars' span must stay free beyond them for the longest value to be written there. */
    private static double marginForValues(BarChart chart, boolean compact) {
        double letter = 7.4;
        int label = chart.bars().stream().mapToInt(b -> b.label().length()).max().orElse(0);
        int value = chart.bars().stream().mapToInt(b -> text(chart, b).length()).max().orElse(0);
        double plot = chart.size(compact).width() - letter * label - 40;
        double needed = letter * (value + 2);
        return Math.clamp(needed / Math.max(1, plot - needed), 0.05, 1);
    }

    private static String text(BarChart chart, BarChart.Bar bar) {
        return String.format(Locale.ROOT, chart.valueFormat(), bar.value());
    }

    private static XYTextAnnotation valueText(int row, double value, String text) {
        XYTextAnnotation label = new XYTextAnnotation("\u00a0" + text + "\u00a0", row, value);
        label.setFont(Canvas.font(Theme.SMALL));
        label.setPaint(Palette.ink());
        label.setBackgroundPaint(Palette.surface());
        label.setTextAnchor(value < 0 ? TextAnchor.CENTER_RIGHT : TextAnchor.CENTER_LEFT);
        return label;
    }

    /** A plot whose rows, from the top, bear labels, with a value axis below. */
    static XYPlot rows(String[] labels, String valueLabel) {
        SymbolAxis rows = new SymbolAxis(null, labels);
        rows.setGridBandsVisible(false);
        rows.setInverted(true);
        rows.setRange(-0.6, labels.length - 0.4);
        NumberAxis values = ScaleAxis.linear(valueLabel);
        XYPlot plot = new XYPlot(null, rows, values, null);
        plot.setOrientation(PlotOrientation.HORIZONTAL);
        Theme.plot(plot);
        Theme.axis(rows);
        Theme.axis(values);
        rows.setTickLabelFont(Canvas.font(Theme.TEXT));
        rows.setTickLabelPaint(Palette.ink());
        rows.setTickLabelInsets(new RectangleInsets(2, 4, 2, 10));
        return plot;
    }

    private static XYBarRenderer renderer() {
        XYBarRenderer renderer = new XYBarRenderer();
        renderer.setBarPainter(new StandardXYBarPainter());
        renderer.setShadowVisible(false);
        renderer.setUseYInterval(true);
        renderer.setDrawBarOutline(false);
        return renderer;
    }

    private static double max(double[] values) {
        return Arrays.stream(values).max().orElse(0);
    }

    static JFreeChart chart(Histogram chart, String title) {
        double[] v = Arrays.stream(chart.values()).filter(Values::drawable).toArray();
        double low = Arrays.stream(v).min().orElse(0);
        double high = Arrays.stream(v).max().orElse(1);
        if (high <= low) {
            double half = Math.max(0.5, Math.abs(low) / 2);
            high = low + half;
            low = low - half;
        }
        int[] counts = new int[chart.bins()];
        double width = (high - low) / chart.bins();
        for (double x : v) {
            counts[Math.min(chart.bins() - 1, (int) ((x - low) / width))]++;
        }
        XYIntervalSeries series = new XYIntervalSeries("counts");
        for (int i = 0; i < counts.length; i++) {
            double from = low + i * width;
            series.add(from + width / 2, from, from + width, counts[i], 0, counts[i]);
        }
        XYIntervalSeriesCollection data = new XYIntervalSeriesCollection();
        data.addSeries(series);
        XYBarRenderer renderer = renderer();
        renderer.setMargin(chart.bins() > 60 ? 0 : 0.08);
        renderer.setSeriesPaint(0, Palette.of(chart.hue()));
        NumberAxis x = ScaleAxis.linear(chart.xLabel());
        NumberAxis y = ScaleAxis.counting("");
        x.setRange(low - width / 2, high + width / 2);
        y.setRange(0, Math.max(1, 1.05 * Arrays.stream(counts).max().orElse(0)));
        XYPlot plot = new XYPlot(data, x, y, renderer);
        Theme.plot(plot);
        Theme.axis(x);
        Theme.axis(y);
        LegendItemCollection legend = new LegendItemCollection();
        if (v.length < chart.values().length) {
            legend.add(Theme.remark(chart.values().length - v.length + " NaN or ∞: not drawn"));
        }
        return Theme.chart(plot, title, "count", legend);
    }
}
