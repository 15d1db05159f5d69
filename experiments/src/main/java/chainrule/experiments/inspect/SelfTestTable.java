package chainrule.experiments.inspect;

import chainrule.backend.check.SelfTest;
import chainrule.experiments.cli.Ink;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SequencedMap;

/**
 * The error of each primitive of each backend compared with the reference: a row per primitive, a column per backend.
 *
 * @param results by backend, for the same cases in the same order
 */
record SelfTestTable(SequencedMap<String, List<SelfTest.Result>> results) {
    private static final int COLUMN = 12;
    private static final int WIDTH = 110;
    private static final int INDENT = 6;

    boolean passed() {
        return failures() == 0;
    }

    private long failures() {
        return results.values().stream().flatMap(List::stream).filter(r -> !r.passed()).count();
    }

    /** The result in one sentence. */
    String verdict() {
        long tried = results.values().stream().mapToLong(List::size).sum();
        return passed()
                ? Ink.GOOD.on("all " + tried + " tests passed: each primitive tested agrees with the reference")
                : Ink.BAD.on(failures() + " of " + tried + " tests failed");
    }

    String text() {
        StringBuilder text = new StringBuilder(String.format(Locale.ROOT, "  %-28s %6s", "primitive", "shapes"));
        results.keySet().forEach(name -> text.append(String.format(Locale.ROOT, "%" + COLUMN + "s", name)));
        text.append(Ink.FAINT.on("   largest error, relative to the largest value")).append('\n');
        SequencedMap<String, Map<String, List<SelfTest.Result>>> rows = new LinkedHashMap<>();
        results.forEach(
                (k, all) ->
                        all.forEach(
                                r ->
                                        rows.computeIfAbsent(r.primitive(), _ -> new LinkedHashMap<>())
                                                .computeIfAbsent(k, _ -> new ArrayList<>())
                                                .add(r)));
        rows.forEach((primitive, row) -> append(text, primitive, row));
        return text.toString();
    }

    private static void append(StringBuilder text, String primitive, Map<String, List<SelfTest.Result>> row) {
        int shapes = row.values().iterator().next().size();
        text.append(String.format(Locale.ROOT, "  %-28s %6d", primitive, shapes));
        row.values().forEach(tried -> text.append(cell(tried)));
        text.append('\n');
        row.forEach(
                (name, tried) ->
                        tried.stream()
                                .filter(r -> !r.passed())
                                .map(r -> name + " on " + r.shape() + ": " + how(r))
                                .map(line -> " ".repeat(INDENT) + Ink.wrap(line, WIDTH, INDENT) + "\n")
                                .forEach(text::append));
    }

    private static String cell(List<SelfTest.Result> tried) {
        double error = tried.stream().mapToDouble(SelfTest.Result::error).max().orElseThrow();
        boolean passed = tried.stream().allMatch(SelfTest.Result::passed);
        String figure = error == 0 ? "exact" : String.format(Locale.ROOT, "%.1e", error);
        String text = String.format(Locale.ROOT, "%" + COLUMN + "s", passed ? figure : "WRONG");
        return passed ? text : Ink.BAD.on(text);
    }

    private static String how(SelfTest.Result r) {
        if (r.failure() != null) {
            return r.failure();
        }
        return Double.isFinite(r.error())
                ? String.format(Locale.ROOT, "off by %.1e of the largest value", r.error())
                : "not finite, unlike the reference";
    }
}
