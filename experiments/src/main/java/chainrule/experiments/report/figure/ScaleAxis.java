package chainrule.experiments.report.figure;

import chainrule.experiments.text.Numbers;

import org.jfree.chart.axis.AxisState;
import org.jfree.chart.axis.NumberAxis;
import org.jfree.chart.axis.NumberTick;
import org.jfree.chart.ui.RectangleEdge;
import org.jfree.chart.ui.TextAnchor;

import java.awt.Graphics2D;
import java.awt.geom.Rectangle2D;
import java.util.ArrayList;
import java.util.List;

/**
 * An axis with few, round, well-spaced ticks. The data of a logarithmic axis are decimal exponents, so that it never
 * takes the logarithm of zero; its labels are the powers.
 */
final class ScaleAxis extends NumberAxis {
    private static final long serialVersionUID = 1L;
    private static final int HORIZONTAL_SPACING = 64;
    private static final int VERTICAL_SPACING = 42;
    private static final int TICK_SPACING = 40;

    private final boolean logarithmic;
    private final boolean integral;
    private final double foot;

    /** Where the ticks of a logarithmic axis are, before their logarithm; empty for powers of ten. */
    private final double[] ticks;

    private ScaleAxis(String label, boolean logarithmic, boolean integral, double foot, double... ticks) {
        super(label.isEmpty() ? null : label);
        this.logarithmic = logarithmic;
        this.integral = integral;
        this.foot = foot;
        this.ticks = ticks.clone();
        setAutoRangeIncludesZero(false);
    }

    static ScaleAxis linear(String label) {
        return new ScaleAxis(label, false, false, Double.NaN);
    }

    /** For counts such as epochs and layers. */
    static ScaleAxis counting(String label) {
        return new ScaleAxis(label, false, true, Double.NaN);
    }

    static ScaleAxis logarithmic(String label, LogScale scale) {
        ScaleAxis axis = new ScaleAxis(label, true, false, scale.foot());
        axis.setRange(scale.low(), scale.high());
        return axis;
    }

    /** A horizontal logarithmic axis with ticks at given values, ascending, as far as there is room. */
    static ScaleAxis logarithmic(String label, double[] ticks) {
        return new ScaleAxis(label, true, false, Double.NaN, ticks);
    }

    @Override
    public List<NumberTick> refreshTicks(Graphics2D g, AxisState state, Rectangle2D area, RectangleEdge edge) {
        boolean horizontal = RectangleEdge.isTopOrBottom(edge);
        double room = horizontal ? area.getWidth() / HORIZONTAL_SPACING : area.getHeight() / VERTICAL_SPACING;
        TextAnchor anchor = horizontal ? TextAnchor.TOP_CENTER : TextAnchor.CENTER_RIGHT;
        List<NumberTick> ticks = new ArrayList<>();
        List<Mark> marks =
                this.ticks.length > 0
                        ? marksAtTicks(area.getWidth())
                        : logarithmic ? logarithmicMarks(room) : linearMarks(room);
        for (Mark mark : marks) {
            String label = horizontal && reachesOut(g, mark, area, edge) ? "" : mark.label;
            ticks.add(new NumberTick(mark.at, label, anchor, TextAnchor.CENTER, 0));
        }
        return ticks;
    }

    /** True if a label at the end of the axis extends beyond the canvas. */
    private boolean reachesOut(Graphics2D g, Mark mark, Rectangle2D area, RectangleEdge edge) {
        double half = g.getFontMetrics(getTickLabelFont()).stringWidth(mark.label) / 2.0;
        return valueToJava2D(mark.at, area, edge) + half > area.getMaxX() + Theme.RIGHT_INSET;
    }

    private record Mark(double at, String label) {}

    /** Every tick, or every second, third … one, so that neighbors are far enough apart for their labels. */
    private List<Mark> marksAtTicks(double width) {
        double scale = width / getRange().getLength();
        int stride = 1;
        while (scale * leastDistance(stride) < TICK_SPACING) {
            stride++;
        }
        List<Mark> marks = new ArrayList<>();
        for (int i = 0; i < ticks.length; i += stride) {
            String label =
                    ticks[i] == Math.rint(ticks[i]) ? Numbers.count((long) ticks[i]) : Numbers.magnitude(ticks[i]);
            marks.add(new Mark(Math.log10(ticks[i]), label));
        }
        return marks;
    }

    private double leastDistance(int stride) {
        double least = Double.POSITIVE_INFINITY;
        for (int i = stride; i < ticks.length; i += stride) {
            least = Math.min(least, Math.log10(ticks[i] / ticks[i - stride]));
        }
        return least;
    }

    private List<Mark> linearMarks(double room) {
        double step = roundStep(getRange().getLength() / Math.max(2, room));
        if (integral) {
            step = Math.max(1, step);
        }
        int decimals = Math.max(0, (int) -Math.floor(Math.log10(step) + 1e-9));
        List<Mark> marks = new ArrayList<>();
        long first = (long) Math.ceil(getLowerBound() / step - 1e-9);
        long last = (long) Math.floor(getUpperBound() / step + 1e-9);
        for (long i = first; i <= last; i++) {
            marks.add(new Mark(i * step, decimal(i * step, decimals)));
        }
        return marks;
    }

    private static double roundStep(double least) {
        double power = Math.pow(10, Math.floor(Math.log10(least)));
        double digit = least / power;
        return power * (digit <= 1.1 ? 1 : digit <= 2.25 ? 2 : digit <= 5.5 ? 5 : 10);
    }

    private static String decimal(double value, int decimals) {
        if (decimals > 6 || Math.abs(value) >= 1e9) {
            return Numbers.magnitude(value);
        }
        return decimals == 0 ? Numbers.count(Math.round(value)) : Numbers.fixed(value, decimals);
    }

    private List<Mark> logarithmicMarks(double room) {
        List<Mark> marks = new ArrayList<>();
        double least = getLowerBound();
        if (!Double.isNaN(foot)) {
            marks.add(new Mark(foot, "0"));
            least = foot + 0.5 * getRange().getLength() / Math.max(2, room);
        }
        double decades = getUpperBound() - least;
        if (decades < 2.2) {
            double[] digits =
                    decades < 0.35 ? new double[] {1, 1.5, 2, 2.5, 3, 4, 5, 6, 7, 8, 9} : new double[] {1, 2, 5};
            for (int e = (int) Math.floor(least); e <= getUpperBound(); e++) {
                for (double digit : digits) {
                    addWithin(marks, least, e + Math.log10(digit), Numbers.power(digit, e));
                }
            }
        } else {
            int step = 1;
            for (int candidate : new int[] {1, 2, 3, 5, 10, 20, 50, 100}) {
                step = candidate;
                if (decades / candidate <= room + 1) {
                    break;
                }
            }
            for (int e = Math.floorDiv((int) Math.floor(least), step) * step; e <= getUpperBound(); e += step) {
                addWithin(marks, least, e, Numbers.power(1, e));
            }
        }
        return marks;
    }

    private void addWithin(List<Mark> marks, double least, double at, String label) {
        if (at >= least && at <= getUpperBound()) {
            marks.add(new Mark(at, label));
        }
    }
}
