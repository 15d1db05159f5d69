package chainrule.experiments.dense;

import chainrule.experiments.report.Assignment;
import chainrule.experiments.report.Cell;
import chainrule.experiments.report.Report;
import chainrule.experiments.report.Section;
import chainrule.experiments.report.Table;
import chainrule.experiments.report.figure.Figure;
import chainrule.experiments.report.figure.Hue;
import chainrule.experiments.report.figure.LineChart;
import chainrule.experiments.report.figure.StripPlot;
import chainrule.experiments.study.DivergedNet;
import chainrule.experiments.study.RunFacts;
import chainrule.experiments.study.StudyReport;
import chainrule.experiments.text.Numbers;
import chainrule.experiments.text.Words;
import chainrule.layer.Activation;
import chainrule.train.Evaluation;

import org.apache.commons.math3.stat.descriptive.SummaryStatistics;

import java.util.ArrayList;
import java.util.List;
import java.util.function.ToDoubleFunction;

/** Shows {@link DepthResults} as tables, curves and sentences. */
final class DepthReport implements StudyReport {
    private final RunFacts facts;
    private final DepthResults results;
    private final List<NetResult> nets;
    private final List<NetResult> finished;
    private final List<NetResult> stuck;
    private final ClassCounts classes;
    private final List<Integer> depths;
    private final List<Activation> activations;
    private final boolean severalSeeds;
    private final boolean comparable;

    DepthReport(RunFacts facts, DepthResults results) {
        this.facts = facts;
        this.results = results;
        this.nets = results.nets();
        this.classes = new ClassCounts(results.testClassCounts());
        this.finished = nets.stream().filter(net -> !net.diverged()).toList();
        this.stuck = finished.stream().filter(this::stuck).toList();
        this.depths = nets.stream().map(NetResult::hiddenLayers).distinct().toList();
        this.activations = nets.stream().map(NetResult::function).distinct().toList();
        this.severalSeeds = results.severalSeeds();
        this.comparable = DenseNets.asInTheAssignment(facts);
    }

    @Override
    public String console() {
        String tables = table(false).plain() + "\n" + table(true).plain();
        return severalSeeds ? tables + "\n" + runs().plain() : tables;
    }

    @Override
    public Report report() {
        Section.Builder figures = Section.titled("Test loss and accuracy").prose(reading());
        if (comparable && !stuck.isEmpty() && stuck.stream().allMatch(net -> atChance(net.training()))) {
            figures.prose(
                    "The assignment's report concludes that "
                            + Assignment.DEPTH_GENERALIZES_BADLY.quoted()
                            + ". Generalizing is not what fails here: "
                            + (stuck.size() == 1 ? "the net that did not learn is" : "the nets that did not learn are")
                            + " no better than chance on the training images either (training accuracy at most "
                            + accuracy(stuck.stream().mapToDouble(n -> n.training().accuracy()).max().orElseThrow())
                            + ").");
        }
        figures.table(table(false)).table(table(true));
        Report.Builder report =
                facts.report("Depth: how dense nets train as they grow deeper", results).lead(lead()).section(figures);
        if (severalSeeds) {
            report.section(
                    Section.titled("Every run")
                            .prose(
                                    "The same net and the same data; the seed of the weights and of the order of the"
                                            + " images differs.")
                            .figures(spread())
                            .table(runs()));
        }
        Section.Builder curves =
                Section.titled("Learning curves")
                        .prose(
                                "Solid: mean over the training images during the epoch. Dashed: on the test images"
                                        + " after the epoch.");
        for (int depth : depths) {
            // One chart shows all activations, or all seeds of one activation.
            for (List<Activation> together : severalSeeds ? each(activations) : List.of(activations)) {
                curves.figures(curve(depth, together, false), curve(depth, together, true));
            }
        }
        return report.section(curves).build();
    }

    private String reading() {
        return "Each cell shows "
                + (severalSeeds
                        ? "the mean ± standard deviation over the seeds; runs that diverged are left out and counted"
                        : "the net after its last epoch")
                + (comparable ? ", with the figure of the assignment's report below it. " : ". ")
                + classes.words()
                + belowEntropy();
    }

