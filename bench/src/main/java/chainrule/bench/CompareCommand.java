package chainrule.bench;

import chainrule.bench.statistics.Discoveries;
import chainrule.experiments.cli.Shell;
import chainrule.experiments.report.Cell;
import chainrule.experiments.report.OutputDirectory;
import chainrule.experiments.report.Report;
import chainrule.experiments.report.Section;
import chainrule.experiments.report.Table;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;

/** The command {@code ./run bench compare}: compares saved runs row by row. */
@Command(
        name = "compare",
        description =
                "Compares saved runs of ./run bench. Each time is given as a multiple of the first file's, with the 95"
                        + " %% interval of the differences between forks.",
        footer = {
            "",
            "A row is called faster or slower if its difference is significant after a correction for the number of"
                    + " rows: at most 5 %% of such verdicts are wrong on average. Runs of different days also differ by"
                    + " what else the machine did, which no statistics on forks can know."
        },
        mixinStandardHelpOptions = true,
        sortOptions = false)
final class CompareCommand implements Runnable {
    private static final double RATE = 0.05;

    /** Facts that should be equal in runs that are compared. */
    private static final List<String> EQUAL_FACTS = List.of("CPU", "processors", "JDK", "JVM options", "settings");

    @Spec CommandSpec command;

    @Parameters(
            paramLabel = "FILE",
            arity = "2..*",
            hideParamSyntax = true,
            description = "results.json of two or more runs; the first is the base")
    List<Path> files;

    @Option(
            names = {"-f", "--filter"},
            paramLabel = "REGEX",
            description = "only rows whose name (family operation shape backend threads) contains a match")
    String filter = "";

    @Option(
            names = {"-t", "--threshold"},
            paramLabel = "PERCENT",
            defaultValue = "0",
            description = "only rows in which a run differs by at least so much (default: ${DEFAULT-VALUE})")
    double threshold;

    @Option(names = "--out", paramLabel = "DIR", description = "the folder of a report in HTML (default: none)")
    Path out;

    /** One measurement of a run compared with the same of the base. */
    private record Entry(int run, Measurement base, Measurement other, Ratio ratio) {}

    private enum Verdict {
        FASTER,
        SLOWER,
        SAME,
        UNKNOWN
    }

    @Override
    public void run() {
        Pattern rows = BenchCommand.pattern("--filter", filter);
        if (!(threshold >= 0)) {
            throw new IllegalArgumentException("--threshold " + threshold + ": expected at least 0");
        }
        List<Results> runs = files.stream().map(Results::read).toList();
        List<Entry> entries = entries(runs, rows);
        boolean[] significant =
                Discoveries.significant(entries.stream().mapToDouble(e -> e.ratio().pValue()).toArray(), RATE);
        Map<Entry, Verdict> verdicts = new LinkedHashMap<>();
        for (int i = 0; i < entries.size(); i++) {
            Ratio ratio = entries.get(i).ratio();
            Verdict decided = ratio.value() < 1 ? Verdict.FASTER : Verdict.SLOWER;
            verdicts.put(entries.get(i), !ratio.known() ? Verdict.UNKNOWN : significant[i] ? decided : Verdict.SAME);
        }
        List<String> warnings = warnings(runs);
        warnings.forEach(w -> System.out.println("warning: " + w));
        Table table = table(verdicts);
        System.out.print(table.plain());
        String summary = summary(verdicts);
        System.out.println(summary);
        if (out != null) {
            OutputDirectory directory = OutputDirectory.open(out);
            directory.write(report(table, summary, warnings));
            System.out.println(directory.path().resolve("report.html"));
        }
    }

    private List<Entry> entries(List<Results> runs, Pattern rows) {
        List<Entry> entries = new ArrayList<>();
        for (Measurement base : runs.getFirst().measured()) {
            if (!rows.matcher(base.name()).find()) {
                continue;
            }
            List<Entry> row = new ArrayList<>();
            for (int i = 1; i < runs.size(); i++) {
                int run = i;
                runs.get(i).measured().stream()
                        .filter(m -> m.name().equals(base.name()))
                        .findFirst()
                        .ifPresent(m -> row.add(new Entry(run, base, m, Ratio.of(base.forkMeans(), m.forkMeans()))));
            }
            if (row.stream().anyMatch(e -> 100 * Math.abs(e.ratio().value() - 1) >= threshold)) {
                entries.addAll(row);
            }
        }
        if (entries.isEmpty()) {
            throw new IllegalArgumentException(
                    "the files have no rows in common that match; their rows are named like '"
                            + runs.getFirst().measurements().stream().map(Measurement::name).findFirst().orElse("")
                            + "'");
        }
        return entries;
    }

    private List<String> warnings(List<Results> runs) {
        List<String> warnings = new ArrayList<>();
        for (int i = 1; i < runs.size(); i++) {
            for (String fact : EQUAL_FACTS) {
                String base = runs.getFirst().text(fact);
                String other = runs.get(i).text(fact);
                if (!base.equals(other)) {
                    warnings.add(
                            files.get(i) + " has another " + fact + ": " + shown(other) + ", the base " + shown(base));
                }
            }
        }
        return warnings;
    }

    private static String shown(String fact) {
        return fact.isEmpty() ? "(not stored)" : fact;
    }

    private Table table(Map<Entry, Verdict> verdicts) {
        Table.Builder table =
                Table.titled("Times as multiples of " + files.getFirst())
                        .note("Intervals are 95 % intervals of the ratio, from the means of the forks.")
                        .columns("row")
                        .numeric("base")
                        .columns("run")
                        .numeric("time", "ratio")
                        .columns("95 % interval", "verdict");
        verdicts.forEach(
                (e, verdict) ->
                        table.row(
                                e.base().name(),
                                BenchReport.time(e.base().median()),
                                files.get(e.run()),
                                BenchReport.time(e.other().median()),
                                String.format(Locale.ROOT, "%.3f", e.ratio().value()),
                                e.ratio().interval(),
                                switch (verdict) {
                                    case FASTER -> Cell.of("faster").good();
                                    case SLOWER -> Cell.of("slower").bad();
                                    case SAME -> Cell.of("no difference shown");
                                    case UNKNOWN -> Cell.of("–");
                                }));
        return table.build();
    }

    private static String summary(Map<Entry, Verdict> verdicts) {
        return count(verdicts, Verdict.FASTER)
                + " faster, "
                + count(verdicts, Verdict.SLOWER)
                + " slower, "
                + count(verdicts, Verdict.SAME)
                + " without a difference shown, "
                + count(verdicts, Verdict.UNKNOWN)
                + " with too few forks";
    }

    private static long count(Map<Entry, Verdict> verdicts, Verdict verdict) {
        return verdicts.values().stream().filter(v -> v == verdict).count();
    }

    private Report report(Table table, String summary, List<String> warnings) {
        Section.Builder section = Section.titled("Row by row");
        warnings.forEach(w -> section.note(w, Cell.Tone.WARN));
        return Report.titled("Benchmarks compared")
                .lead(summary + ".")
                .fact(
                        "command",
                        Shell.command("./run bench compare", command.commandLine().getParseResult().originalArgs()))
                .section(section.table(table))
                .build();
    }
}
