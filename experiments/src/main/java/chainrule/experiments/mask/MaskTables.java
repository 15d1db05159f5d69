package chainrule.experiments.mask;

import chainrule.experiments.cli.Clock;
import chainrule.experiments.report.Cell;
import chainrule.experiments.report.Table;

import org.apache.commons.math3.stat.descriptive.SummaryStatistics;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Predicate;
import java.util.function.ToDoubleFunction;

/** The tables of the study. */
final class MaskTables {
    private final FaceMask data;
    private final List<Trial> trials;
    private final List<Split.Kind> kinds;

    MaskTables(FaceMask data, List<Trial> trials) {
        this.data = data;
        this.trials = trials;
        this.kinds = trials.stream().map(t -> t.split().kind()).distinct().toList();
    }

    /** The ways the faces were parted, in order. */
    List<Split.Kind> kinds() {
        return kinds;
    }

    List<Trial> of(Split.Kind kind) {
        return trials.stream().filter(t -> t.split().kind() == kind).toList();
    }

    /** Mean and standard deviation over the runs of one kind of split. */
    SummaryStatistics over(Split.Kind kind, ToDoubleFunction<Scores> figure) {
        SummaryStatistics statistics = new SummaryStatistics();
        of(kind).forEach(t -> statistics.addValue(figure.applyAsDouble(t.scores())));
        return statistics;
    }

    /** ".9761 ± .0050"; without spread where there is one run. */
    Cell spread(Split.Kind kind, ToDoubleFunction<Scores> figure) {
        SummaryStatistics s = over(kind, figure);
        String mean = Cell.decimals(s.getMean(), 4).text();
        return Cell.of(
                s.getN() > 1 ? Cell.unbroken(mean + " ± " + Cell.decimals(s.getStandardDeviation(), 4).text()) : mean);
    }

    Table means(boolean choosing) {
        Table.Builder table =
                Table.titled("Held-out faces, mean ± standard deviation over the runs")
                        .columns("split")
                        .numeric("accuracy", "loss", "balanced accuracy", "ROC-AUC")
                        .referenceName("report");
        for (Split.Kind kind : kinds) {
            Cell accuracy = spread(kind, Scores::accuracy);
            table.row(
                    "by " + kind.word(),
                    kind == Split.Kind.FACE && !choosing ? accuracy.beside("> .97") : accuracy,
                    spread(kind, Scores::loss),
                    spread(kind, Scores::balancedAccuracy),
                    spread(kind, Scores::rocAuc));
        }
        return table.note(
                        "Loss is the mean binary cross-entropy. Balanced accuracy is the mean of the shares of both"
                                + " classes that are recognised.")
                .build();
    }

    Table runs() {
        Table.Builder table =
                Table.titled("Every run")
                        .columns("split")
                        .numeric(
                                "seed",
                                "faces",
                                "wrong",
                                "accuracy",
                                "one view",
                                "loss",
                                "balanced",
                                "ROC-AUC",
                                "time");
        for (Trial t : trials) {
            table.row(
                    "by " + t.split().kind().word(),
                    t.split().seed(),
                    t.scores().faces(),
                    t.answers().confusion().total() - t.answers().correct(),
                    Cell.decimals(t.scores().accuracy(), 4),
                    Cell.decimals(t.plain().accuracy(), 4),
                    Cell.decimals(t.scores().loss(), 4),
                    Cell.decimals(t.scores().balancedAccuracy(), 4),
                    Cell.decimals(t.scores().rocAuc(), 4),
                    Cell.unbroken(Clock.words(t.seconds())));
        }
        return table.note(
                        "One view: the accuracy without asking about the mirror image too. The other figures are those"
                                + " of the saved model's way to answer.")
                .build();
    }

    Table classes() {
        Table.Builder table =
                Table.titled("Class by class, mean ± standard deviation over the runs")
                        .columns("split", "class")
                        .numeric("precision", "recall", "F1");
        for (Split.Kind kind : kinds) {
            for (int c = 1; c >= 0; c--) {
                int index = c;
                table.row(
                        "by " + kind.word(),
                        FaceKind.CLASSES.get(c),
                        spread(kind, s -> one(s, index).precision()),
                        spread(kind, s -> one(s, index).recall()),
                        spread(kind, s -> one(s, index).f1()));
            }
        }
        return table.build();
    }

    private static Scores.OneClass one(Scores scores, int c) {
        return c == 1 ? scores.withMask() : scores.withoutMask();
    }

    /** Of all runs together, what is right among the faces of each size. */
    Table sizes() {
        Table.Builder table = Table.titled("By size of the face, all runs together").columns("shorter side of the box");
        kinds.forEach(kind -> table.numeric("faces, by " + kind.word(), "accuracy, by " + kind.word()));
        for (FaceSize size : FaceSize.ALL) {
            table.row(counts(size.words(), size::has));
        }
        return table.build();
    }

    /** Of all runs together, what is right among the faces of each class of the annotations. */
    Table kindsOfFaces() {
        Table.Builder table = Table.titled("By annotated class, all runs together").columns("class");
        kinds.forEach(kind -> table.numeric("faces, by " + kind.word(), "accuracy, by " + kind.word()));
        for (FaceKind face : FaceKind.values()) {
            table.row(counts(face.words(), f -> f.kind() == face));
        }
        return table.build();
    }

    private Object[] counts(String name, Predicate<Face> which) {
        List<Object> row = new ArrayList<>(List.of(name));
        for (Split.Kind kind : kinds) {
            Tally tally = tally(kind, which);
            row.add(String.format(Locale.ROOT, "%,d", tally.faces));
            row.add(tally.faces == 0 ? "–" : Cell.decimals(tally.accuracy(), 4));
        }
        return row.toArray();
    }

    /** How many faces, and how many of them were answered rightly. */
    record Tally(int faces, int right) {
        double accuracy() {
            return (double) right / faces;
        }
    }

    Tally tally(Split.Kind kind, Predicate<Face> which) {
        int faces = 0;
        int right = 0;
        for (Trial t : of(kind)) {
            for (int i = 0; i < t.split().held().length; i++) {
                if (which.test(data.faces().get(t.split().held()[i]))) {
                    faces++;
                    right += t.right(i) ? 1 : 0;
                }
            }
        }
        return new Tally(faces, right);
    }
}
