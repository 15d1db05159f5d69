package chainrule.experiments.dense;

import chainrule.experiments.cli.Run;
import chainrule.experiments.dense.ActivationRanges.Range;
import chainrule.experiments.report.Cell;
import chainrule.experiments.report.Report;
import chainrule.experiments.report.Section;
import chainrule.experiments.report.Table;
import chainrule.experiments.report.figure.Figure;
import chainrule.experiments.report.figure.Hue;
import chainrule.experiments.report.figure.LineChart;
import chainrule.experiments.report.figure.Series;
import chainrule.layer.Activation;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.SequencedMap;
import java.util.function.DoubleUnaryOperator;

/** Turns {@link ActivationRanges} into tables that set what is proved beside what was measured, and into plots. */
final class ActivationReport {
    /** What a sweep in float32 may exceed a proved bound by. */
    private static final double ROUNDING = 1e-6;

    private final Run run;
    private final SequencedMap<Activation, ActivationRanges> ranges;

    ActivationReport(Run run, SequencedMap<Activation, ActivationRanges> ranges) {
        this.run = run;
        this.ranges = ranges;
    }

    void write() {
        Table functions = functions();
        Table gradients = gradients();
        System.out.printf(Locale.ROOT, "%s%n%s", functions.plain(), gradients.plain());
        Section.Builder plots = Section.titled("The functions and their derivatives");
        List<Figure> figures = new ArrayList<>();
        ranges.sequencedKeySet().forEach(activation -> figures.add(plot(activation)));
        for (int i = 0; i < figures.size(); i += 2) {
            plots.figures(figures.subList(i, Math.min(i + 2, figures.size())).toArray(new Figure[0]));
        }
        Report report =
                run.report("Activations: functions, derivatives and the range of ∂E/∂w")
                        .lead(
                                "A derivative's range says what one layer can do to a gradient: the sigmoid keeps at"
                                    + " most a quarter of it, tanh and ReLU at most all of it, LeCun's function at"
                                    + " least a hundredth and at most 1.1539 times. The range of ∂E/∂w is another"
                                    + " matter: it is signed, and it is the range of a product whose factors depend on"
                                    + " each other.")
                        .section(
                                Section.titled("Functions and derivatives")
                                        .prose(
                                                "Stated: the range as a set. Measured: the smallest and largest value"
                                                    + " over 200,001 inputs from −50 to 50, computed by the engine's"
                                                    + " forward and backward. An open end is approached but not"
                                                    + " reached, except by rounding.")
                                        .table(functions))
                        .section(plots)
                        .section(
                                Section.titled("The range of ∂E/∂w")
                                        .prose(
                                                "For a weight w of an output unit, with v = Σ w·x, where x is an"
                                                    + " activation of the layer before, and targets t of 0 or 1: ∂E/∂w"
                                                    + " = ∂E/∂v · x.")
                                        .prose(
                                                "**E = ½Σe², the output units have the activation itself.** ∂E/∂v = (y"
                                                    + " − t)·f′(v). Both factors depend on v: where the error is"
                                                    + " largest, at saturation, f′ is smallest. For the sigmoid the"
                                                    + " product's largest value is that of y²(1 − y), 4/27 at y = ⅔;"
                                                    + " for tanh that of (1 − y)²(1 + y), 32/27 at y = −⅓.")
                                        .prose(
                                                "**E = ½Σe² behind a softmax.** ∂E/∂vᵢ = Σₖ (yₖ − tₖ)·yₖ(δₖᵢ − yᵢ), at"
                                                    + " most 8/27, reached where two classes share the probability as ⅔"
                                                    + " and ⅓.")
                                        .prose(
                                                "**Cross-entropy behind a softmax.** The softmax's derivative cancels"
                                                    + " the logarithm's and ∂E/∂v = y − t, between −1 and 1: the error"
                                                    + " itself, which does not fade at saturation.")
                                        .table(gradients)
                                        .note(
                                                "Where the assignment's derivation is loose: it multiplies the ranges"
                                                    + " of the factors as if they were independent, and takes the range"
                                                    + " of the local factor f′(v)·x for that of the whole product. The"
                                                    + " error T − y has both signs, so no range of ∂E/∂w begins at 0:"
                                                    + " not [0, ∞] for ReLU but (−∞, ∞), not [0, 0.25] for the sigmoid"
                                                    + " but (−4/27, 4/27). For tanh it gives [−1, 1], but with targets"
                                                    + " of 0 and 1 the error reaches 2 and the product 32/27. Under"
                                                    + " cross-entropy it gives ∂E/∂y = −T/y the range [−∞, 0] and"
                                                    + " multiplies on; but that factor never acts alone, and what"
                                                    + " reaches v is y − t. For a hidden layer none of these bounds"
                                                    + " holds: ∂E/∂v is then a sum over the layer above, times its"
                                                    + " weights, which may be of any size."))
                        .build();
        SequencedMap<String, Object> json = new LinkedHashMap<>();
        ranges.forEach((activation, measured) -> json.put(activation.kind(), measured));
        SequencedMap<String, Object> results = new LinkedHashMap<>();
        results.put("measured", json);
        run.write(report, results);
    }

