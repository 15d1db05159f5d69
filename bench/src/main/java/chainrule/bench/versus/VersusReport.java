package chainrule.bench.versus;

import chainrule.bench.path.StepParts;
import chainrule.bench.statistics.PairedRatio;
import chainrule.bench.statistics.Verdict;
import chainrule.bench.versus.Cells.Group;
import chainrule.bench.versus.VersusResults.Entrant;
import chainrule.bench.versus.VersusResults.Missing;
import chainrule.bench.versus.VersusResults.Mode;
import chainrule.bench.versus.VersusResults.Plan;
import chainrule.bench.versus.VersusResults.Round;
import chainrule.bench.versus.VersusResults.Sample;
import chainrule.experiments.report.Cell;
import chainrule.experiments.report.Report;
import chainrule.experiments.report.Section;
import chainrule.experiments.report.Table;
import chainrule.experiments.report.figure.Figure;
import chainrule.experiments.text.Numbers;
import chainrule.experiments.text.Words;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.Set;

/**
 * The page of {@code ./run versus}, and the same tables for the terminal. It draws its conclusions from the results each time,
 * so that an earlier result can be rendered again.
 */
final class VersusReport {
    private static final String NONE = "–";

    /** With more nets than this, the sentences get a separate section. */
    private static final int NETS_IN_LEAD = 3;

    /** With more rounds than this their table is collapsed. */
    private static final int ROUNDS_IN_TABLE = 40;

    private static final double LARGE_DRIFT = 0.05;
    private static final double LARGE_STEAL = 0.02;

    private final VersusResults results;
    private final Plan plan;
    private final Cells cells;
    private final Sentences sentences;
    private final boolean compared;

    VersusReport(VersusResults results) {
        this.results = results;
        this.plan = results.plan();
        this.cells = new Cells(results);
        this.sentences = new Sentences(results, cells);
        this.compared = !results.rounds().isEmpty() || results.accuracy().isEmpty();
    }

    Report report() {
        Report.Builder report = Report.titled(plan.mode() == Mode.INFER ? "Versus: inference" : "Versus: training");
        report.lead(lead());
        results.facts().forEach(report::fact);
        if (!results.accuracy().isEmpty()) {
            report.section(accuracySection());
        }
        if (!compared) {
            return report.build();
        }
        List<Group> groups = cells.groups();
        if (groups.size() > NETS_IN_LEAD) {
            Section.Builder words = Section.titled("Who is faster");
            groups.forEach(group -> words.prose(sentences.of(group)));
            report.section(words);
        }
        VersusCharts charts = new VersusCharts(results, cells);
        for (Group group : groups) {
            Section.Builder section = Section.titled(group.title());
            if (groups.size() <= NETS_IN_LEAD && groups.size() > 1) {
                section.prose(sentences.of(group));
            }
            charts.overBatch(group).forEach(section::figures);
            charts.overThreads(group).forEach(section::figures);
            section.table(table(group, true));
            partsTable(group).ifPresent(section::table);
            report.section(section.build());
        }
        groups.stream().map(Group::net).distinct().forEach(net -> widthSection(report, charts.overWidth(net), net));
        report.section(itself());
        report.section(method());
        return report.build();
    }

    private void widthSection(Report.Builder report, List<Figure> figures, String net) {
        if (!figures.isEmpty()) {
            Section.Builder section = Section.titled(net + " over width");
            sentences.overWidth(net).ifPresent(section::prose);
            report.section(section.figures(figures.getFirst()).build());
        }
    }

