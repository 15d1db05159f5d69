package chainrule.experiments.dense;

import chainrule.experiments.report.Assignment;
import chainrule.experiments.report.Cell;
import chainrule.experiments.report.Report;
import chainrule.experiments.report.Section;
import chainrule.experiments.report.Table;
import chainrule.experiments.report.figure.Figure;
import chainrule.experiments.report.figure.LineChart;
import chainrule.experiments.study.DivergedNet;
import chainrule.experiments.study.RunFacts;
import chainrule.experiments.study.StudyReport;
import chainrule.experiments.text.Numbers;
import chainrule.experiments.text.Words;
import chainrule.layer.Activation;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.IntStream;

/** Shows {@link GradientResults} as figures, tables and verdicts. */
final class GradientReport implements StudyReport {
    /** The factor by which inputs and δ must fall to be mentioned. */
    private static final double FALL = 10;

    /** Below this fraction of saturated units, saturation does not explain a small gradient. */
    private static final double FEW = 0.05;

    private final RunFacts facts;
    private final GradientResults results;
    private final List<NetResult> nets;
    private final List<LayerGradients> before;
    private final List<LayerGradients> after;
    private final List<Integer> depths;
    private final ClassCounts classes;
    private final String trained;

    GradientReport(RunFacts facts, GradientResults results) {
        this.facts = facts;
        this.results = results;
        this.nets = results.nets();
        this.before = results.before();
        this.after = results.after();
        this.depths = nets.stream().map(NetResult::hiddenLayers).distinct().toList();
        this.classes = new ClassCounts(results.testClassCounts());
        this.trained = "after " + Words.count(DenseNets.epochs(facts), "epoch");
    }

    @Override
    public String console() {
        return verdicts().plain();
    }

    @Override
    public Report report() {
        Section.Builder figures =
                Section.titled("Maximum gradient of every layer")
                        .prose(
                                "max|g|, the largest absolute value among the gradients of a layer's weights, on one"
                                    + " mini-batch. The axis is logarithmic: a straight falling line is a constant"
                                    + " factor lost per layer. The first layer is the first hidden layer, the last one"
                                    + " the output layer. A gradient of exactly zero is drawn as a cross at the bottom"
                                    + " of the axis.");
        for (int depth : depths) {
            figures.figures(figure("before", "before training", depth), figure("after", trained, depth));
        }
        return facts.report("Gradients: where they vanish", results)
                .lead(lead())
                .section(Section.titled("Verdict").table(verdicts()))
                .section(figures)
                .section(product())
                .section(why())
                .section(signed())
                .build();
    }

    private String lead() {
        List<String> sentences = new ArrayList<>();
        if (!results.diverged().isEmpty()) {
            sentences.add(DivergedNet.sentence(nets.size(), results.diverged()) + ".");
        }
        List<Integer> finished = indices(i -> !nets.get(i).diverged());
        if (finished.isEmpty()) {
            sentences.add("No net has gradients to judge.");
            return String.join(" ", sentences);
        }
        List<Integer> cutOff = finished.stream().filter(i -> verdict(i).cutOff()).toList();
        List<Integer> exploding = finished.stream().filter(i -> verdict(i).kind() == Verdict.Kind.EXPLODING).toList();
        List<Integer> broken = finished.stream().filter(i -> verdict(i).kind() == Verdict.Kind.NOT_FINITE).toList();
        List<Integer> reached =
                finished.stream()
                        .filter(i -> !cutOff.contains(i) && !exploding.contains(i) && !broken.contains(i))
                        .toList();
        add(sentences, "some layers get next to no gradient in", cutOff);
        add(sentences, "the gradient explodes in", exploding);
        add(sentences, "the gradient is not finite in", broken);
        if (!reached.isEmpty()) {
            boolean others = reached.size() < finished.size();
            sentences.add(
                    others
                            ? "In the other "
                                    + (reached.size() == 1 ? "net" : reached.size() + " nets")
                                    + " the gradient reaches every layer."
                            : Words.sentence(trained)
                                    + ", the gradient reaches every layer"
                                    + (reached.size() == 1
                                            ? " of " + nets.get(reached.getFirst()).name() + "."
                                            : " of every net"
                                                    + (finished.size() < nets.size()
                                                            ? " that did not diverge."
                                                            : ".")));
        }
        List<String> slow =
                reached.stream()
                        .filter(i -> classes.atChance(nets.get(i).testAccuracy()))
                        .map(i -> nets.get(i).name() + " (" + verdict(i).text() + ")")
                        .toList();
        if (!slow.isEmpty()) {
            sentences.add(
                    "Still at chance level although the gradient reaches every layer: "
                            + String.join("; ", slow)
                            + ".");
        }
        return String.join(" ", sentences);
    }