    /** Names nets at chance level whose loss is below that of every constant prediction. */
    private String belowEntropy() {
        List<String> names =
                stuck.stream()
                        .filter(net -> net.testLoss() < classes.entropy())
                        .map(net -> results.name(net) + " (" + Numbers.decimals(net.testLoss(), 4) + ")")
                        .toList();
        return names.isEmpty()
                ? ""
                : " Below that entropy although at chance level: "
                        + String.join("; ", names)
                        + ". The answers there differ from image to image, if only a little.";
    }

    private String lead() {
        List<String> sentences = new ArrayList<>();
        if (finished.size() < nets.size()) {
            sentences.add(DivergedNet.sentence(nets.size(), results.diverged()) + ".");
        }
        if (finished.isEmpty()) {
            sentences.add("No net has a result.");
            return String.join(" ", sentences);
        }
        NetResult best = finished.stream().reduce((x, y) -> y.testAccuracy() > x.testAccuracy() ? y : x).orElseThrow();
        sentences.add(
                finished.size() == 1
                        ? results.name(best) + " reaches a test accuracy of " + accuracy(best.testAccuracy()) + "."
                        : (finished.size() < nets.size() ? "Of the " : "Of ")
                                + Words.count(finished.size(), "net")
                                + (finished.size() < nets.size() ? " that did not diverge" : "")
                                + " the best is "
                                + results.name(best)
                                + ", with a test accuracy of "
                                + accuracy(best.testAccuracy())
                                + ".");
        if (severalSeeds) {
            sentences.add(spreadInWords());
        }
        sentences.add(stuckInWords());
        return String.join(" ", sentences);
    }

    private String stuckInWords() {
        if (stuck.isEmpty()) {
            return finished.size() == 1
                    ? "It learned: that is above chance."
                    : finished.size() < nets.size() ? "Every net that did not diverge learned." : "Every net learned.";
        }
        return (stuck.size() == 1 ? "This net did not learn: " : "These nets did not learn: ")
                + String.join("; ", stuck.stream().map(results::name).toList())
                + ". A test accuracy of at most "
                + accuracy(stuck.stream().mapToDouble(NetResult::testAccuracy).max().orElseThrow())
                + " is no better than always answering with the most frequent class ("
                + accuracy(classes.chance())
                + "). ./run gradients measures how much gradient reaches each layer.";
    }

    private String spreadInWords() {
        List<String> ranges = new ArrayList<>();
        for (int depth : depths) {
            for (Activation activation : activations) {
                List<NetResult> runs = finished(depth, activation);
                if (!runs.isEmpty()) {
                    SummaryStatistics values = summary(runs, true);
                    ranges.add(
                            DenseNets.name(activation, depth)
                                    + " from "
                                    + accuracy(values.getMin())
                                    + " to "
                                    + accuracy(values.getMax())
                                    + " (mean "
                                    + accuracy(values.getMean())
                                    + " of "
                                    + counted(depth, activation)
                                    + ")");
                }
            }
        }
        return "From seed to seed the test accuracy varies: " + String.join("; ", ranges) + ".";
    }

    /** "4 of 5; 1 diverged", "5". */
    private String counted(int depth, Activation activation) {
        int all = runs(depth, activation).size();
        int kept = finished(depth, activation).size();
        return kept == all ? String.valueOf(all) : kept + " of " + all + "; " + (all - kept) + " diverged";
    }

    private boolean stuck(NetResult net) {
        return classes.atChance(net.testAccuracy());
    }

    private boolean atChance(Evaluation training) {
        return classes.atChance(training.accuracy());
    }

    private static String accuracy(double value) {
        return Numbers.decimals(value, 4);
    }

    private Table table(boolean accuracy) {
        Table.Builder table =
                Table.titled(accuracy ? "Test accuracy" : "Test loss")
                        .columns("hidden layers")
                        .numeric(activations.stream().map(DenseNets::label).toArray(String[]::new))
                        .referenceName("report");
        for (int depth : depths) {
            Object[] row = new Object[activations.size() + 1];
            row[0] = depth;
            for (int i = 0; i < activations.size(); i++) {
                row[i + 1] = cell(depth, activations.get(i), accuracy);
            }
            table.row(row);
        }
        return table.build();
    }

