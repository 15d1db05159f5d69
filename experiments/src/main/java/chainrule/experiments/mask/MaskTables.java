package chainrule.experiments.mask;

import chainrule.experiments.cli.Clock;
import chainrule.experiments.report.Cell;
import chainrule.experiments.report.Table;
import chainrule.experiments.study.DivergedNet;
import chainrule.experiments.text.Numbers;
import chainrule.experiments.text.Words;

import org.apache.commons.math3.stat.descriptive.SummaryStatistics;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;

/** The tables of the report. */
final class MaskTables {
    private final MaskResults results;

    MaskTables(MaskResults results) {
        this.results = results;
    }

    /** ".9761 ± .0050"; without spread for one run; a dash if every net diverged. */
    Cell spread(Split.Kind kind, ToDoubleFunction<Scores> score) {
        SummaryStatistics s = results.over(kind, score);
        if (s.getN() == 0) {
            return Cell.of("–");
        }
        String mean = Numbers.decimals(s.getMean(), 4);
        return Cell.of(
                s.getN() > 1 ? Cell.unbroken(mean + " ± " + Numbers.decimals(s.getStandardDeviation(), 4)) : mean);
    }

    Table means() {
        Table.Builder table =
                Table.titled("Held-out faces, mean ± standard deviation over the runs")
                        .columns("split")
                        .numeric("runs", "accuracy", "loss", "balanced accuracy", "ROC-AUC")
                        .referenceName("report");
        for (Split.Kind kind : results.splits()) {
            Cell accuracy = spread(kind, Scores::accuracy);
            int all = results.of(kind).size();
            int finished = results.finished(kind).size();
            table.row(
                    "by " + kind.word(),
                    finished == all ? Cell.of("" + all) : Cell.of(finished + " of " + all).bad(),
                    kind == Split.Kind.FACE && !results.choosing() ? accuracy.withReference("> .97") : accuracy,
                    spread(kind, Scores::loss),
                    spread(kind, Scores::balancedAccuracy),
                    spread(kind, Scores::rocAuc));
        }
        String diverged =
                results.diverged().isEmpty()
                        ? ""
                        : " Left out: " + Words.count(results.diverged().size(), "net") + " that diverged.";
        return table.note(
                        "Loss: mean binary cross-entropy. Balanced accuracy: mean recall of the two classes."
                                + diverged)
                .build();
    }

    Table runs() {
        Table.Builder table =
                Table.titled("Every run")
                        .columns("split")
                        .numeric(
                                "seed",
                                "faces",
                                "misclassified",
                                "accuracy",
                                "single view",
                                "loss",
                                "balanced",
                                "ROC-AUC",
                                "time");
        for (MaskResults.OneRun run : results.runs()) {
            Object time = Cell.unbroken(Clock.words(run.seconds()));
            if (run.scores() == null) {
                String outcome = run.divergence() == null ? "–" : DivergedNet.cell(run.divergence());
                table.row("by " + run.split(), run.seed(), "–", "–", Cell.of(outcome).bad(), "–", "–", "–", "–", time);
            } else {
                table.row(
                        "by " + run.split(),
                        run.seed(),
                        run.scores().faces(),
                        run.wrong(),
                        Cell.decimals(run.scores().accuracy(), 4),
                        Cell.decimals(run.withoutTestTimeViews().accuracy(), 4),
                        Cell.decimals(run.scores().loss(), 4),
                        Cell.decimals(run.scores().balancedAccuracy(), 4),
                        Cell.decimals(run.scores().rocAuc(), 4),
                        time);
            }
        }
        return table.note("Single view: without flip test-time augmentation. All other metrics are the saved model's.")
                .build();
    }

    Table classes() {
        Table.Builder table =
                Table.titled("Class by class, mean ± standard deviation over the runs")
                        .columns("split", "class")
                        .numeric("precision", "recall", "F1");
        for (Split.Kind kind : results.splits()) {
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

    /** Accuracy by size of the face, all runs of a split together. */
    Table sizes() {
        return tallies(
                "By size of the face, all runs together", "shorter side of the box", MaskResults.Tallies::bySize);
    }

    /** Accuracy by annotated class, all runs of a split together. */
    Table kindsOfFaces() {
        return tallies("By annotated class, all runs together", "class", MaskResults.Tallies::byKind);
    }

    private Table tallies(String title, String first, Function<MaskResults.Tallies, List<MaskResults.Tally>> which) {
        Table.Builder table = Table.titled(title).columns(first);
        List<List<MaskResults.Tally>> columns = results.tallies().values().stream().map(which).toList();
        results.tallies().keySet().forEach(split -> table.numeric("faces, by " + split, "accuracy, by " + split));
        for (int i = 0; !columns.isEmpty() && i < columns.getFirst().size(); i++) {
            List<Object> row = new ArrayList<>(List.of(columns.getFirst().get(i).name()));
            for (List<MaskResults.Tally> column : columns) {
                MaskResults.Tally tally = column.get(i);
                row.add(Numbers.count(tally.faces()));
                row.add(tally.faces() == 0 ? "–" : Cell.decimals(tally.accuracy(), 4));
            }
            table.row(row.toArray());
        }
        return table.build();
    }
}