    /** Where the steps of a net go, for contenders that tell; empty if none does. */
    private Optional<Table> partsTable(Group group) {
        List<Cells.Cell> told = new ArrayList<>();
        Set<String> occurring = new HashSet<>();
        for (int batch : plan.batches()) {
            for (Entrant entrant : cells.entrants()) {
                Cells.Cell cell = cells.cell(group, batch, entrant.name());
                if (!cell.parts(Sample::parts).isEmpty()) {
                    told.add(cell);
                    occurring.addAll(cell.parts(Sample::parts).keySet());
                    occurring.addAll(cell.parts(Sample::alone).keySet());
                }
            }
        }
        if (told.isEmpty()) {
            return Optional.empty();
        }
        List<String> columns =
                Arrays.stream(StepParts.Part.values()).map(StepParts.Part::label).filter(occurring::contains).toList();
        Table.Builder table =
                Table.titled("Where a step of " + group.title() + " goes")
                        .note(partsNote(told))
                        .numeric("batch")
                        .columns("contender")
                        .numeric(columns.toArray(String[]::new));
        for (Cells.Cell cell : told) {
            table.row(parts(cell, cell.entrant().name(), cell.parts(Sample::parts), columns));
            if (!cell.parts(Sample::alone).isEmpty()) {
                table.row(parts(cell, cell.entrant().name() + ", one by one", cell.parts(Sample::alone), columns));
            }
        }
        return Optional.of(table.build());
    }

    private static Object[] parts(Cells.Cell cell, String name, Map<String, Double> parts, List<String> columns) {
        double step = parts.values().stream().mapToDouble(Double::doubleValue).sum();
        List<Object> row = new ArrayList<>(List.of(Numbers.count(cell.batch()), Cell.unbroken(name)));
        columns.forEach(part -> row.add(parts.containsKey(part) ? Numbers.percent(parts.get(part) / step, 0) : NONE));
        return row.toArray();
    }

    private static String partsNote(List<Cells.Cell> told) {
        boolean gpu = told.stream().anyMatch(c -> !c.parts(Sample::alone).isEmpty());
        return "Measured once, with a clock around each primitive. Host is the time between primitives; products are"
                + " matrix products and convolutions; others are pooling, normalization, sums and losses; waiting is"
                + " for results that the host needs."
                + (gpu
                        ? " A GPU works while the host launches further primitives, and waiting is what is left of its"
                                + " work then. One by one, the host waits for each primitive, so that the time of a"
                                + " primitive is that of its work."
                        : "");
    }

    /** The sentences and tables as text. */
    String console() {
        StringBuilder text = new StringBuilder();
        accuracySentences().forEach(s -> text.append(s).append('\n'));
        if (!results.accuracy().isEmpty()) {
            text.append('\n').append(accuracyTable().plain());
        }
        if (!compared) {
            return text.toString();
        }
        for (Group group : cells.groups()) {
            text.append('\n').append(table(group, false).plain());
        }
        text.append('\n');
        if (!results.missing().isEmpty()) {
            text.append(missingTable().plain()).append('\n');
        }
        cells.groups().forEach(group -> text.append(sentences.of(group)).append('\n'));
        return text.append(sentences.trust()).toString().strip() + "\n";
    }

    private String lead() {
        List<String> parts = new ArrayList<>(accuracySentences());
        if (compared) {
            List<Group> groups = cells.groups();
            if (groups.size() <= NETS_IN_LEAD) {
                groups.forEach(group -> parts.add(sentences.of(group)));
            } else {
                parts.add(
                        Words.count(groups.size(), "net")
                                + (plan.widths().isEmpty() ? "" : ", counting each width,")
                                + " with "
                                + (plan.batches().size() == 1
                                        ? "batch " + Numbers.count(plan.batches().getFirst())
                                        : Words.count(plan.batches().size(), "batch size"))
                                + ", compared with "
                                + Sentences.phrase(plan.base().name())
                                + ".");
            }
            parts.add(sentences.trust());
        }
        return String.join(" ", parts).strip();
    }

