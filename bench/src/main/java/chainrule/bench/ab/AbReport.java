package chainrule.bench.ab;

import chainrule.bench.statistics.PairedRatio;
import chainrule.bench.statistics.Verdict;
import chainrule.experiments.report.Cell;
import chainrule.experiments.report.Report;
import chainrule.experiments.report.Section;
import chainrule.experiments.report.Table;

import java.util.Collections;
import java.util.List;
import java.util.Locale;

/** Which rows differ between two builds. */
final class AbReport {
    private static final double SECONDS_PER_MICRO = 1e-6;

    private final AbResults results;
    private final List<PairedRatio> ratios;
    private final List<Verdict> verdicts;

    AbReport(AbResults results) {
        this.results = results;
        this.ratios = results.rows().stream().map(row -> PairedRatio.ofRatios(row.ratios())).toList();
        this.verdicts = Verdict.of(ratios, 0);
    }

    /** True if a row was called slower. */
    boolean slower() {
        return verdicts.contains(Verdict.SLOWER);
    }

    Table table() {
        Table.Builder table =
                Table.titled("Before and after")
                        .note(
                                "The ratio says how many times as fast the second build is, with its 95 % interval,"
                                    + " from pairs of new processes whose windows take turns; that of a pair is the"
                                    + " median over neighboring windows. A row is called faster or slower if its t test"
                                    + " on the logarithms of the ratios passes Benjamini and Hochberg's bound: of the"
                                    + " rows called so, at most 5 % are by chance. With one thread the time is"
                                    + " processor time.")
                        .columns("what")
                        .numeric(
                                "rounds", results.before() + ", µs", results.after() + ", µs", "ratio", "95 % interval")
                        .columns("verdict");
        for (int i = 0; i < ratios.size(); i++) {
            AbResults.Row row = results.rows().get(i);
            PairedRatio ratio = ratios.get(i);
            Cell verdict =
                    switch (verdicts.get(i)) {
                        case FASTER -> Cell.of("faster").good();
                        case SLOWER -> Cell.of("slower").bad();
                        default -> Cell.of(ratio.bounded() ? "no difference found" : "too few rounds");
                    };
            table.row(
                    row.name(),
                    ratio.rounds(),
                    micros(row.before()),
                    micros(row.after()),
                    ratio.rounds() == 0 ? "–" : String.format(Locale.ROOT, "%.3f", ratio.ratio()),
                    !ratio.bounded() ? "–" : String.format(Locale.ROOT, "%.3f – %.3f", ratio.low(), ratio.high()),
                    verdict);
        }
        return table.build();
    }

    private static String micros(double seconds) {
        return Double.isNaN(seconds) ? "–" : String.format(Locale.ROOT, "%.1f", seconds / SECONDS_PER_MICRO);
    }

    /** How many rows differ, in words. */
    String summary() {
        int faster = Collections.frequency(verdicts, Verdict.FASTER);
        int slower = Collections.frequency(verdicts, Verdict.SLOWER);
        int rows = verdicts.size();
        return results.after()
                + " against "
                + results.before()
                + ": "
                + faster
                + " faster, "
                + slower
                + " slower, "
                + (rows - faster - slower)
                + " without a difference that could be found";
    }

    Report report() {
        Report.Builder report =
                Report.titled("Two builds")
                        .lead(summary() + ".")
                        .fact("before", results.before())
                        .fact("after", results.after());
        results.facts().forEach(report::fact);
        Section.Builder section = Section.titled("Rows").table(table());
        if (!results.missing().isEmpty()) {
            section.prose("Not measured: " + String.join("; ", results.missing()) + ".");
        }
        return report.section(section).build();
    }
}
