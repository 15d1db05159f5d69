package chainrule.experiments.dense;

import chainrule.backend.Elementwise;

import java.util.Map;

/** The test results in the assignment's report (Exercise 1, problem B), for comparison. */
final class AssignmentFigures {
    /** Test loss and accuracy as printed in the report. */
    record Figure(String loss, String accuracy) {}

    private static final Map<Elementwise, Map<Integer, Figure>> FIGURES =
            Map.of(
                    Elementwise.RELU,
                    Map.of(
                            5, new Figure(".1211", ".9651"),
                            20, new Figure(".1454", ".9617"),
                            40, new Figure("2.301", ".1135")),
                    Elementwise.TANH,
                    Map.of(
                            5, new Figure(".1042", ".9698"),
                            20, new Figure(".1546", ".9632"),
                            40, new Figure(".1652", ".9615")),
                    Elementwise.SIGMOID,
                    Map.of(
                            5, new Figure("2.3012", ".1135"),
                            20, new Figure("2.3014", ".1135"),
                            40, new Figure("2.3012", ".1135")));

    private AssignmentFigures() {}

    /** The results of one net; empty strings if the report has none. */
    static Figure of(Elementwise activation, int depth) {
        return FIGURES.getOrDefault(activation, Map.of()).getOrDefault(depth, new Figure("", ""));
    }
}