    /**
     * The results of a net.
     *
     * @param page true for the page, with all columns; false for a terminal, with those that fit and the verdict last
     */
    private Table table(Group group, boolean page) {
        boolean infer = plan.mode() == Mode.INFER;
        Table.Builder table =
                Table.titled(group.title() + (infer ? ", inference" : ", training"))
                        .numeric("batch")
                        .columns("contender")
                        .numeric("images/s", "× base", "95 % interval");
        if (page) {
            table.columns("verdict");
        }
        if (infer) {
            table.numeric("latency p50", "p99");
        }
        if (page) {
            table.numeric("memory", infer ? "CPU per call" : "CPU per step");
            if (energyKnown()) {
                table.numeric("J per 1,000 images");
            }
        } else {
            table.columns("verdict");
        }
        if (page && !plan.prices().isEmpty()) {
            table.numeric("price per million images");
        }
        for (int batch : plan.batches()) {
            for (Entrant entrant : cells.entrants()) {
                Cells.Cell cell = cells.cell(group, batch, entrant.name());
                table.row((page ? pageRow(cell) : consoleRow(cell)).toArray());
            }
        }
        return table.note(
                        "The base is "
                                + Sentences.phrase(plan.base().name())
                                + ". A verdict of faster or slower needs a difference of more than 1 % and allows for"
                                + " the number of rows. Memory is the peak of the process up to that batch size."
                                + reasons(group))
                .build();
    }

    private List<Object> pageRow(Cells.Cell cell) {
        List<Object> row = new ArrayList<>();
        row.add(Numbers.count(cell.batch()));
        row.add(Cell.unbroken(cell.entrant().name()));
        row.addAll(rates(cell));
        row.add(cell.measured() ? verdict(cell) : Cell.of(Cell.unbroken("not measured")).warn());
        row.addAll(latencies(cell));
        row.addAll(costs(cell));
        return row;
    }

    private List<Object> consoleRow(Cells.Cell cell) {
        List<Object> row = new ArrayList<>();
        row.add(Numbers.count(cell.batch()));
        row.add(cell.entrant().name());
        row.addAll(rates(cell));
        row.addAll(latencies(cell));
        row.add(cell.measured() ? verdict(cell) : reason(cell));
        return row;
    }

    private List<String> rates(Cells.Cell cell) {
        PairedRatio ratio = cell.ratio();
        return List.of(
                cell.measured() ? Sentences.rate(cell.rate()) : NONE,
                cell.measured() && base(cell) ? "1" : ratio.rounds() == 0 ? NONE : Numbers.magnitude(ratio.ratio()),
                ratio.bounded() ? interval(ratio) : NONE);
    }

    private List<String> latencies(Cells.Cell cell) {
        return plan.mode() == Mode.INFER
                ? List.of(time(cell.median(Sample::p50)), time(cell.median(Sample::p99)))
                : List.of();
    }

    private List<String> costs(Cells.Cell cell) {
        double joules = cell.median(Sample::joules) / cell.batch() * 1000;
        List<String> costs = new ArrayList<>();
        costs.add(memory(cell.median(Sample::peakBytes)));
        costs.add(time(cell.median(Sample::cpuSeconds)));
        if (energyKnown()) {
            costs.add(joules > 0 ? Numbers.magnitude(joules) : NONE);
        }
        if (!plan.prices().isEmpty()) {
            double hour = plan.prices().getOrDefault(cell.entrant().program(), 0.0);
            costs.add(hour > 0 && cell.measured() ? price(hour / 3600 * 1e6 / cell.rate().ratio()) : NONE);
        }
        return costs;
    }

    private boolean energyKnown() {
        return results.rounds().stream().flatMap(r -> r.samples().stream()).anyMatch(s -> s.joules() > 0);
    }

    private boolean base(Cells.Cell cell) {
        return cell.entrant().name().equals(plan.base().name());
    }

    private String reason(Cells.Cell cell) {
        return cells.reason(cell.group(), cell.batch(), cell.entrant().name());
    }

