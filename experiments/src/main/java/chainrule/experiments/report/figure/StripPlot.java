package chainrule.experiments.report.figure;

import java.util.ArrayList;
import java.util.List;

/** The spread of a quantity over runs: one row per group, one dot per run, with mean and standard deviation. */
public record StripPlot(String name, String title, String caption, String valueLabel, List<Group> groups)
        implements Chart {
    public StripPlot {
        Figure.checkName(name);
        groups = List.copyOf(groups);
    }

    /** The runs of one group; the legend counts runs that are not finite, which are left out. */
    public record Group(String label, Hue hue, double[] runs) {
        public Group {
            runs = runs.clone();
        }

        double[] finite() {
            return java.util.Arrays.stream(runs).filter(Theme::drawable).toArray();
        }

        double mean() {
            return java.util.Arrays.stream(finite()).average().orElse(Double.NaN);
        }

        /** The sample standard deviation (n − 1), NaN for fewer than two runs. */
        double deviation() {
            double[] v = finite();
            double mean = mean();
            double squares = java.util.Arrays.stream(v).map(x -> (x - mean) * (x - mean)).sum();
            return v.length < 2 ? Double.NaN : Math.sqrt(squares / (v.length - 1));
        }
    }

    @Override
    public Size size(boolean compact) {
        int height = 130 + 62 * groups.size();
        return new Size(compact ? Size.COMPACT.width() : Size.WIDE.width(), height);
    }

    /** Begins a plot. */
    public static Builder named(String name, String title, String valueLabel) {
        return new Builder(name, title, valueLabel);
    }

    /** Builds a plot. */
    public static final class Builder {
        private final String name;
        private final String title;
        private final String valueLabel;
        private final List<Group> groups = new ArrayList<>();
        private String caption = "";

        private Builder(String name, String title, String valueLabel) {
            this.name = name;
            this.title = title;
            this.valueLabel = valueLabel;
        }

        public Builder caption(String text) {
            caption = text;
            return this;
        }

        public Builder group(String label, Hue hue, double... runs) {
            groups.add(new Group(label, hue, runs));
            return this;
        }

        public StripPlot build() {
            return new StripPlot(name, title, caption, valueLabel, groups);
        }
    }
}