    private Table functions() {
        Table.Builder table =
                Table.titled("Activation functions")
                        .columns(
                                "name",
                                "f(x)",
                                "f′, with y = f(x)",
                                "range of f",
                                "measured",
                                "range of f′",
                                "measured");
        ranges.forEach(
                (activation, measured) ->
                        table.row(
                                DenseNets.label(activation),
                                ActivationStudy.formula(activation),
                                activation
                                        .function()
                                        .derivativeFormula()
                                        .replace("else a", "else " + activation.slope()),
                                Cell.unbroken(activation.function().range()),
                                interval(measured.value()),
                                activation.function().derivativeRange().replace("{a,", "{" + activation.slope() + ","),
                                interval(measured.derivative())));
        return table.build();
    }

    private Table gradients() {
        Table.Builder table =
                Table.titled("The range of ∂E/∂w of an output weight")
                        .columns(
                                "activation",
                                "½Σe², own output",
                                "measured",
                                "½Σe², softmax",
                                "measured",
                                "cross-entropy, softmax",
                                "measured",
                                "the assignment says")
                        .note(
                                "Where the range is all numbers, the measured interval only shows how far inputs up to"
                                        + " ±50 lead.");
        ranges.forEach(
                (activation, measured) -> {
                    ActivationClaims claims = ActivationClaims.of(activation.function());
                    table.row(
                            DenseNets.label(activation),
                            Cell.unbroken(claims.squaredDirect()),
                            within(measured.squaredDirect(), claims.directBound()),
                            Cell.unbroken(claims.squaredSoftmax()),
                            within(measured.squaredSoftmax(), claims.softmaxBound()),
                            Cell.unbroken(claims.crossEntropy()),
                            within(measured.crossEntropy(), claims.crossEntropyBound()),
                            claims.assignment().isEmpty() ? "–" : claims.assignment());
                });
        return table.build();
    }

    /** Green where the measured interval keeps to the proved bound, red where it does not. */
    private static Cell within(Range measured, double bound) {
        Cell cell = Cell.of(interval(measured));
        boolean kept = Math.max(-measured.min(), measured.max()) <= bound * (1 + ROUNDING);
        return Double.isInfinite(bound) ? cell : kept ? cell.good() : cell.bad();
    }

    private static String interval(Range range) {
        return Cell.unbroken("[" + number(range.min()) + ", " + number(range.max()) + "]");
    }

    private static String number(double x) {
        String text = String.format(Locale.ROOT, Math.abs(x) >= 100 ? "%.0f" : "%.4f", x);
        return text.replaceFirst("\\.?0+$", "").replace('-', '−').replace("−0", x > -5e-5 ? "0" : "−0");
    }

    private static Figure plot(Activation activation) {
        double a = activation.slope();
        DoubleUnaryOperator f = x -> activation.function().value(x, a);
        DoubleUnaryOperator slope = x -> activation.function().derivative(x, f.applyAsDouble(x), a);
        Hue hue = Hue.ofActivation(activation.kind());
        String name = DenseNets.label(activation);
        return LineChart.named("function-" + activation.kind(), name)
                .x("x")
                .y("")
                .add(line("f(x) = " + ActivationStudy.formula(activation), hue, Series.Style.SOLID, f))
                .add(line("f′(x)", Hue.GREY, Series.Style.DASHED, slope))
                .build();
    }

    private static Series line(String name, Hue hue, Series.Style style, DoubleUnaryOperator f) {
        int points = 401;
        double[] x = new double[points];
        double[] y = new double[points];
        for (int i = 0; i < points; i++) {
            x[i] = -4 + 8.0 * i / (points - 1);
            y[i] = f.applyAsDouble(x[i]);
        }
        return new Series(name, "", hue, style, x, y);
    }
}
