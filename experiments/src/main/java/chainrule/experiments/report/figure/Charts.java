package chainrule.experiments.report.figure;

import org.jfree.chart.JFreeChart;

import java.awt.Graphics2D;
import java.awt.geom.Rectangle2D;
import java.util.function.Consumer;

/** Draws charts. Apart from {@link Chart}, so that building a chart loads no graphics class. */
final class Charts {
    private Charts() {}

    static Consumer<Graphics2D> draw(Chart chart, boolean titled, boolean compact) {
        String title = titled ? chart.title() : null;
        JFreeChart drawing =
                switch (chart) {
                    case LineChart c -> LinePainter.chart(c, title, compact);
                    case BarChart c -> BarPainter.chart(c, title, compact);
                    case StripPlot c -> StripPainter.chart(c, title);
                    case HeatMap c -> HeatPainter.chart(c, title, compact);
                    case ScatterChart c -> ScatterPainter.chart(c, title);
                };
        Chart.Size size = titled ? chart.size(compact).plusTitle() : chart.size(compact);
        return g -> drawing.draw(g, new Rectangle2D.Double(0, 0, size.width(), size.height()));
    }
}
