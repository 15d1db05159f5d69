package chainrule.experiments.report.figure;

import java.util.ArrayList;
import java.util.List;

/**
 * Horizontal bars with their values, and an optional reference line.
 *
 * @param valueFormat format of a bar's value for {@link String#format}, such as {@code "%,.0f"}
 * @param reference position of the reference line, NaN for none
 */
public record BarChart(
        String name,
        String title,
        String caption,
        String valueLabel,
        String valueFormat,
        List<Bar> bars,
        double reference,
        String referenceLabel)
        implements Chart {
    public BarChart {
        Figure.checkName(name);
        bars = List.copyOf(bars);
    }

    /** One bar; a value that is not finite is printed without a bar. */
    public record Bar(String label, double value, Hue hue) {}

    @Override
    public Size size(boolean compact) {
        int height = 110 + 36 * bars.size();
        return new Size(compact ? Size.COMPACT.width() : Size.WIDE.width(), height);
    }

    /** Begins a chart. */
    public static Builder named(String name, String title, String valueLabel) {
        return new Builder(name, title, valueLabel);
    }

    /** Builds a chart. */
    public static final class Builder {
        private final String name;
        private final String title;
        private final String valueLabel;
        private final List<Bar> bars = new ArrayList<>();
        private String caption = "";
        private String format = "%,.0f";
        private double reference = Double.NaN;
        private String referenceLabel = "";

        private Builder(String name, String title, String valueLabel) {
            this.name = name;
            this.title = title;
            this.valueLabel = valueLabel;
        }

        public Builder caption(String text) {
            caption = text;
            return this;
        }

        public Builder format(String valueFormat) {
            format = valueFormat;
            return this;
        }

        public Builder bar(String label, double value, Hue hue) {
            bars.add(new Bar(label, value, hue));
            return this;
        }

        public Builder reference(double value, String label) {
            reference = value;
            referenceLabel = label;
            return this;
        }

        public BarChart build() {
            return new BarChart(name, title, caption, valueLabel, format, bars, reference, referenceLabel);
        }
    }
}
