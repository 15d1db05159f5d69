package chainrule.experiments.report.figure;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Lines over a common x axis: learning curves, gradients per layer, functions.
 *
 * <p>A logarithmic x axis is labeled at the abscissae of the points, as far as there is room.
 *
 * <p>Values that are not finite leave a gap. On a logarithmic axis a cross at the foot of the axis marks a zero,
 * labeled "0 (vanished)", and negative values leave a gap. The legend counts the values that are not drawn.
 *
 * @param logX true for a logarithmic x axis; all abscissae must be positive
 * @param logY true for a logarithmic y axis
 * @param markers true to mark every point
 * @param range limits of the y axis, or an empty array to fit the data
 * @param xRange limits of the x axis, or an empty array to fit the data
 * @param series the lines
 * @param marks vertical lines
 */
public record LineChart(
        String name,
        String title,
        String caption,
        String xLabel,
        String yLabel,
        boolean logX,
        boolean logY,
        boolean markers,
        double[] range,
        double[] xRange,
        List<Series> series,
        List<Mark> marks)
        implements Chart {
    /** A vertical line at an abscissa, such as where two lines cross, with a short label. */
    public record Mark(double x, String label, Hue hue) {}

    public LineChart {
        Figure.checkName(name);
        range = range.clone();
        xRange = xRange.clone();
        series = List.copyOf(series);
        marks = List.copyOf(marks);
        if (logX && series.stream().flatMapToDouble(s -> Arrays.stream(s.x())).anyMatch(x -> !(x > 0))) {
            throw new IllegalArgumentException("chart \"" + name + "\": a logarithmic axis needs positive abscissae");
        }
    }

    /** A compact chart grows with the rows of its legend, so that the plot keeps its height. */
    @Override
    public Size size(boolean compact) {
        long names = series.stream().map(Series::name).distinct().count();
        int legendRows = (int) Math.ceilDiv(names + 2, 3);
        int width = compact ? Size.COMPACT.width() : Size.WIDE.width();
        return compact ? new Size(width, Size.COMPACT.height() + 24 * Math.max(0, legendRows - 2)) : Size.WIDE;
    }

    /** Begins a chart. */
    public static Builder named(String name, String title) {
        return new Builder(name, title);
    }

    /** Learning curves over all epochs of the plan, even if a line ends earlier. */
    public static Builder learningCurves(String name, String title, String quantity, int epochs) {
        return named(name, title).x("epoch").y(quantity).xRange(1, Math.max(1, epochs));
    }

    /** A gradient figure: x counts layers from 1, the y axis is logarithmic, every layer is marked. */
    public static Builder perLayer(String name, String title, String quantity) {
        return named(name, title).x("layer").y(quantity).logY().markers();
    }

    /** Builds a chart. */
    public static final class Builder {
        private final String name;
        private final String title;
        private final List<Series> series = new ArrayList<>();
        private String caption = "";
        private String xLabel = "";
        private String yLabel = "";
        private final List<Mark> marks = new ArrayList<>();
        private boolean logX;
        private boolean logY;
        private boolean markers;
        private double[] range = {};
        private double[] xRange = {};

        private Builder(String name, String title) {
            this.name = name;
            this.title = title;
        }

        public Builder caption(String text) {
            caption = text;
            return this;
        }

        public Builder x(String label) {
            xLabel = label;
            return this;
        }

        public Builder y(String label) {
            yLabel = label;
            return this;
        }

        public Builder logX() {
            logX = true;
            return this;
        }

        public Builder logY() {
            logY = true;
            return this;
        }

        public Builder markers() {
            markers = true;
            return this;
        }

        /** Sets the limits of the y axis. */
        public Builder range(double low, double high) {
            range = new double[] {low, high};
            return this;
        }

        /** Sets the limits of the x axis. */
        public Builder xRange(double low, double high) {
            xRange = new double[] {low, high};
            return this;
        }

        public Builder add(Series line) {
            series.add(line);
            return this;
        }

        /** A dashed vertical line. */
        public Builder mark(double x, String label, Hue hue) {
            marks.add(new Mark(x, label, hue));
            return this;
        }

        /** A solid line through y at x = 1, 2, 3 …. */
        public Builder line(String label, Hue hue, double... y) {
            return add(Series.of(label, hue, y));
        }

        /**
         * A solid line for the training set and a dashed one for another set, in one color. The legend shows each
         * color and each style once. Without values for the other set there is only the training line.
         *
         * @param set "validation" or "test"
         */
        public Builder trainingAnd(String set, String label, Hue hue, double[] training, double[] other) {
            add(Series.of(label, hue, training).as("training", Series.Style.SOLID));
            return other.length == 0 ? this : add(Series.of(label, hue, other).as(set, Series.Style.DASHED));
        }

        public LineChart build() {
            return new LineChart(
                    name, title, caption, xLabel, yLabel, logX, logY, markers, range, xRange, series, marks);
        }
    }
}