    /** Why cells of a net are empty: "Not measured: cuda at batch 1,024 and 4,096 (out of memory)." */
    private String reasons(Group group) {
        SequencedMap<List<String>, List<String>> batches = new LinkedHashMap<>();
        for (Entrant entrant : cells.entrants()) {
            for (int batch : plan.batches()) {
                Cells.Cell cell = cells.cell(group, batch, entrant.name());
                if (!cell.measured()) {
                    batches.computeIfAbsent(List.of(entrant.name(), reason(cell)), _ -> new ArrayList<>())
                            .add(Numbers.count(batch));
                }
            }
        }
        List<String> parts = new ArrayList<>();
        batches.forEach(
                (cell, sizes) ->
                        parts.add(
                                Sentences.phrase(cell.getFirst())
                                        + " at batch "
                                        + Words.and(sizes)
                                        + " ("
                                        + cell.getLast()
                                        + ")"));
        return parts.isEmpty() ? "" : " Not measured: " + String.join("; ", parts) + ".";
    }

    private Cell verdict(Cells.Cell cell) {
        if (base(cell)) {
            return Cell.of("base");
        }
        if (cell.ratio().rounds() == 0) {
            return Cell.of("not comparable");
        }
        Cell word = Cell.of(cell.ratio().bounded() ? cell.verdict().word() : "one round");
        return switch (cell.verdict()) {
            case FASTER -> word.good();
            case SLOWER -> word.bad();
            case SAME, UNDECIDED -> word;
        };
    }

    private static String interval(PairedRatio ratio) {
        return Numbers.magnitude(ratio.low()) + "–" + Numbers.magnitude(ratio.high());
    }

    /** "3.21 ms"; a dash if unknown. */
    static String time(double seconds) {
        if (!(seconds > 0)) {
            return NONE;
        }
        return seconds >= 1
                ? Numbers.magnitude(seconds) + " s"
                : seconds >= 1e-3 ? Numbers.magnitude(1e3 * seconds) + " ms" : Numbers.magnitude(1e6 * seconds) + " µs";
    }

    /** Three significant digits without powers of ten: 0.000868. */
    private static String price(double value) {
        int digits = Math.clamp(2 - (long) Math.floor(Math.log10(value)), 0, 12);
        return Numbers.fixed(value, digits);
    }

    private static String memory(double bytes) {
        if (!(bytes > 0)) {
            return NONE;
        }
        return bytes >= 1e9 ? Numbers.magnitude(1e-9 * bytes) + " GB" : Numbers.magnitude(1e-6 * bytes) + " MB";
    }

    /** The base against itself. */
    private Section itself() {
        Section.Builder section = Section.titled("Equal programs").prose(sentences.itself());
        if (cells.again().isEmpty()) {
            return section.build();
        }
        Table.Builder table =
                Table.titled(plan.base().name() + " against itself")
                        .note(
                                "The second entry runs the same program with the same settings. Whatever differs is"
                                    + " noise: differences of this size between other contenders mean nothing. About"
                                    + " one interval in twenty does not contain 1 by chance.")
                        .columns("net")
                        .numeric("rows", "called different", "intervals without 1", "smallest ratio", "largest ratio");
        SequencedMap<Group, List<Cells.Cell>> byNet = new LinkedHashMap<>();
        cells.again().forEach(c -> byNet.computeIfAbsent(c.group(), _ -> new ArrayList<>()).add(c));
        byNet.forEach(
                (group, rows) -> {
                    double[] ratios = rows.stream().mapToDouble(c -> c.ratio().ratio()).sorted().toArray();
                    long without = rows.stream().filter(c -> c.ratio().low() > 1 || c.ratio().high() < 1).count();
                    table.row(
                            Cell.unbroken(group.title()),
                            rows.size(),
                            rows.stream().filter(c -> c.verdict().different()).count(),
                            without,
                            Numbers.fixed(ratios[0], 3),
                            Numbers.fixed(ratios[ratios.length - 1], 3));
                });
        return section.table(table.build()).build();
    }