    private void add(List<String> sentences, String finding, List<Integer> which) {
        if (!which.isEmpty()) {
            sentences.add(
                    Words.sentence(trained)
                            + ", "
                            + finding
                            + ": "
                            + String.join(
                                    "; ",
                                    which.stream()
                                            .map(i -> nets.get(i).name() + " (" + verdict(i).text() + ")")
                                            .toList())
                            + ".");
        }
    }

    private Verdict verdict(int net) {
        return after.get(net).weights().verdict();
    }

    private List<Integer> indices(Predicate<Integer> chosen) {
        return IntStream.range(0, nets.size()).boxed().filter(chosen).toList();
    }

    private Table verdicts() {
        Table.Builder table =
                Table.titled("What the gradients say")
                        .columns("net", "before training", "after training")
                        .numeric("test accuracy");
        for (int i = 0; i < after.size(); i++) {
            NetResult net = nets.get(i);
            Cell accuracy = Cell.decimals(net.testAccuracy(), 4);
            table.row(
                    Cell.unbroken(net.name()),
                    cell(before.get(i).weights().verdict()),
                    net.diverged() ? Cell.of(DivergedNet.cell(net.divergence())).bad() : cell(verdict(i)),
                    net.diverged()
                            ? Cell.of("–").bad()
                            : classes.atChance(net.testAccuracy()) ? accuracy.vanished() : accuracy);
        }
        return table.build();
    }

    private static Cell cell(Verdict verdict) {
        Cell cell = Cell.of(verdict.text());
        return switch (verdict.kind()) {
            case FLOWS -> cell.good();
            case FADES -> cell.warn();
            case VANISHED, ZERO -> cell.vanished();
            case EXPLODING, NOT_FINITE -> cell.bad();
        };
    }

    private Figure figure(String name, String when, int depth) {
        boolean trainedNets = name.equals("after");
        List<Integer> here = indices(i -> nets.get(i).hiddenLayers() == depth);
        List<String> missing =
                trainedNets
                        ? here.stream().filter(i -> nets.get(i).diverged()).map(i -> nets.get(i).label()).toList()
                        : List.of();
        LineChart.Builder chart =
                LineChart.perLayer(
                                "gradients-" + depth + "-" + name,
                                Words.count(depth, "hidden layer") + ", " + when,
                                "max |∂L/∂w|")
                        .caption(
                                missing.isEmpty()
                                        ? ""
                                        : "Left out because training diverged: " + Words.and(missing) + ".");
        here.stream()
                .filter(i -> !trainedNets || !nets.get(i).diverged())
                .forEach(i -> chart.add((trainedNets ? after : before).get(i).weights().line()));
        return chart.build();
    }

    /** ∂L/∂w is a product. If one factor falls upwards and the other downwards, it may look constant. */
    private Section.Builder product() {
        Section.Builder section =
                Section.titled("What ∂L/∂w is made of")
                        .prose(
                                "The figures show ∂L/∂w, the gradient of the weights. It is a product: of the layer's"
                                        + " input x, which comes from below, and of δ = ∂L/∂v, which comes from above,"
                                        + " summed over the examples. x changes on its way up, δ on its way down: where"
                                        + " both fade, their product can be about the same in every layer.");
        List<String> level = new ArrayList<>();
        for (int i = 0; i < nets.size(); i++) {
            addLevel(level, before.get(i), "before training");
            if (!nets.get(i).diverged()) {
                addLevel(level, after.get(i), trained);
            }
        }
        if (!level.isEmpty()) {
            section.prose("Here that is so in " + String.join("; ", level) + ".");
        }
        Table.Builder table =
                Table.titled("Root mean square of x and δ, before training")
                        .columns("net")
                        .numeric("x of layer 2", "x of the output layer", "δ of the last hidden layer", "δ of layer 1")
                        .note(
                                "The input of layer 2 is the output of layer 1. The product also depends on how x and δ"
                                        + " vary over the examples.");
        for (int i = 0; i < nets.size(); i++) {
            LayerGradients net = before.get(i);
            table.row(
                    Cell.unbroken(net.name()),
                    Cell.magnitude(net.inputRms()[1]),
                    Cell.magnitude(net.inputRms()[net.hiddenLayers()]),
                    Cell.magnitude(net.deltaRms()[net.hiddenLayers() - 1]),
                    Cell.magnitude(net.deltaRms()[0]));
        }
        return section.table(table.build());
    }

