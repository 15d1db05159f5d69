package chainrule.experiments.mask;

import chainrule.data.Dataset;
import chainrule.experiments.model.Classifier;
import chainrule.experiments.report.figure.BarChart;
import chainrule.experiments.report.figure.Figure;
import chainrule.experiments.report.figure.Hue;
import chainrule.experiments.report.figure.LineChart;
import chainrule.experiments.report.figure.Picture;
import chainrule.experiments.report.figure.PictureGrid;
import chainrule.experiments.report.figure.Series;
import chainrule.experiments.report.figure.StripPlot;
import chainrule.experiments.study.DivergedNet;
import chainrule.experiments.text.Numbers;
import chainrule.experiments.text.Words;
import chainrule.train.History;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;

/** The figures of the report. */
final class MaskFigures {
    private static final int WRONG = 48;

    /** The ROC curves are drawn up to this false-positive rate. */
    private static final double ROC_END = 0.25;

    private final MaskResults results;
    private final Dataset crops;

    /** @param crops all faces of the data set */
    MaskFigures(MaskResults results, Dataset crops) {
        this.results = results;
        this.crops = crops;
    }

    private static Hue hue(Split.Kind kind) {
        return kind == Split.Kind.FACE ? Hue.ORANGE : Hue.BLUE;
    }

    Figure spread() {
        StripPlot.Builder plot =
                StripPlot.named("spread", "Accuracy of every run", "accuracy on the held-out faces")
                        .caption("Each dot is one net and its split; the bar is the mean ± one standard deviation.");
        for (Split.Kind kind : results.splits()) {
            double[] runs = results.finished(kind).stream().mapToDouble(r -> r.scores().accuracy()).toArray();
            if (runs.length > 0) {
                plot.group("by " + kind.word(), hue(kind), runs);
            }
        }
        return plot.build();
    }

    Figure curve(String quantity, int epochs, ToDoubleFunction<History.Epoch> train, ToDoubleFunction<Scores> heldOut) {
        LineChart.Builder chart =
                LineChart.learningCurves(quantity, Words.sentence(quantity), quantity, epochs)
                        .caption(DivergedNet.caption(results.diverged().stream().filter(this::isFirst).toList()));
        for (Split.Kind kind : results.splits()) {
            MaskResults.OneRun first = results.of(kind).getFirst();
            chart.add(
                    Series.of("by " + kind.word(), hue(kind), first.epochs().stream().mapToDouble(train).toArray())
                            .as("training", Series.Style.SOLID));
            if (first.heldOutByEpoch() != null) {
                chart.add(
                        Series.xy(
                                        "by " + kind.word(),
                                        hue(kind),
                                        first.heldOutByEpoch().keySet().stream()
                                                .mapToDouble(Integer::doubleValue)
                                                .toArray(),
                                        first.heldOutByEpoch().values().stream().mapToDouble(heldOut).toArray())
                                .as("held out", Series.Style.DASHED));
            }
        }
        return chart.build();
    }

    private boolean isFirst(DivergedNet net) {
        return results.splits().stream().anyMatch(kind -> results.of(kind).getFirst().words().equals(net.net()));
    }

    /** True-positive over false-positive rate, one line per run; empty if no run recorded its thresholds. */
    Optional<Figure> roc() {
        List<MaskResults.OneRun> drawn = results.runs().stream().filter(r -> r.answers() != null).toList();
        if (drawn.isEmpty()) {
            return Optional.empty();
        }
        int finished = (int) results.runs().stream().filter(r -> r.scores() != null).count();
        LineChart.Builder chart =
                LineChart.named("roc", "Receiver operating characteristic")
                        .x("false-positive rate: faces without a mask predicted as masked")
                        .y("true-positive rate: masked faces predicted as masked")
                        .range(0.8, 1)
                        .caption(
                                drawn.size() == finished
                                        ? "One line per run, up to a false-positive rate of "
                                                + Numbers.decimals(ROC_END, 2)
                                                + "."
                                        : String.format(
                                                Locale.ROOT,
                                                "%d of %d runs, up to a false-positive rate of %s: the thresholds of"
                                                        + " the others were not recorded.",
                                                drawn.size(),
                                                finished,
                                                Numbers.decimals(ROC_END, 2)));
        for (MaskResults.OneRun run : drawn) {
            double[] x = run.answers().falsePositiveRate();
            int[] shown = IntStream.range(0, x.length).filter(i -> x[i] <= ROC_END).toArray();
            chart.add(
                    Series.xy(
                            "by " + run.split(),
                            hue(run.kind()),
                            IntStream.of(shown).mapToDouble(i -> x[i]).toArray(),
                            IntStream.of(shown).mapToDouble(i -> run.answers().truePositiveRate()[i]).toArray()));
        }
        return Optional.of(chart.build());
    }

    Figure sizes() {
        BarChart.Builder chart =
                BarChart.named("sizes", "Errors by size of the face", "misclassified faces, in per cent")
                        .format("%.1f")
                        .caption("Shorter side of the face's box in the photo; all runs together.");
        results.tallies()
                .forEach(
                        (split, tallies) ->
                                tallies.bySize().stream()
                                        .filter(tally -> tally.faces() > 0)
                                        .forEach(
                                                tally ->
                                                        chart.bar(
                                                                tally.name() + ", by " + split,
                                                                100 * (1 - tally.accuracy()),
                                                                hue(MaskResults.kind(split)))));
        return chart.build();
    }

    /** The faces that a run misclassified, the most confident first; empty if there are none. */
    Optional<Figure> wrong(MaskResults.OneRun run) {
        List<MaskResults.ShownFace> faces = run.answers() == null ? List.of() : run.answers().wrong();
        return grid(
                "wrong-" + run.split(),
                "Misclassified, " + run.words(),
                (faces.size() > WRONG ? "The " + WRONG + " most confident of " + faces.size() + ". " : "")
                        + "Annotated class, prediction and its confidence, and the size of the face in the photo.",
                faces.stream().limit(WRONG).toList());
    }

    /** Correctly classified faces of a run, from the least to the most confident; empty if there are none. */
    Optional<Figure> right(MaskResults.OneRun run) {
        return grid(
                "right-" + run.split(),
                "Classified correctly, " + run.words(),
                "Evenly spaced from the least to the most confident prediction.",
                run.answers() == null ? List.of() : run.answers().right());
    }

    private Optional<Figure> grid(String name, String title, String caption, List<MaskResults.ShownFace> faces) {
        return faces.isEmpty()
                ? Optional.empty()
                : Optional.of(PictureGrid.flowing(name, title, caption, faces.stream().map(this::picture).toList()));
    }

    private Picture picture(MaskResults.ShownFace face) {
        float[] pixels = new float[crops.inputShape().elements()];
        crops.input(face.face(), pixels, 0);
        int predicted = Classifier.argMax(new double[] {1 - face.masked(), face.masked()});
        return Picture.of(
                crops.inputShape(),
                pixels,
                String.format(
                        Locale.ROOT,
                        "true %s → predicted %s, %s\n%s px",
                        face.kind(),
                        Classifier.name(FaceKind.CLASSES, predicted),
                        Numbers.percent(Math.max(face.masked(), 1 - face.masked()), 0),
                        Numbers.fixed(face.pixels(), 0)));
    }
}