    private Section method() {
        Section.Builder section = Section.titled("Machine and method").prose(methodText());
        if (!results.missing().isEmpty()) {
            section.table(missingTable());
        }
        section.table(contenderTable());
        if (!results.rounds().isEmpty()) {
            Table rounds = roundTable();
            if (results.rounds().size() > ROUNDS_IN_TABLE) {
                section.raw(Words.count(results.rounds().size(), "round"), rounds.plain());
            } else {
                section.table(rounds);
            }
        }
        return section.build();
    }

    private String methodText() {
        return "In a round, each contender runs in its own process. For each batch size it warms up, then measures"
                + " "
                + Words.count(plan.windows(), "window")
                + " of "
                + Numbers.shortest(plan.windowSeconds(), 3)
                + " s; their median is the time of the round. A ratio is the geometric mean over the rounds, and its 95"
                + " % interval is that of Student's t on the logarithms. Faster and slower mean that the whole interval"
                + " is more than "
                + Numbers.percent(Verdict.THRESHOLD, 0)
                + " away from 1 and that the row is among those that the procedure of Benjamini and Hochberg selects"
                + " with "
                + Numbers.percent(Verdict.FALSE_DISCOVERIES, 0)
                + " false discoveries. Up to two rounds of a net are discarded if other programs changed the speed of"
                + " the machine. Measuring stops when each interval is within ± "
                + Numbers.shortest(100 * plan.halfWidth(), 1)
                + " % or after "
                + Numbers.shortest(plan.budgetSeconds() / 60, 1)
                + " minutes.";
    }

    private Table missingTable() {
        Table.Builder table = Table.titled("Not measured").columns("contender", "net", "batch", "reason");
        for (Missing missing : results.missing()) {
            table.row(
                    missing.contender(),
                    missing.net().isEmpty() ? "all" : new Group(missing.net(), missing.width()).title(),
                    missing.batch() == 0 ? "all" : Numbers.count(missing.batch()),
                    missing.reason());
        }
        return table.build();
    }

    private Table contenderTable() {
        Table.Builder table =
                Table.titled("Contenders")
                        .columns("contender")
                        .numeric("warm-up", "not warm in time")
                        .columns("description");
        for (Entrant entrant : plan.contenders()) {
            List<Sample> own =
                    results.valid().stream()
                            .flatMap(r -> r.samples().stream())
                            .filter(s -> s.contender().equals(entrant.name()))
                            .toList();
            double[] warmUps = own.stream().mapToDouble(Sample::warmUpSeconds).sorted().toArray();
            long cold = own.stream().filter(s -> !s.warm()).count();
            Cell notWarm = Cell.of(own.isEmpty() ? NONE : cold + " of " + own.size());
            table.row(
                    Cell.unbroken(entrant.name()),
                    own.isEmpty() ? NONE : time(warmUps[0]) + "–" + time(warmUps[warmUps.length - 1]),
                    cold > 0 ? notWarm.warn() : notWarm,
                    entrant.description());
        }
        return table.note("Warm-up ends when three windows agree within 2 %.").build();
    }

    private Table roundTable() {
        Table.Builder table =
                Table.titled("Rounds")
                        .note(
                                "Load is the number of processors that other programs kept busy, steal the time that"
                                        + " the hypervisor took away, and drift the change of the machine's speed.")
                        .columns("net")
                        .numeric("round")
                        .columns("start")
                        .numeric("duration", "load", "steal", "drift")
                        .columns("used");
        List<Round> valid = results.valid();
        for (Round round : results.rounds()) {
            Cell drift = Cell.of(Numbers.percent(round.drift(), 1));
            Cell steal = Cell.of(Numbers.percent(round.steal(), 1));
            table.row(
                    Cell.unbroken(new Group(round.net(), round.width()).title()),
                    round.number(),
                    Cell.unbroken(round.start()),
                    time(round.seconds()),
                    Numbers.fixed(round.load(), 1),
                    round.steal() > LARGE_STEAL ? steal.warn() : steal,
                    Math.abs(round.drift()) > LARGE_DRIFT ? drift.warn() : drift,
                    valid.contains(round) ? "yes" : Cell.of("discarded").warn());
        }
        return table.build();
    }

