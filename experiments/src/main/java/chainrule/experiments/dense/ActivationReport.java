package chainrule.experiments.dense;

import chainrule.experiments.dense.ActivationRanges.Range;
import chainrule.experiments.report.Assignment;
import chainrule.experiments.report.Cell;
import chainrule.experiments.report.Report;
import chainrule.experiments.report.Section;
import chainrule.experiments.report.Table;
import chainrule.experiments.report.figure.Figure;
import chainrule.experiments.report.figure.Hue;
import chainrule.experiments.report.figure.LineChart;
import chainrule.experiments.report.figure.Series;
import chainrule.experiments.study.RunFacts;
import chainrule.experiments.study.StudyReport;
import chainrule.experiments.text.Numbers;
import chainrule.experiments.text.Words;
import chainrule.layer.Activation;

import java.util.List;
import java.util.function.DoubleUnaryOperator;

/** Compares derived and measured ranges of {@link ActivationResults} in tables, and plots the functions. */
final class ActivationReport implements StudyReport {
    /** The relative error of a sweep in float32. */
    private static final double ROUNDING = 1e-6;

    private final RunFacts facts;
    private final ActivationResults results;
    private final List<ActivationResults.Measured> measured;

    ActivationReport(RunFacts facts, ActivationResults results) {
        this.facts = facts;
        this.results = results;
        this.measured = results.measured();
    }

    @Override
    public String console() {
        return functions().plain() + "\n" + gradients().plain();
    }

    @Override
    public Report report() {
        Section.Builder plots = Section.titled("The functions and their derivatives");
        List<Figure> figures = measured.stream().map(m -> plot(m.function())).toList();
        for (int i = 0; i < figures.size(); i += 2) {
            plots.figures(figures.subList(i, Math.min(i + 2, figures.size())).toArray(new Figure[0]));
        }
        Section.Builder ranges =
                Section.titled("The range of ∂E/∂w")
                        .prose(
                                "For a weight w of an output unit, with v = Σ w·x, where x is an activation of the"
                                        + " layer before, and targets t of 0 or 1: ∂E/∂w = ∂E/∂v · x.")
                        .prose(
                                "**E = ½Σe², the output units have the activation itself.** ∂E/∂v = (y − t)·f′(v). Both"
                                    + " factors depend on v: where the error is largest, at saturation, f′ is smallest."
                                    + " For the sigmoid and t = 0 the product is y²(1 − y), whose derivative 2y − 3y²"
                                    + " is zero at y = ⅔: at most 4/27; t = 1 mirrors it. For tanh and t = 1 its size"
                                    + " is (1 − y)²(1 + y), whose derivative −(1 − y)(1 + 3y) is zero at y = −⅓: at"
                                    + " most 32/27; for t = 0 it is smaller.")
                        .prose(
                                "**E = ½Σe² behind a softmax.** With p = y of the right class and q = y of another,"
                                    + " ∂E/∂v of the right class is −p((1 − p)² + Σₖ yₖ²), summed over the wrong"
                                    + " classes. As their yₖ add up to 1 − p, that sum is at most (1 − p)², and the"
                                    + " size at most 2p(1 − p)² ≤ 8/27. Of a wrong class it is q(q(1 − q) + p(1 − p) −"
                                    + " Σₖ yₖ²), summed over the other wrong classes. For q ≥ ½, p ≤ 1 − q makes it at"
                                    + " most 2q²(1 − q) ≤ 8/27; for q < ½ it is below ¼; and it is never below −q(1 −"
                                    + " q)² ≥ −4/27. The bound 8/27 is approached where two classes share the"
                                    + " probability as ⅔ and ⅓.")
                        .prose(
                                "**Cross-entropy behind a softmax.** The softmax's derivative cancels the logarithm's"
                                    + " and ∂E/∂v = y − t, between −1 and 1: the error itself, which does not fade at"
                                    + " saturation.")
                        .table(gradients())
                        .note(assignmentInWords());
        return facts.report("Activations: functions, derivatives and the range of ∂E/∂w", results)
                .lead(lead())
                .section(
                        Section.titled("Functions and derivatives")
                                .prose(
                                        "Stated: the range as a set. Measured: the smallest and largest value over "
                                                + Numbers.count(results.inputs())
                                                + " inputs from "
                                                + Numbers.shortest(-results.reach(), 4)
                                                + " to "
                                                + Numbers.shortest(results.reach(), 4)
                                                + ", computed by the engine's forward and backward. An open end is"
                                                + " approached but not reached, except by rounding.")
                                .table(functions()))
                .section(plots)
                .section(ranges)
                .build();
    }