    private static void addLevel(List<String> level, LayerGradients net, String when) {
        double up = net.fallUpwards();
        double down = net.fallDownwards();
        if (net.hiddenLayers() > 2
                && up > FALL
                && down > FALL
                && Double.isFinite(up * down)
                && net.spread() < Math.sqrt(Math.min(up, down))) {
            level.add(
                    net.name()
                            + ", "
                            + when
                            + ": from the first hidden layer to the last the outputs fall by a factor of "
                            + Numbers.significant(up, 2)
                            + ", from the last to the first δ falls by a factor of "
                            + Numbers.significant(down, 2)
                            + ", yet max|∂L/∂w| varies only "
                            + Numbers.significant(net.spread(), 2)
                            + "-fold");
        }
    }

    private Section.Builder why() {
        List<Integer> finished = indices(i -> !nets.get(i).diverged());
        Table.Builder table =
                Table.titled("What a gradient keeps per layer")
                        .columns("net")
                        .numeric(
                                "factor per layer, before",
                                "after",
                                "max f′",
                                "mean f′",
                                "RMS singular value",
                                "zero gradients")
                        .note(
                                "Factor per layer: the mean ratio of the L2 norms of ∂L/∂y of one hidden layer and the"
                                    + " next, from the last to the first. The other columns are measured after"
                                    + " training; mean f′ over all hidden units and the mini-batch. RMS singular value:"
                                    + " the root mean square singular value of a hidden layer's square matrix, averaged"
                                    + " over them. Zero gradients: the fraction of δ that is exactly zero.");
        for (int i : finished) {
            LayerGradients net = after.get(i);
            table.row(
                    Cell.unbroken(net.name()),
                    factor(before.get(i)),
                    factor(net),
                    Numbers.shortest(Slope.greatest(net.function()), 4),
                    Cell.magnitude(net.meanDerivative()),
                    net.hiddenLayers() < 2 ? Cell.of("–") : Cell.magnitude(net.weightRms()),
                    Numbers.percent(net.zeroGradients(), 0));
        }
        Section.Builder section =
                Section.titled("Why they vanish")
                        .prose(
                                "Backward through a hidden layer multiplies the gradient by f′(v), element by element,"
                                    + " and by the layer's weights: ∂L/∂y of one layer is (∂L/∂y of the layer above ⊙"
                                    + " f′(v)) · Wᵀ. What reaches the first layer is a product of as many such factors"
                                    + " as there are layers above it.");
        section.prose(slopes());
        saturation(section, finished);
        rescue(section, finished);
        return section.table(table.build());
    }

    private static Cell factor(LayerGradients net) {
        return net.hiddenLayers() < 2 ? Cell.of("–") : Cell.magnitude(net.factorPerLayer());
    }

    /** The product of the largest derivatives over the depth of these nets. */
    private String slopes() {
        List<String> most = new ArrayList<>();
        List<String> shrinking = new ArrayList<>();
        for (Activation f : nets.stream().map(NetResult::function).distinct().toList()) {
            double greatest = Slope.greatest(f);
            most.add(Numbers.shortest(greatest, 4) + " for " + DenseNets.label(f));
            if (greatest < 1) {
                List<String> left =
                        nets.stream()
                                .filter(n -> n.function().equals(f))
                                .map(NetResult::hiddenLayers)
                                .distinct()
                                .map(
                                        d ->
                                                Numbers.significant(Math.pow(greatest, d), 1)
                                                        + " after "
                                                        + Words.count(d, "layer"))
                                .toList();
                shrinking.add(
                        "With "
                                + DenseNets.label(f)
                                + " the factors f′ alone leave at most "
                                + Words.and(left)
                                + ", unless the weights make up for it.");
            }
        }
        return "The largest f′ is "
                + Words.and(most)
                + "."
                + (shrinking.isEmpty() ? "" : " " + String.join(" ", shrinking));
    }