    private SequencedMap<List<Object>, List<TimeToAccuracy.Result>> trainings() {
        SequencedMap<List<Object>, List<TimeToAccuracy.Result>> trainings = new LinkedHashMap<>();
        results.accuracy()
                .forEach(
                        r ->
                                trainings
                                        .computeIfAbsent(
                                                List.of(r.net(), r.width(), r.contender(), r.batch(), r.target()),
                                                _ -> new ArrayList<>())
                                        .add(r));
        return trainings;
    }

    private List<String> accuracySentences() {
        List<String> found = new ArrayList<>();
        for (List<TimeToAccuracy.Result> seeds : trainings().values()) {
            TimeToAccuracy.Result first = seeds.getFirst();
            TimeToAccuracy.Summary summary = TimeToAccuracy.Summary.of(seeds);
            String who = new Group(first.net(), first.width()).title() + " on " + Sentences.phrase(first.contender());
            String target = target(first.target());
            found.add(
                    summary.reached() == 0
                            ? who + " does not reach " + target + " with " + Words.count(summary.seeds(), "seed") + "."
                            : Double.isInfinite(summary.seconds())
                                    ? who
                                            + " reaches "
                                            + target
                                            + " with only "
                                            + summary.reached()
                                            + " of "
                                            + Words.count(summary.seeds(), "seed")
                                            + "."
                                    : who
                                            + " reaches "
                                            + target
                                            + " in "
                                            + range(summary)
                                            + ", with "
                                            + summary.reached()
                                            + " of "
                                            + Words.count(summary.seeds(), "seed")
                                            + ".");
        }
        return found;
    }

    /** "12.3 s (11.9–13.1)". */
    private static String range(TimeToAccuracy.Summary summary) {
        String median = Numbers.magnitude(summary.seconds()) + " s";
        return summary.seeds() < 2
                ? median
                : median
                        + " ("
                        + Numbers.magnitude(summary.fastest())
                        + "–"
                        + Numbers.magnitude(summary.slowest())
                        + ")";
    }

    private static String target(double target) {
        return Numbers.shortest(100 * target, 2) + " % of the test set";
    }

    private Section accuracySection() {
        return Section.titled("Time to accuracy")
                .prose(
                        "The time runs from before the net is built until the evaluation that reaches the target. The"
                            + " median is over the seeds without the fastest and the slowest, the range in parentheses"
                            + " too.")
                .table(accuracyTable())
                .build();
    }

    private Table accuracyTable() {
        Table.Builder table =
                Table.titled("Time to accuracy on MNIST")
                        .columns("net", "contender")
                        .numeric("batch", "target", "seeds that reach it", "time", "range", "epochs", "energy");
        for (List<TimeToAccuracy.Result> seeds : trainings().values()) {
            TimeToAccuracy.Result first = seeds.getFirst();
            TimeToAccuracy.Summary summary = TimeToAccuracy.Summary.of(seeds);
            boolean reached = Double.isFinite(summary.seconds());
            table.row(
                    new Group(first.net(), first.width()).title(),
                    first.contender(),
                    Numbers.count(first.batch()),
                    Numbers.shortest(100 * first.target(), 2) + " %",
                    summary.reached() + " of " + summary.seeds(),
                    reached ? Cell.of(time(summary.seconds())) : Cell.of("not reached").bad(),
                    reached ? Numbers.magnitude(summary.fastest()) + "–" + Numbers.magnitude(summary.slowest()) : NONE,
                    summary.reached() > 0 ? Numbers.shortest(summary.epochs(), 1) : NONE,
                    summary.joules() > 0 ? Numbers.magnitude(summary.joules()) + " J" : NONE);
        }
        return table.build();
    }
}
