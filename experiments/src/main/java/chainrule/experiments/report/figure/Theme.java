package chainrule.experiments.report.figure;

import org.jfree.chart.JFreeChart;
import org.jfree.chart.LegendItem;
import org.jfree.chart.LegendItemCollection;
import org.jfree.chart.axis.Axis;
import org.jfree.chart.axis.AxisLocation;
import org.jfree.chart.block.BlockBorder;
import org.jfree.chart.block.ColumnArrangement;
import org.jfree.chart.block.FlowArrangement;
import org.jfree.chart.plot.Plot;
import org.jfree.chart.plot.XYPlot;
import org.jfree.chart.title.LegendTitle;
import org.jfree.chart.title.TextTitle;
import org.jfree.chart.ui.HorizontalAlignment;
import org.jfree.chart.ui.RectangleEdge;
import org.jfree.chart.ui.RectangleInsets;
import org.jfree.chart.ui.VerticalAlignment;

import java.awt.BasicStroke;
import java.awt.Shape;
import java.awt.Stroke;
import java.awt.geom.AffineTransform;
import java.awt.geom.Ellipse2D;
import java.awt.geom.Line2D;
import java.awt.geom.Path2D;
import java.awt.geom.Rectangle2D;

/** The look of all charts: hairline grid, no frame, and the label of the y axis above the plot, horizontal. */
final class Theme {
    static final double TEXT = 13;
    static final double SMALL = 12;
    static final double RIGHT_INSET = 14;

    /** The margin around a larger value is no longer finite. */
    private static final double GREATEST = 1e300;

    private Theme() {}

    /** False for NaN, infinity and values near infinity, which a linear axis cannot show. */
    static boolean drawable(double value) {
        return Math.abs(value) <= GREATEST;
    }

    static Stroke stroke(double width) {
        return new BasicStroke((float) width, BasicStroke.CAP_ROUND, BasicStroke.JOIN_ROUND);
    }

    static Stroke stroke(Series.Style style, double width) {
        float[] dash =
                switch (style) {
                    case SOLID -> null;
                    case DASHED -> new float[] {6, 4};
                    case DOTTED -> new float[] {1.5f, 4};
                };
        return new BasicStroke((float) width, BasicStroke.CAP_BUTT, BasicStroke.JOIN_ROUND, 1, dash, 0);
    }

    /** The marker of a hue. */
    static Shape marker(Hue hue) {
        double r = 3;
        return switch (hue) {
            case BLUE, BROWN, GREY -> new Ellipse2D.Double(-r, -r, 2 * r, 2 * r);
            case ORANGE, PINK -> new Rectangle2D.Double(-r + .2, -r + .2, 2 * r - .4, 2 * r - .4);
            case GREEN, GOLD -> polygon(3, r + 1, -90);
            case RED, CYAN -> polygon(4, r + .9, 0);
            case PURPLE -> polygon(3, r + 1, 90);
        };
    }

    /** The mark of a zero on a logarithmic axis. */
    static Shape cross() {
        Path2D cross = new Path2D.Double();
        cross.append(new Line2D.Double(-3.5, -3.5, 3.5, 3.5), false);
        cross.append(new Line2D.Double(-3.5, 3.5, 3.5, -3.5), false);
        return cross;
    }

    private static Shape polygon(int corners, double radius, double turn) {
        Path2D path = new Path2D.Double();
        for (int i = 0; i < corners; i++) {
            double angle = Math.toRadians(turn + 360.0 * i / corners);
            double x = radius * Math.cos(angle);
            double y = radius * Math.sin(angle);
            if (i == 0) {
                path.moveTo(x, y);
            } else {
                path.lineTo(x, y);
            }
        }
        path.closePath();
        return path;
    }

    static LegendItem lineItem(String label, Hue hue, Series.Style style, boolean marked) {
        LegendItem item =
                new LegendItem(
                        label,
                        null,
                        null,
                        null,
                        marked,
                        AffineTransform.getTranslateInstance(0, 0).createTransformedShape(marker(hue)),
                        true,
                        Palette.of(hue),
                        false,
                        Palette.of(hue),
                        stroke(1),
                        true,
                        new Line2D.Double(-12, 0, 12, 0),
                        stroke(style, 2.2),
                        Palette.of(hue));
        return lettered(item);
    }

