package chainrule.experiments.inspect;

import chainrule.backend.Backend;
import chainrule.backend.SelfTest;
import chainrule.experiments.cli.Ink;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SequencedMap;

/**
 * How far each primitive of each backend is from the reference: a row a primitive, a column a backend.
 *
 * @param results of the same cases in the same order
 */
record SelfTestTable(SequencedMap<Backend, List<SelfTest.Result>> results) {
    private static final int COLUMN = 12;

    boolean passed() {
        return failures() == 0;
    }

    private long failures() {
        return results.values().stream().flatMap(List::stream).filter(r -> !r.passed()).count();
    }

    /** In a sentence. */
    String verdict() {
        long tried = results.values().stream().mapToLong(List::size).sum();
        return passed()
                ? Ink.GOOD.on("every primitive agrees with the reference")
                : Ink.BAD.on(failures() + " of " + tried + " tests failed");
    }

    String text() {
        StringBuilder text = new StringBuilder(String.format("  %-28s %6s", "primitive", "shapes"));
        results.keySet().forEach(k -> text.append(String.format("%" + COLUMN + "s", k.name())));
        text.append(Ink.FAINT.on("   largest error, relative to the largest number")).append('\n');
        SequencedMap<String, Map<Backend, List<SelfTest.Result>>> rows = new LinkedHashMap<>();
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

    private static void append(StringBuilder text, String primitive, Map<Backend, List<SelfTest.Result>> row) {
        int shapes = row.values().iterator().next().size();
        text.append(String.format("  %-28s %6d", primitive, shapes));
        row.values().forEach(tried -> text.append(cell(tried)));
        text.append('\n');
        row.forEach(
                (k, tried) ->
                        tried.stream()
                                .filter(r -> !r.passed())
                                .forEach(
                                        r ->
                                                text.append("      ")
                                                        .append(k.name())
                                                        .append(" on ")
                                                        .append(r.shape())
                                                        .append(": ")
                                                        .append(how(r))
                                                        .append('\n')));
    }

    private static String cell(List<SelfTest.Result> tried) {
        double error = tried.stream().mapToDouble(SelfTest.Result::error).max().orElseThrow();
        boolean passed = tried.stream().allMatch(SelfTest.Result::passed);
        String figure = error == 0 ? "exact" : String.format(Locale.ROOT, "%.1e", error);
        String text = String.format("%" + COLUMN + "s", passed ? figure : "WRONG");
        return passed ? text : Ink.BAD.on(text);
    }

    private static String how(SelfTest.Result r) {
        return r.failure() == null
                ? String.format(Locale.ROOT, "off by %.1e of the largest number", r.error())
                : r.failure();
    }
}
