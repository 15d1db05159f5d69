package chainrule.experiments.mask;

import chainrule.data.Dataset;
import chainrule.experiments.report.Assignment;
import chainrule.experiments.report.Report;
import chainrule.experiments.report.Section;
import chainrule.experiments.report.Table;
import chainrule.experiments.report.figure.Figure;
import chainrule.experiments.study.DivergedNet;
import chainrule.experiments.study.RunFacts;
import chainrule.experiments.study.StudyReport;
import chainrule.experiments.text.Numbers;
import chainrule.experiments.text.Words;
import chainrule.train.History;

import org.apache.commons.math3.stat.descriptive.SummaryStatistics;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Shows the results of the study as tables, curves and faces. */
final class MaskReport implements StudyReport {
    private static final int MOST_SKIPPED = 20;

    /** The accuracy in the assignment's report. */
    private static final double CLAIMED_ACCURACY = 0.97;

    private static final double CLAIMED_LOSS = 0.01;

    private final RunFacts facts;
    private final MaskResults results;
    private final MaskTables tables;
    private final MaskFigures figures;

    /** @param crops all faces of the data set, for their pictures */
    MaskReport(RunFacts facts, MaskResults results, Dataset crops) {
        this.facts = facts;
        this.results = results;
        this.tables = new MaskTables(results);
        this.figures = new MaskFigures(results, crops);
    }

    @Override
    public String console() {
        return Stream.of(tables.means(), tables.runs(), tables.classes(), tables.sizes(), tables.kindsOfFaces())
                .map(Table::plain)
                .collect(Collectors.joining("\n"));
    }

    @Override
    public Report report() {
        Section.Builder thresholds = Section.titled("Thresholds and classes").prose(balance());
        figures.roc().ifPresent(thresholds::figures);
        Report.Builder report =
                facts.report("Masks: who wears one?", results)
                        .lead(lead())
                        .section(heldOut())
                        .section(claims())
                        .section(curves())
                        .section(thresholds.table(tables.classes()).table(tables.kindsOfFaces()))
                        .section(
                                Section.titled("How small a face may be")
                                        .prose(
                                                "Every face is scaled to "
                                                        + results.size()
                                                        + " × "
                                                        + results.size()
                                                        + " pixels. "
                                                        + sizes())
                                        .figures(figures.sizes())
                                        .table(tables.sizes()));
        faces().ifPresent(report::section);
        if (!results.skipped().isEmpty()) {
            report.section(
                    Section.titled("Skipped photos")
                            .raw(
                                    Words.count(results.skipped().size(), "photo") + " could not be read",
                                    String.join("\n", results.skipped().stream().limit(MOST_SKIPPED).toList())));
        }
        if (!results.boxesLeftOut().isEmpty()) {
            report.section(
                    Section.titled("Boxes left out")
                            .raw(
                                    Words.count(results.boxesLeftOut().size(), "box")
                                            + " reversed, empty or outside their photo",
                                    String.join("\n", results.boxesLeftOut().stream().limit(MOST_SKIPPED).toList())));
        }
        return report.build();
    }

    private String lead() {
        List<String> text = new ArrayList<>();
        if (!results.diverged().isEmpty()) {
            text.add(DivergedNet.sentence(results.netCount(), results.diverged()) + "; the means leave them out.");
        }
        for (Split.Kind kind : results.splits()) {
            SummaryStatistics accuracy = results.over(kind, Scores::accuracy);
            String split = kind == Split.Kind.FACE ? "Split by face, as in the assignment" : "Split by photo";
            text.add(
                    accuracy.getN() == 0
                            ? split + ": no net finished its training."
                            : String.format(
                                    Locale.ROOT,
                                    "%s: accuracy %s on the held-out faces%s, loss %s.",
                                    split,
                                    tables.spread(kind, Scores::accuracy).text(),
                                    accuracy.getN() > 1 ? " (mean of " + accuracy.getN() + " runs)" : "",
                                    tables.spread(kind, Scores::loss).text()));
        }
        text.add(
                results.choosing()
                        ? "These runs compare options: they were measured on photos that no reported split holds out."
                        : "The assignment's report: its net was trained "
                                + Assignment.MASK_ACCURACY_AND_LOSS.quoted()
                                + ". Here the held-out faces were read only after training, and no epoch was chosen"
                                + " with them.");
        return String.join(" ", text);
    }

    private String balance() {
        int masked = faces(FaceKind.WITH_MASK);
        int others = results.faces() - masked;
        boolean most = masked >= others;
        int larger = Math.max(masked, others);
        int smaller = Math.min(masked, others);
        return String.format(
                Locale.ROOT,
                "Of %s, %s wear a mask: %s to one. Answering “%s” to every face would be right for %s of them, so the"
                        + " accuracy alone says little; these metrics say more.",
                Words.count(results.faces(), "face"),
                Numbers.count(masked),
                smaller == 0 ? "∞" : Numbers.fixed((double) larger / smaller, 1),
                FaceKind.CLASSES.get(most ? 1 : 0),
                Numbers.percent((double) larger / results.faces(), 1));
    }

    private int faces(FaceKind kind) {
        return results.kinds().stream()
                .filter(k -> k.name().equals(kind.words()))
                .mapToInt(MaskResults.Kind::faces)
                .sum();
    }

