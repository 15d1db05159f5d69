package chainrule.experiments.dense;

import chainrule.experiments.report.Assignment;
import chainrule.experiments.report.Cell;
import chainrule.experiments.report.Report;
import chainrule.experiments.report.Section;
import chainrule.experiments.report.Table;
import chainrule.experiments.report.figure.Figure;
import chainrule.experiments.report.figure.Hue;
import chainrule.experiments.report.figure.LineChart;
import chainrule.experiments.study.DivergedNet;
import chainrule.experiments.study.RunFacts;
import chainrule.experiments.study.StudyReport;
import chainrule.experiments.text.Numbers;
import chainrule.experiments.text.Words;
import chainrule.layer.Activation;
import chainrule.train.Evaluation;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.ToDoubleFunction;

/** Shows {@link LecunResults} as curves, tables and sentences. */
final class LecunReport implements StudyReport {
    private static final String TANH = "tanh";
    private static final String LECUN = "lecun";

    private final RunFacts facts;
    private final LecunResults results;
    private final List<Integer> depths;

    /** The depths at which neither net diverged. */
    private final List<Integer> comparable;

    LecunReport(RunFacts facts, LecunResults results) {
        this.facts = facts;
        this.results = results;
        this.depths = results.nets().stream().map(NetResult::hiddenLayers).distinct().toList();
        this.comparable =
                depths.stream()
                        .filter(d -> !net(d, TANH).diverged() && !net(d, LECUN).diverged() && finite(ratios(d)))
                        .toList();
    }

    @Override
    public String console() {
        return table().plain();
    }

    @Override
    public Report report() {
        Section.Builder curves =
                Section.titled("Learning curves")
                        .prose(
                                "Solid: mean over the training images during the epoch. Dashed: on the validation"
                                        + " images after the epoch.");
        Section.Builder gradients = Section.titled("Maximum gradient of every layer").prose(gradientsInWords());
        if (!comparable.isEmpty()) {
            gradients.prose(claim()).table(ratioTable());
        }
        for (int depth : depths) {
            curves.figures(curve(depth, true), curve(depth, false));
            gradients.figures(gradients(depth));
        }
        return facts.report("LeCun's activation compared with tanh", results)
                .lead(lead())
                .section(Section.titled("After the last epoch").table(table()))
                .section(curves)
                .section(gradients)
                .build();
    }

    private String gradientsInWords() {
        Activation tanh = Activation.named(TANH);
        Activation lecun = Activation.named(LECUN);
        return "max|g| of every layer's weights on one mini-batch, after "
                + Words.count(results.gradientsAfter(), "epoch")
                + ". LeCun's derivative is "
                + Numbers.shortest(Slope.at(lecun, 0), 4)
                + " at the origin and never below "
                + Numbers.shortest(Slope.least(lecun), 4)
                + "; tanh's is "
                + Numbers.shortest(Slope.at(tanh, 0), 4)
                + " at the origin and approaches "
                + Numbers.shortest(Slope.least(tanh), 4)
                + ". What reaches a layer is a product of such factors and of the weights above it, which training"
                + " changes differently in the two nets.";
    }

    private String claim() {
        List<String> so = new ArrayList<>();
        List<String> not = new ArrayList<>();
        for (int depth : comparable) {
            double[] ratio = ratios(depth);
            String below = LayerRanges.of(ratio.length, i -> ratio[i] < 1);
            if (below.isEmpty()) {
                so.add(Words.count(depth, "hidden layer"));
            } else {
                not.add(Words.count(depth, "hidden layer") + ", where LeCun's are smaller in " + below);
            }
        }
        String quotation =
                "The assignment's report observes that " + Assignment.TANH_SMALLER_THAN_LECUN.quoted() + ". ";
        String found =
                not.isEmpty()
                        ? "In this run that is so in every layer."
                        : "In this run that is not so at "
                                + String.join("; nor at ", not)
                                + (so.isEmpty() ? "." : ". It is so in every layer at " + Words.and(so) + ".");
        return quotation + found + " One seed decides nothing: another may reverse the sign.";
    }

    private String lead() {
        List<String> sentences = new ArrayList<>();
        if (!results.diverged().isEmpty()) {
            sentences.add(DivergedNet.sentence(results.netCount(), results.diverged()) + ".");
        }
        if (comparable.isEmpty()) {
            sentences.add("No depth has two nets to compare.");
            return String.join(" ", sentences);
        }
        List<String> accuracies = new ArrayList<>();
        List<String> gradients = new ArrayList<>();
        for (int depth : comparable) {
            accuracies.add(
                    Numbers.decimals(net(depth, LECUN).validationAccuracy(), 4)
                            + " and "
                            + Numbers.decimals(net(depth, TANH).validationAccuracy(), 4)
                            + " at "
                            + Words.count(depth, "layer"));
            gradients.add(Numbers.significant(ratios(depth)[0], 2) + " times tanh's at " + Words.count(depth, "layer"));
        }
        sentences.add(
                "Validation accuracy with LeCun's activation and with tanh: " + String.join("; ", accuracies) + ".");
        sentences.add(
                "After "
                        + Words.count(results.gradientsAfter(), "epoch")
                        + " LeCun's maximum gradient in layer 1 is "
                        + Words.and(gradients)
                        + ".");
        List<String> smaller =
                comparable.stream()
                        .filter(d -> Arrays.stream(ratios(d)).anyMatch(r -> r < 1))
                        .map(
                                d ->
                                        LayerRanges.of(ratios(d).length, i -> ratios(d)[i] < 1)
                                                + " at "
                                                + Words.count(d, "layer"))
                        .toList();
        sentences.add(
                smaller.isEmpty()
                        ? "No layer's is smaller than tanh's."
                        : "LeCun's is smaller than tanh's in " + Words.and(smaller) + ", and in no other layer.");
        return String.join(" ", sentences);
    }