    private String lead() {
        return "The derivative says what an activation, without the weights around it, can do to a gradient that passes"
                + " back through it: it multiplies each element by a number from "
                + Words.and(
                        measured.stream()
                                .map(
                                        m ->
                                                Numbers.shortest(m.ranges().derivative().min(), 4)
                                                        + " to "
                                                        + Numbers.shortest(m.ranges().derivative().max(), 4)
                                                        + " ("
                                                        + DenseNets.label(m.function())
                                                        + ")")
                                .toList())
                + ". The range of ∂E/∂w is another matter: it has both signs, and it is the range of a product whose"
                + " factors depend on each other.";
    }

    /** Compares the assignment's ranges with the true ones. */
    private String assignmentInWords() {
        StringBuilder text =
                new StringBuilder(
                        "The assignment's report multiplies the ranges of the factors as if they were independent. ");
        for (ActivationResults.Measured m : measured) {
            ActivationClaims claims = ActivationClaims.of(m.function().function());
            if (claims.assignment() != null) {
                text.append("For ")
                        .append(DenseNets.label(m.function()))
                        .append(" it derives ")
                        .append(claims.assignment().shown())
                        .append(claims.assignedContainsTrue() ? ", which contains" : ", which does not contain")
                        .append(" the range ")
                        .append(claims.rangeOfItsNet())
                        .append(
                                claims.assignedContainsTrue()
                                        ? ". "
                                        : claims.assigned().min() >= 0 ? ": the error has both signs. " : ". ");
            }
        }
        return text.append("It has softmax outputs in mind (")
                .append(Assignment.SOFTMAX_OUTPUT.quoted())
                .append(
                        "), so that the error is between −1 and 1. Under cross-entropy it gives ∂E/∂y = −T/y the range"
                                + " ")
                .append(Assignment.RANGE_CROSS_ENTROPY_OUTPUT.shown())
                .append(
                        " and multiplies on; but that factor never acts alone, and what reaches v is y − t. For a"
                                + " hidden layer none of these bounds holds: ∂E/∂v is then a sum over the layer above,"
                                + " times its weights, which may be of any size.")
                .toString();
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
        for (ActivationResults.Measured m : measured) {
            Activation activation = m.function();
            String slope = Numbers.shortest(activation.slope(), 4);
            table.row(
                    DenseNets.label(activation),
                    ActivationStudy.formula(activation),
                    activation.function().derivativeFormula().replace("else a", "else " + slope),
                    Cell.unbroken(activation.function().range()),
                    interval(m.ranges().value()),
                    activation.function().derivativeRange().replace("{a,", "{" + slope + ","),
                    interval(m.ranges().derivative()));
        }
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
                                        + " ±"
                                        + Numbers.shortest(results.reach(), 4)
                                        + " lead.");
        for (ActivationResults.Measured m : measured) {
            ActivationRanges ranges = m.ranges();
            ActivationClaims claims = ActivationClaims.of(m.function().function());
            table.row(
                    DenseNets.label(m.function()),
                    Cell.unbroken(claims.squaredDirect()),
                    within(ranges.squaredDirect(), claims.directBound()),
                    Cell.unbroken(claims.squaredSoftmax()),
                    within(ranges.squaredSoftmax(), claims.softmaxBound()),
                    Cell.unbroken(claims.crossEntropy()),
                    within(ranges.crossEntropy(), claims.crossEntropyBound()),
                    claims.assignment() == null ? "–" : Cell.unbroken(claims.assignment().shown()));
        }
        return table.build();
    }

    /** Green if the measured interval lies within the proved bound, red if not. */
    private static Cell within(Range measured, double bound) {
        Cell cell = Cell.of(interval(measured));
        boolean kept = Math.max(-measured.min(), measured.max()) <= bound * (1 + ROUNDING);
        return Double.isInfinite(bound) ? cell : kept ? cell.good() : cell.bad();
    }

    private static String interval(Range range) {
        return Cell.unbroken("[" + Numbers.shortest(range.min(), 4) + ", " + Numbers.shortest(range.max(), 4) + "]");
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
