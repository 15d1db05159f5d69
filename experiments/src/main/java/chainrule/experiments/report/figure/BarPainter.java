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

/** Draws {@link BarChart}. */
final class BarPainter {
    private BarPainter() {}

    static JFreeChart chart(BarChart chart, String title, boolean compact) {
        String[] labels = chart.bars().stream().map(BarChart.Bar::label).toArray(String[]::new);
        double[] values = chart.bars().stream().mapToDouble(BarChart.Bar::value).filter(Theme::drawable).toArray();
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
            double value = Theme.drawable(bar.value()) ? bar.value() : 0;
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

    /** The margin that the longest value needs beyond the bars, as a fraction of their span. */
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

    /** A plot with labeled rows, from the top, and a value axis below. */
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
}