    private void saturation(Section.Builder section, List<Integer> finished) {
        List<LayerGradients> sigmoids =
                finished.stream().map(after::get).filter(n -> n.weights().activation().equals("sigmoid")).toList();
        if (sigmoids.isEmpty()) {
            return;
        }
        double most = sigmoids.stream().mapToDouble(LayerGradients::saturated).max().orElseThrow();
        double mean = sigmoids.stream().mapToDouble(LayerGradients::meanDerivative).average().orElseThrow();
        double greatest = Slope.greatest(sigmoids.getFirst().function());
        section.prose(
                "The assignment's report explains the sigmoid's small gradients by saturation: "
                        + Assignment.SIGMOID_SATURATES.quoted()
                        + ". On this mini-batch, "
                        + trained
                        + ", "
                        + (most == 0 ? "none" : "at most " + Numbers.percent(most, most < FEW ? 1 : 0))
                        + " of a net's hidden units are saturated, in the sense that f′ is below "
                        + Numbers.percent(GradientCapture.SATURATED, 0)
                        + " of its maximum; f′ averages "
                        + Numbers.significant(mean, 3)
                        + ", where its maximum is "
                        + Numbers.shortest(greatest, 4)
                        + ". "
                        + (most < FEW
                                ? "Saturation is therefore not the reason: the gradient shrinks although f′ is close to"
                                        + " its maximum, because that maximum is so small."
                                : "Saturation contributes to the loss of gradient."));
    }

    private void rescue(Section.Builder section, List<Integer> finished) {
        boolean glorot = facts.fact("nets").filter(recipe -> recipe.contains("glorot")).isPresent();
        List<Integer> relus =
                finished.stream().filter(i -> nets.get(i).activation().equals("relu") && verdict(i).cutOff()).toList();
        if (glorot && !relus.isEmpty()) {
            int worst = relus.getLast();
            section.prose(
                    "**ReLU** passes a gradient on or stops it: before training "
                            + Numbers.percent(before.get(worst).zeroGradients(), 0)
                            + " of δ are zero in "
                            + nets.get(worst).name()
                            + ", and a layer passes on a factor of "
                            + Numbers.significant(before.get(worst).factorPerLayer(), 2)
                            + ". He's initializer gives the hidden weights twice the variance of Glorot's, to make up"
                            + " for the units at zero: `./run gradients --depths "
                            + nets.get(worst).hiddenLayers()
                            + " --activations relu --init he`.");
        }
    }

    private Section.Builder signed() {
        Section.Builder section =
                Section.titled("Absolute and signed maximum")
                        .prose(
                                "\"Maximum gradient\" can mean the largest absolute value, max|g|, as in the figures"
                                        + " above, or the largest signed value, max g. Both, after training:");
        for (int depth : depths) {
            List<Integer> shown = indices(i -> nets.get(i).hiddenLayers() == depth && !nets.get(i).diverged());
            if (shown.isEmpty()) {
                continue;
            }
            Table.Builder table = Table.titled(Words.count(depth, "hidden layer")).numeric("layer");
            shown.forEach(i -> table.numeric(nets.get(i).label() + " max|g|", nets.get(i).label() + " max g"));
            for (int layer = 0; layer <= depth; layer++) {
                List<Object> row = new ArrayList<>(List.of(layer + 1));
                for (int i : shown) {
                    row.add(Cell.magnitude(after.get(i).weights().maxAbsPerLayer()[layer]));
                    row.add(Cell.magnitude(after.get(i).weights().signedMaxPerLayer()[layer]));
                }
                table.row(row.toArray());
            }
            section.table(table.build());
        }
        return section;
    }
}
