package chainrule.experiments.report.figure;

import java.util.ArrayList;
import java.util.List;

/**
 * Points and lines over two logarithmic axes: a roofline, a curve over sizes. Values that are not positive or not finite are
 * not drawn.
 *
 * @param lines drawn behind the points
 * @param points groups of points, each with its color and marker
 */
public record ScatterChart(
        String name,
        String title,
        String caption,
        String xLabel,
        String yLabel,
        List<Series> lines,
        List<Series> points)
        implements Chart {
    public ScatterChart {
        Figure.checkName(name);
        lines = List.copyOf(lines);
        points = List.copyOf(points);
    }

    /** A compact chart grows with the rows of its legend, so that the plot keeps its height. */
    @Override
    public Size size(boolean compact) {
        int rows = Math.ceilDiv(lines.size() + points.size(), 2);
        return compact ? new Size(Size.COMPACT.width(), Size.COMPACT.height() + 24 * Math.max(0, rows - 1)) : Size.WIDE;
    }

    /** Begins a chart. */
    public static Builder named(String name, String title) {
        return new Builder(name, title);
    }

    /** Builds a chart. */
    public static final class Builder {
        private final String name;
        private final String title;
        private final List<Series> lines = new ArrayList<>();
        private final List<Series> points = new ArrayList<>();
        private String caption = "";
        private String xLabel = "";
        private String yLabel = "";

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

        public Builder line(Series series) {
            lines.add(series);
            return this;
        }

        public Builder points(Series series) {
            points.add(series);
            return this;
        }

        public ScatterChart build() {
            return new ScatterChart(name, title, caption, xLabel, yLabel, lines, points);
        }
    }
}
