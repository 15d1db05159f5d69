package chainrule.experiments.mask;

import chainrule.experiments.model.Classifier;
import chainrule.experiments.report.figure.BarChart;
import chainrule.experiments.report.figure.Figure;
import chainrule.experiments.report.figure.Hue;
import chainrule.experiments.report.figure.LineChart;
import chainrule.experiments.report.figure.Picture;
import chainrule.experiments.report.figure.PictureGrid;
import chainrule.experiments.report.figure.Series;
import chainrule.experiments.report.figure.StripPlot;
import chainrule.train.History;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;

/** The figures of the study. */
final class MaskFigures {
    private static final int WRONG = 48;
    private static final int RIGHT = 24;

    /** Beyond it, hardly a masked face is left to be recognised. */
    private static final double ROC_END = 0.25;

    private final FaceMask data;
    private final MaskTables tables;

    MaskFigures(FaceMask data, MaskTables tables) {
        this.data = data;
        this.tables = tables;
    }

    private static Hue hue(Split.Kind kind) {
        return kind == Split.Kind.FACE ? Hue.ORANGE : Hue.BLUE;
    }

    Figure spread() {
        StripPlot.Builder plot =
                StripPlot.named("spread", "Accuracy of every run", "accuracy on the held-out faces")
                        .caption("Each dot is a net with a split of its own; the bar is the mean ± one deviation.");
        for (Split.Kind kind : tables.kinds()) {
            double[] runs = tables.of(kind).stream().mapToDouble(t -> t.scores().accuracy()).toArray();
            plot.group("by " + kind.word(), hue(kind), runs);
        }
        return plot.build();
    }

    Figure curve(String quantity, ToDoubleFunction<History.Epoch> train, ToDoubleFunction<Scores> held) {
        LineChart.Builder chart = LineChart.learningCurves(quantity, quantity, quantity);
        for (Split.Kind kind : tables.kinds()) {
            Trial first = tables.of(kind).getFirst();
            chart.add(
                    Series.of(
                                    "by " + kind.word(),
                                    hue(kind),
                                    first.history().epochs().stream().mapToDouble(train).toArray())
                            .as("training", Series.Style.SOLID));
            if (!first.curve().isEmpty()) {
                chart.add(
                        Series.xy(
                                        "by " + kind.word(),
                                        hue(kind),
                                        first.curve().keySet().stream().mapToDouble(Integer::doubleValue).toArray(),
                                        first.curve().values().stream().mapToDouble(held).toArray())
                                .as("held out", Series.Style.DASHED));
            }
        }
        return chart.build();
    }

    /** One line a run: the share of faces with a mask that is found, over that of the others taken for one. */
    Figure roc() {
        LineChart.Builder chart =
                LineChart.named("roc", "Receiver operating characteristic")
                        .x("faces without a mask taken for masked")
                        .y("masked faces recognised")
                        .range(0.8, 1)
                        .caption("One line a run, from the strictest threshold on.");
        for (Split.Kind kind : tables.kinds()) {
            tables.of(kind).forEach(trial -> chart.add(roc(trial)));
        }
        return chart.build();
    }

    private static Series roc(Trial trial) {
        List<Integer> order =
                IntStream.range(0, trial.scores().faces())
                        .boxed()
                        .sorted(Comparator.comparingDouble((Integer i) -> trial.masked(i)).reversed())
                        .toList();
        double masked = order.stream().filter(i -> trial.held().label(i) == 1).count();
        List<double[]> points = new ArrayList<>();
        int found = 0;
        for (int i = 0; i < order.size(); i++) {
            found += trial.held().label(order.get(i));
            boolean tied = i + 1 < order.size() && trial.masked(order.get(i)) == trial.masked(order.get(i + 1));
            double taken = (i + 1 - found) / (order.size() - masked);
            if (!tied && taken <= ROC_END) {
                points.add(new double[] {taken, found / masked});
            }
        }
        return Series.xy(
                "by " + trial.split().kind().word(),
                hue(trial.split().kind()),
                points.stream().mapToDouble(p -> p[0]).toArray(),
                points.stream().mapToDouble(p -> p[1]).toArray());
    }

    Figure sizes() {
        BarChart.Builder chart =
                BarChart.named("sizes", "Wrong answers by size of the face", "share of the faces, in per cent")
                        .format("%.1f")
                        .caption("Shorter side of the face's box in the photo; all runs together.");
        for (Split.Kind kind : tables.kinds()) {
            for (FaceSize size : FaceSize.ALL) {
                MaskTables.Tally tally = tables.tally(kind, size::has);
                if (tally.faces() > 0) {
                    chart.bar(size.words() + ", by " + kind.word(), 100 * (1 - tally.accuracy()), hue(kind));
                }
            }
        }
        return chart.build();
    }

    /** The faces a run was wrong about, the surest mistakes first. */
    PictureGrid wrong(Trial trial) {
        List<Integer> faces =
                IntStream.range(0, trial.scores().faces())
                        .filter(i -> !trial.right(i))
                        .boxed()
                        .sorted(Comparator.comparingDouble((Integer i) -> trial.confidence(i)).reversed())
                        .limit(WRONG)
                        .toList();
        return PictureGrid.flowing(
                "wrong-" + trial.split().kind().word(),
                "Wrong, " + trial.split().words(),
                "What the net says and how sure it is; what the annotation says and how large the face is in the"
                        + " photo.",
                faces.stream().map(i -> picture(trial, i)).toList());
    }

    /** Faces a run was right about, taken at equal distances from the least sure to the surest. */
    PictureGrid right(Trial trial) {
        List<Integer> faces =
                IntStream.range(0, trial.scores().faces())
                        .filter(trial::right)
                        .boxed()
                        .sorted(Comparator.comparingDouble(trial::confidence))
                        .toList();
        int shown = Math.min(RIGHT, faces.size());
        return PictureGrid.flowing(
                "right-" + trial.split().kind().word(),
                "Right, " + trial.split().words(),
                "From the least sure answer to the surest, at equal distances.",
                IntStream.range(0, shown)
                        .mapToObj(i -> picture(trial, faces.get(shown == 1 ? 0 : i * (faces.size() - 1) / (shown - 1))))
                        .toList());
    }

    private Picture picture(Trial trial, int i) {
        float[] pixels = new float[trial.held().inputShape().elements()];
        trial.held().input(i, pixels, 0);
        Face face = data.faces().get(trial.split().held()[i]);
        String answer = Classifier.name(List.of("no mask", "mask"), trial.said(i));
        String truth = trial.right(i) && face.kind() != FaceKind.WORN_INCORRECTLY ? "" : face.kind().words() + "\n";
        String caption =
                String.format(
                        Locale.ROOT, "%s %.0f %%%n%s%.0f px", answer, 100 * trial.confidence(i), truth, face.pixels());
        return Picture.of(trial.held().inputShape(), pixels, caption.replace(System.lineSeparator(), "\n"));
    }
}