    private NetResult net(int depth, String activation) {
        return results.nets().stream()
                .filter(n -> n.hiddenLayers() == depth && n.activation().equals(activation))
                .findFirst()
                .orElseThrow();
    }

    private WeightGradients gradients(int depth, String activation) {
        return results.gradients().stream()
                .filter(g -> g.hiddenLayers() == depth && g.activation().equals(activation))
                .findFirst()
                .orElseThrow();
    }

    /** LeCun's max|g| over tanh's, layer by layer. */
    private double[] ratios(int depth) {
        double[] ratio = gradients(depth, LECUN).maxAbsPerLayer().clone();
        Arrays.setAll(ratio, i -> ratio[i] / gradients(depth, TANH).maxAbsPerLayer()[i]);
        return ratio;
    }

    private static boolean finite(double[] values) {
        return Arrays.stream(values).allMatch(Double::isFinite);
    }

    private Table ratioTable() {
        Table.Builder table =
                Table.titled("max|g| in layer 1, and LeCun's divided by tanh's in all layers")
                        .numeric("hidden layers", "tanh", "LeCun", "ratio", "smallest", "median", "largest")
                        .columns("LeCun's smaller in");
        for (int depth : comparable) {
            double[] ratio = ratios(depth);
            double[] sorted = ratio.clone();
            Arrays.sort(sorted);
            String below = LayerRanges.of(ratio.length, i -> ratio[i] < 1);
            table.row(
                    depth,
                    Cell.magnitude(gradients(depth, TANH).maxAbsPerLayer()[0]),
                    Cell.magnitude(gradients(depth, LECUN).maxAbsPerLayer()[0]),
                    Cell.magnitude(ratio[0]),
                    Cell.magnitude(sorted[0]),
                    Cell.magnitude((sorted[(sorted.length - 1) / 2] + sorted[sorted.length / 2]) / 2),
                    Cell.magnitude(sorted[sorted.length - 1]),
                    below.isEmpty() ? "no layer" : below);
        }
        return table.build();
    }

    private Table table() {
        Table.Builder table =
                Table.titled("tanh and LeCun")
                        .columns("net")
                        .numeric(
                                "training loss",
                                "training accuracy",
                                "validation loss",
                                "validation accuracy",
                                "test accuracy");
        for (NetResult net : results.nets()) {
            if (net.diverged()) {
                Cell none = Cell.of("–").bad();
                table.row(
                        Cell.unbroken(net.name()),
                        Cell.of(DivergedNet.cell(net.divergence())).bad(),
                        none,
                        none,
                        none,
                        none);
            } else {
                table.row(
                        Cell.unbroken(net.name()),
                        Cell.decimals(net.training().loss(), 4),
                        Cell.decimals(net.training().accuracy(), 4),
                        Cell.decimals(net.validationLoss(), 4),
                        Cell.decimals(net.validationAccuracy(), 4),
                        Cell.decimals(net.testAccuracy(), 4));
            }
        }
        return table.build();
    }

    private Figure curve(int depth, boolean accuracy) {
        String quantity = accuracy ? "accuracy" : "loss";
        List<NetResult> here = results.nets().stream().filter(n -> n.hiddenLayers() == depth).toList();
        LineChart.Builder chart =
                LineChart.learningCurves(
                                quantity + "-" + depth,
                                Words.count(depth, "hidden layer") + ": " + quantity,
                                quantity,
                                DenseNets.epochs(facts))
                        .caption(DivergedNet.caption(NetResult.diverged(here, NetResult::label)));
        ToDoubleFunction<Evaluation> value = accuracy ? Evaluation::accuracy : Evaluation::loss;
        for (NetResult net : here) {
            chart.trainingAnd(
                    "validation",
                    net.label(),
                    Hue.ofActivation(net.activation()),
                    net.curve(NetResult.Epoch::training, value),
                    net.curve(NetResult.Epoch::validation, value));
        }
        return chart.build();
    }

    private Figure gradients(int depth) {
        List<NetResult> diverged =
                results.nets().stream().filter(n -> n.hiddenLayers() == depth && n.diverged()).toList();
        LineChart.Builder chart =
                LineChart.perLayer(
                                "gradients-" + depth,
                                Words.count(depth, "hidden layer")
                                        + ", after "
                                        + Words.count(results.gradientsAfter(), "epoch"),
                                "max |∂L/∂w|")
                        .caption(
                                diverged.isEmpty()
                                        ? ""
                                        : "Left out because training diverged: "
                                                + Words.and(diverged.stream().map(NetResult::label).toList())
                                                + ".");
        results.gradients().stream()
                .filter(g -> g.hiddenLayers() == depth && !net(depth, g.activation()).diverged())
                .forEach(g -> chart.add(g.line()));
        return chart.build();
    }
}