    private String sizes() {
        return String.format(
                Locale.ROOT,
                "Half of the %s have at most %s pixels on the shorter side, %s of them fewer than %s.",
                Words.count(results.faces(), "face"),
                Numbers.fixed(results.medianPixels(), 0),
                Numbers.count(results.tinyFaces()),
                Numbers.fixed(FaceSize.ALL[0].below(), 0));
    }

    /** Checks the assignment's figures against each other and the data. */
    private Section.Builder claims() {
        double most = CLAIMED_LOSS / Math.log(2);
        double least = (1 - CLAIMED_ACCURACY) * Math.log(2);
        Section.Builder section =
                Section.titled("The assignment's figures")
                        .prose(
                                "The assignment's report has "
                                        + Assignment.MASK_ACCURACY_AND_LOSS.quoted()
                                        + ". A misclassified face costs at least −ln ½ = ln 2, so N faces of which E"
                                        + " are misclassified have a mean loss of at least E/N · ln 2. A loss below "
                                        + Numbers.decimals(CLAIMED_LOSS, 2)
                                        + " means errors below "
                                        + Numbers.percent(most, 2)
                                        + ", that is an accuracy above "
                                        + Numbers.percent(1 - most, 2)
                                        + "; at an accuracy of "
                                        + Numbers.percent(CLAIMED_ACCURACY, 0)
                                        + " the loss is at least "
                                        + Numbers.decimals(least, 4)
                                        + "."
                                        + ourLoss());
        int without = faces(FaceKind.WITHOUT_MASK);
        int improper = faces(FaceKind.WORN_INCORRECTLY);
        boolean swapped =
                Assignment.MASK_WITHOUT.text().contains(" " + improper + " ")
                        && Assignment.MASK_IMPROPER.text().contains(" " + without + " ");
        return section.prose(
                "It counts "
                        + Assignment.MASK_WITHOUT.quoted()
                        + " and "
                        + Assignment.MASK_IMPROPER.quoted()
                        + ". The annotations of this run's data have "
                        + Numbers.count(without)
                        + " without a mask and "
                        + Numbers.count(improper)
                        + " with a mask worn incorrectly"
                        + (swapped ? ": the two counts are swapped." : "."));
    }

    private String ourLoss() {
        String losses =
                Words.and(
                        results.splits().stream()
                                .filter(kind -> !results.finished(kind).isEmpty())
                                .map(kind -> tables.spread(kind, Scores::loss).text() + " by " + kind.word())
                                .toList());
        return losses.isEmpty() ? "" : " The loss of these runs is " + losses + ".";
    }

    private Section.Builder heldOut() {
        Section.Builder section = Section.titled("Held-out faces");
        for (Split.Kind kind : results.splits()) {
            List<MaskResults.OneRun> runs = results.finished(kind);
            int heldOut = runs.stream().mapToInt(r -> r.scores().faces()).sum();
            int shared = runs.stream().mapToInt(MaskResults.OneRun::sharedPhotoFaces).sum();
            section.prose(
                    (kind == Split.Kind.FACE
                                    ? "**By face**: a tenth of the faces of each annotated class is held out. "
                                    : results.choosing()
                                            ? "**By image**: photos are held out with all their faces. "
                                            : "**By image**: a tenth of the photos is held out with all their faces,"
                                                    + " and photos that show the same stay together. ")
                            + (heldOut == 0
                                    ? ""
                                    : "Of "
                                            + Words.count(heldOut, "held-out face")
                                            + ", "
                                            + Numbers.count(shared)
                                            + (shared == 1 ? " has" : " have")
                                            + " a training face on the same photo or on a copy of it"
                                            + (shared > 0 ? ", which flatters the accuracy." : ".")));
        }
        return section.table(tables.means()).figures(figures.spread()).table(tables.runs());
    }

    private boolean recipeHas(String words) {
        return facts.fact("recipe").filter(recipe -> recipe.contains(words)).isPresent();
    }

    private Section.Builder curves() {
        String augmented = recipeHas("augmentation") ? ", rotated, color-jittered and downscaled at random" : "";
        boolean measured = results.runs().stream().anyMatch(run -> run.heldOutByEpoch() != null);
        return Section.titled("Learning curves")
                .prose(
                        "The first run of each split. Solid: the training faces as the net saw them"
                                + augmented
                                + "."
                                + (measured
                                        ? " Dashed: the held-out faces, with the "
                                                + (recipeHas("averaged") ? "averaged " : "")
                                                + "weights of that epoch and a single view; measured after training."
                                        : ""))
                .figures(
                        figures.curve("accuracy", results.epochsAsked(), History.Epoch::accuracy, Scores::accuracy),
                        figures.curve("loss", results.epochsAsked(), History.Epoch::loss, Scores::loss));
    }

    private Optional<Section> faces() {
        List<Figure> shown =
                results.splits().stream()
                        .map(kind -> results.of(kind).getFirst())
                        .flatMap(first -> Stream.of(figures.wrong(first), figures.right(first)))
                        .flatMap(Optional::stream)
                        .toList();
        if (shown.isEmpty()) {
            return Optional.empty();
        }
        Section.Builder section =
                Section.titled("Faces")
                        .prose(
                                "As the net sees them: the first run of each split. For a mask worn incorrectly the"
                                        + " correct answer is “"
                                        + FaceKind.CLASSES.get(FaceKind.WORN_INCORRECTLY.classIndex())
                                        + "”.");
        shown.forEach(section::figures);
        return Optional.of(section.build());
    }
}
