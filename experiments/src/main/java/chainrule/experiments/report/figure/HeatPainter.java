package chainrule.experiments.report.figure;

import org.jfree.chart.JFreeChart;
import org.jfree.chart.LegendItemCollection;
import org.jfree.chart.annotations.XYTextAnnotation;
import org.jfree.chart.axis.AxisLocation;
import org.jfree.chart.axis.SymbolAxis;
import org.jfree.chart.plot.XYPlot;
import org.jfree.chart.renderer.PaintScale;
import org.jfree.chart.renderer.xy.XYBlockRenderer;
import org.jfree.chart.ui.TextAnchor;
import org.jfree.data.xy.DefaultXYZDataset;

import java.awt.Color;
import java.awt.Paint;

/** Draws {@link HeatMap}. */
final class HeatPainter {
    private static final double GAP = 0.04;

    private HeatPainter() {}

    static JFreeChart chart(HeatMap map, String title, boolean compact) {
        int rows = map.rows().size();
        int columns = map.columns().size();
        double[][] cells = new double[3][rows * columns];
        XYBlockRenderer renderer = new XYBlockRenderer();
        XYPlot plot = new XYPlot(null, axis(map.xLabel(), map.columns()), axis(null, map.rows()), renderer);
        Theme.plot(plot);
        Theme.axis(plot.getDomainAxis());
        Theme.axis(plot.getRangeAxis());
        plot.getDomainAxis().setAxisLineVisible(false);
        plot.getDomainAxis().setVerticalTickLabels(map.longNames());
        plot.getRangeAxis().setInverted(true);
        plot.setDomainAxisLocation(AxisLocation.BOTTOM_OR_LEFT);
        plot.setRangeGridlinesVisible(false);
        for (int i = 0; i < rows * columns; i++) {
            int row = i / columns;
            int column = i % columns;
            cells[0][i] = column;
            cells[1][i] = row;
            cells[2][i] = map.step(row, column);
            String text = map.text()[row][column];
            if (!text.isEmpty()) {
                XYTextAnnotation label = new XYTextAnnotation(text, column, row);
                label.setFont(Canvas.font(compact ? 11 : Theme.SMALL));
                label.setPaint(Palette.onRamp(map.step(row, column)));
                label.setTextAnchor(TextAnchor.CENTER);
                plot.addAnnotation(label);
            }
        }
        DefaultXYZDataset data = new DefaultXYZDataset();
        data.addSeries("cells", cells);
        plot.setDataset(data);
        renderer.setPaintScale(new Steps());
        renderer.setBlockWidth(1 - GAP);
        renderer.setBlockHeight(1 - GAP);
        return Theme.chart(plot, title, map.yLabel(), new LegendItemCollection());
    }

    private static SymbolAxis axis(String label, java.util.List<String> symbols) {
        SymbolAxis axis = new SymbolAxis(label, symbols.toArray(String[]::new));
        axis.setGridBandsVisible(false);
        axis.setRange(-0.5, symbols.size() - 0.5);
        return axis;
    }

    /** The palette's ramp, step by step. */
    private record Steps() implements PaintScale {
        @Override
        public double getLowerBound() {
            return 0;
        }

        @Override
        public double getUpperBound() {
            return Palette.STEPS - 1;
        }

        @Override
        public Paint getPaint(double step) {
            return Double.isNaN(step) ? new Color(0, true) : Palette.ramp((int) step);
        }
    }
}