    private Cell cell(int depth, Activation activation, boolean accuracy) {
        List<NetResult> all = runs(depth, activation);
        if (all.isEmpty()) {
            return Cell.of("–"); // in a partial report
        }
        AssignmentFigures.Figure figure = AssignmentFigures.of(activation.function(), depth);
        String reference = !comparable ? "" : accuracy ? figure.accuracy() : figure.loss();
        List<NetResult> kept = finished(depth, activation);
        if (kept.isEmpty()) {
            return Cell.of(
                            all.size() == 1
                                    ? DivergedNet.cell(all.getFirst().divergence())
                                    : "all " + all.size() + " diverged")
                    .bad()
                    .withReference(reference);
        }
        SummaryStatistics values = summary(kept, accuracy);
        String text = Numbers.decimals(values.getMean(), 4);
        if (kept.size() > 1) {
            text += " ± " + Numbers.decimals(values.getStandardDeviation(), 4);
        }
        if (kept.size() < all.size()) {
            return Cell.of(text + " (" + counted(depth, activation) + ")").bad().withReference(reference);
        }
        Cell cell = Cell.of(text).withReference(reference);
        return kept.stream().allMatch(this::stuck) ? cell.vanished() : cell;
    }

    private List<NetResult> runs(int depth, Activation activation) {
        return nets.stream().filter(r -> r.hiddenLayers() == depth && r.function().equals(activation)).toList();
    }

    private List<NetResult> finished(int depth, Activation activation) {
        return runs(depth, activation).stream().filter(net -> !net.diverged()).toList();
    }

    private static SummaryStatistics summary(List<NetResult> runs, boolean accuracy) {
        SummaryStatistics statistics = new SummaryStatistics();
        runs.forEach(r -> statistics.addValue(accuracy ? r.testAccuracy() : r.testLoss()));
        return statistics;
    }

    private Table runs() {
        Table.Builder table =
                Table.titled("Test loss and accuracy of every run")
                        .columns("net")
                        .numeric("seed", "test loss", "test accuracy");
        for (NetResult r : nets) {
            Cell accuracy = Cell.decimals(r.testAccuracy(), 4);
            table.row(
                    r.name(),
                    r.seed(),
                    r.diverged() ? Cell.of(DivergedNet.cell(r.divergence())).bad() : Cell.decimals(r.testLoss(), 4),
                    r.diverged() ? Cell.of("–").bad() : stuck(r) ? accuracy.vanished() : accuracy);
        }
        return table.build();
    }

    private Figure spread() {
        int left = nets.size() - finished.size();
        StripPlot.Builder plot =
                StripPlot.named("spread", "Test accuracy of every run", "test accuracy")
                        .caption(
                                "Each dot is one seed; mean and standard deviation next to the dots."
                                        + (left == 0
                                                ? ""
                                                : " Left out: " + Words.count(left, "run") + " that diverged."));
        for (int depth : depths) {
            for (Activation activation : activations) {
                double[] accuracies =
                        finished(depth, activation).stream().mapToDouble(NetResult::testAccuracy).toArray();
                if (accuracies.length > 0) { // a partial report may have none
                    String name = DenseNets.label(activation) + " " + depth;
                    plot.group(name, Hue.ofActivation(activation.kind()), accuracies);
                }
            }
        }
        return plot.build();
    }

    private static List<List<Activation>> each(List<Activation> activations) {
        return activations.stream().map(List::of).toList();
    }

    private Figure curve(int depth, List<Activation> shown, boolean accuracy) {
        String quantity = accuracy ? "accuracy" : "loss";
        String which = severalSeeds ? DenseNets.label(shown.getFirst()) + ", " : "";
        String name = quantity + "-" + depth + (severalSeeds ? "-" + shown.getFirst().kind() : "");
        String title = which + Words.count(depth, "hidden layer") + ": " + quantity;
        List<NetResult> here =
                nets.stream().filter(r -> r.hiddenLayers() == depth && shown.contains(r.function())).toList();
        LineChart.Builder chart =
                LineChart.learningCurves(name, title, quantity, DenseNets.epochs(facts))
                        .caption(DivergedNet.caption(NetResult.diverged(here, this::label)));
        ToDoubleFunction<Evaluation> value = accuracy ? Evaluation::accuracy : Evaluation::loss;
        for (NetResult r : here) {
            Hue hue = severalSeeds ? Hue.cycle((int) r.seed()) : Hue.ofActivation(r.activation());
            chart.trainingAnd(
                    "test",
                    label(r),
                    hue,
                    r.curve(NetResult.Epoch::training, value),
                    r.curve(NetResult.Epoch::test, value));
        }
        return chart.build();
    }

    private String label(NetResult net) {
        return severalSeeds ? "seed " + net.seed() : net.label();
    }
}