    static LegendItem shapeItem(String label, Hue hue, Shape shape, boolean filled) {
        LegendItem item =
                new LegendItem(
                        label,
                        null,
                        null,
                        null,
                        true,
                        shape,
                        filled,
                        Palette.of(hue),
                        !filled,
                        Palette.of(hue),
                        stroke(1.8),
                        false,
                        new Line2D.Double(),
                        stroke(1),
                        Palette.of(hue));
        return lettered(item);
    }

    /** A remark in the legend without a symbol. */
    static LegendItem remark(String label) {
        LegendItem item = shapeItem(label, Hue.GREY, new Rectangle2D.Double(0, 0, 0, 0), true);
        item.setLabelPaint(Palette.muted());
        return item;
    }

    private static LegendItem lettered(LegendItem item) {
        item.setLabelPaint(Palette.ink());
        return item;
    }

    static void axis(Axis axis) {
        axis.setLabelFont(Canvas.font(TEXT));
        axis.setLabelPaint(Palette.muted());
        axis.setTickLabelFont(Canvas.font(SMALL));
        axis.setTickLabelPaint(Palette.muted());
        axis.setAxisLinePaint(Palette.axis());
        axis.setAxisLineStroke(stroke(1));
        axis.setTickMarksVisible(false);
        axis.setTickLabelInsets(new RectangleInsets(4, 4, 2, 6));
        axis.setLabelInsets(new RectangleInsets(6, 0, 0, 0));
    }

    static void plot(XYPlot plot) {
        plot.setBackgroundPaint(null);
        plot.setOutlineVisible(false);
        plot.setInsets(new RectangleInsets(4, 2, 4, RIGHT_INSET));
        plot.setNoDataMessage("no data");
        plot.setNoDataMessageFont(Canvas.font(TEXT));
        plot.setNoDataMessagePaint(Palette.muted());
        plot.setDomainGridlinesVisible(false);
        plot.setRangeGridlinePaint(Palette.grid());
        plot.setRangeGridlineStroke(stroke(1));
        plot.setRangeAxisLocation(AxisLocation.BOTTOM_OR_LEFT);
        plot.getRangeAxis().setAxisLineVisible(false);
        plot.setAxisOffset(RectangleInsets.ZERO_INSETS);
    }

    /**
     * Assembles a chart.
     *
     * @param title drawn above, or null
     * @param yLabel drawn above the plot's left end, or the empty string
     */
    static JFreeChart chart(Plot plot, String title, String yLabel, LegendItemCollection legend) {
        JFreeChart chart = new JFreeChart(null, Canvas.font(TEXT), plot, false);
        chart.setBackgroundPaint(null);
        chart.setPadding(new RectangleInsets(2, 2, 2, 2));
        if (title != null) {
            TextTitle heading = heading(title, 8);
            heading.setFont(Canvas.semiBold(16));
            heading.setPaint(Palette.ink());
            chart.addSubtitle(heading);
        }
        if (legend.getItemCount() > 0) {
            LegendTitle box =
                    new LegendTitle(
                            () -> legend,
                            new FlowArrangement(HorizontalAlignment.LEFT, VerticalAlignment.CENTER, 14, 2),
                            new ColumnArrangement());
            box.setPosition(RectangleEdge.TOP);
            box.setHorizontalAlignment(HorizontalAlignment.LEFT);
            box.setFrame(BlockBorder.NONE);
            box.setItemFont(Canvas.font(TEXT));
            box.setItemLabelPadding(new RectangleInsets(2, 3, 2, 4));
            box.setPadding(new RectangleInsets(2, 4, 6, 4));
            box.setBackgroundPaint(null);
            chart.addSubtitle(box);
        }
        if (!yLabel.isEmpty()) {
            chart.addSubtitle(heading(yLabel, 6));
        }
        return chart;
    }

    private static TextTitle heading(String text, double below) {
        TextTitle title = new TextTitle(text, Canvas.font(TEXT));
        title.setPaint(Palette.muted());
        title.setPosition(RectangleEdge.TOP);
        title.setHorizontalAlignment(HorizontalAlignment.LEFT);
        title.setTextAlignment(HorizontalAlignment.LEFT);
        title.setPadding(new RectangleInsets(2, 6, below, 4));
        return title;
    }
}
