package chainrule.experiments.report.figure;

/** A figure with axes, drawn as vectors. */
public sealed interface Chart extends Figure permits LineChart, BarChart, StripPlot, HeatMap, ScatterChart {
    /**
     * This chart without its title, as an {@code <svg>} element for a page. It uses the color variables of {@link
     * Palette#css} and the font {@link Palette#FONT_FAMILY}.
     *
     * @param compact true for a narrow column or a phone: a smaller canvas with fewer ticks and the same font size
     */
    default String svg(boolean compact) {
        return Canvas.svg(name() + (compact ? "-c" : "-w"), size(compact), title(), Charts.draw(this, false, compact));
    }

    @Override
    default byte[] png() {
        return Canvas.png(
                size(false).plusTitle(), Charts.draw(Glyphs.spelled(Canvas.font(Theme.TEXT), this), true, false));
    }

    @Override
    default boolean chart() {
        return true;
    }

    /** The size of this chart in CSS pixels. */
    default Size size(boolean compact) {
        return compact ? Size.COMPACT : Size.WIDE;
    }

    /** Width and height in CSS pixels. */
    record Size(int width, int height) {
        static final Size WIDE = new Size(880, 400);
        static final Size COMPACT = new Size(380, 320);

        Size plusTitle() {
            return new Size(width, height + 34);
        }
    }
}
