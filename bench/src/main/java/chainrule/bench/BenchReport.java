package chainrule.bench;

import chainrule.bench.path.Work;
import chainrule.experiments.report.Cell;
import chainrule.experiments.report.Report;
import chainrule.experiments.report.Section;
import chainrule.experiments.report.Table;
import chainrule.experiments.report.figure.BarChart;
import chainrule.experiments.report.figure.Hue;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The report: for each family, bars that compare backends with each other and with the machine's peak, and a table. */
final class BenchReport {
    private static final double LARGE_SPREAD = 0.2;

    /** Before the unit: the column of the iteration that percentages of peak refer to. */
    private static final String FASTEST = "fastest ";

    /** The word in a backend's description that marks an emulated device. */
    private static final String EMULATED = "emulated";

    private final Results results;
    private final Results earlier;
    private final Comparison comparison;
    private final Peaks peaks;
    private final List<String> backends;

    /** @param earlier what to compare with, or null; then {@code comparison} is null too */
    BenchReport(Results results, Results earlier, Comparison comparison) {
        this.results = results;
        this.earlier = earlier;
        this.comparison = comparison;
        this.peaks = new Peaks(results.measurements());
        this.backends =
                results.measurements().stream()
                        .map(Measurement::backend)
                        .filter(b -> !b.equals(Case.MACHINE))
                        .distinct()
                        .toList();
    }

    Report report() {
        Report.Builder report = Report.titled("Benchmarks").lead(lead());
        results.facts().forEach(report::fact);
        if (results.text(Case.GPU).contains(EMULATED)) {
            report.section(
                    Section.titled("No GPU was measured")
                            .note(
                                    "cuda ran on the emulated device, on the CPU: its times say nothing about the speed"
                                            + " of a GPU.",
                                    Cell.Tone.WARN));
        }
        if (comparison != null) {
            report.section(compared());
        }
        Crossover crossover = Crossover.of(results.measurements());
        if (!crossover.rows().isEmpty()) {
            report.section(Section.titled("From which size the GPU is faster").table(table(crossover)).build());
        }
        UploadFraction uploads = UploadFraction.of(results.measurements());
        if (!uploads.rows().isEmpty()) {
            report.section(Section.titled("Cost of uploads to the GPU").table(table(uploads)).build());
        }
        for (Family family : Family.values()) {
            List<Measurement> own =
                    results.measurements().stream().filter(m -> m.family().equals(family.label())).toList();
            if (!own.isEmpty()) {
                report.section(section(family, own));
            }
        }
        return report.build();
    }

    /** Names what was measured and the peaks it is compared with. */
    private String lead() {
        List<Measurement> all = results.measurements();
        String families =
                Arrays.stream(Family.values())
                        .filter(f -> !f.peak() && all.stream().anyMatch(m -> m.family().equals(f.label())))
                        .map(f -> f.title().replaceFirst(",.*", "").toLowerCase(Locale.ROOT))
                        .collect(Collectors.joining("; "));
        StringBuilder lead = new StringBuilder("Measured: " + families + ".");
        String peak =
                Stream.of(Family.FLOP_PEAK, Family.BYTE_PEAK)
                        .filter(f -> all.stream().anyMatch(m -> m.family().equals(f.label())))
                        .map(Family::ceiling)
                        .collect(Collectors.joining(" or "));
        if (!peak.isEmpty()) {
            lead.append(" Percentages of peak compare the median with the fastest iteration of ")
                    .append(peak)
                    .append(", measured in the same run with as many threads.");
        }
        if (all.stream().anyMatch(m -> m.unit() == Work.Unit.FLOP && peaks.fraction(m) > 1)) {
            lead.append(
                    " Operations are counted by the definition: an algorithm that needs fewer can exceed the peak.");
        }
        return lead.toString();
    }

    private Section section(Family family, List<Measurement> own) {
        Section.Builder section = Section.titled(family.title());
        own.stream()
                .map(Measurement::threads)
                .distinct()
                .forEach(threads -> section.figures(chart(family, threads, own)));
        if (family == Family.CAPTURE) {
            CaptureCost cost = CaptureCost.of(own);
            section.prose(cost.summary()).table(table(cost));
        }
        return section.table(table(family, own)).build();
    }

    private BarChart chart(Family family, int threads, List<Measurement> own) {
        Work.Unit unit = own.getFirst().unit();
        BarChart.Builder chart =
                BarChart.named(
                                family.label() + "-" + threads,
                                family.title() + ": " + threads + (threads == 1 ? " thread" : " threads"),
                                unit.rate())
                        .format("%,.1f");
        double ceiling = peaks.large(unit, threads);
        if (!family.peak() && Double.isFinite(ceiling)) {
            chart.reference(ceiling, unit == Work.Unit.FLOP ? "peak FMA throughput" : "triad in memory");
        }
        own.stream()
                .filter(m -> m.threads() == threads)
                .forEach(
                        m ->
                                chart.bar(
                                        m.what() + (backends.size() > 1 ? " " + m.backend() : ""),
                                        m.rate(),
                                        family.peak() ? Hue.GREY : Hue.cycle(backends.indexOf(m.backend()))));
        return chart.build();
    }

    private Table table(Family family, List<Measurement> own) {
        Work.Unit unit = own.getFirst().unit();
        Table.Builder table =
                Table.titled(family.title())
                        .note(
                                "Times and rates are medians over the iterations; spread is half the interquartile"
                                        + " range as a percentage of the median.")
                        .columns("what", "backend")
                        .numeric("threads", "time per call", "spread", "calls/s", unit.rate());
        table.numeric(family.peak() ? FASTEST + unit.rate() : "of peak");
        String base = backends.isEmpty() ? "" : backends.getLast();
        boolean several = backends.size() > 1 && !family.peak();
        if (several) {
            table.numeric("times " + base);
        }
        for (Measurement m : own) {
            List<Object> row = new ArrayList<>();
            row.addAll(List.of(m.what(), m.backend(), m.threads(), time(m.median()), scatter(m)));
            row.add(Cell.magnitude(1e9 / m.median()));
            row.add(String.format(Locale.ROOT, "%.1f", m.rate()));
            row.add(family.peak() ? String.format(Locale.ROOT, "%.1f", m.bestRate()) : percent(peaks.fraction(m)));
            if (several) {
                Optional<Measurement> other =
                        own.stream().filter(o -> o.sameWork(m) && o.backend().equals(base)).findFirst();
                row.add(other.map(o -> String.format(Locale.ROOT, "%.1f", o.median() / m.median())).orElse("–"));
            }
            table.row(row.toArray());
        }
        return table.build();
    }

    private Section compared() {
        Section.Builder section =
                Section.titled("Against commit " + earlier.text("commit"))
                        .prose(
                                "**"
                                        + comparison.summary()
                                        + ".** "
                                        + Comparison.rule()
                                        + " The rows include the machine's peaks: if they changed, the machine did"
                                        + " too.");
        if (!results.sameMachine(earlier)) {
            section.note(
                    "The earlier result was measured on another machine or JDK: "
                            + earlier.text("CPU")
                            + ", JDK "
                            + earlier.text("JDK")
                            + ".",
                    Cell.Tone.WARN);
        }
        return section.table(table(comparison)).build();
    }

    /** The measurements before and after. */
    static Table table(Comparison comparison) {
        Table.Builder table =
                Table.titled("Before and after")
                        .columns("family", "what", "backend")
                        .numeric("threads", "before", "after", "change", "noise")
                        .columns("verdict");
        for (Comparison.Row row : comparison.rows()) {
            Measurement m = row.after();
            Cell verdict =
                    switch (row.verdict()) {
                        case FASTER -> Cell.of("faster").good();
                        case SLOWER -> Cell.of("slower").bad();
                        case SAME -> Cell.of("within noise");
                    };
            table.row(
                    m.family(),
                    m.what(),
                    m.backend(),
                    m.threads(),
                    time(row.before().median()),
                    time(m.median()),
                    signed(row.change()),
                    percent(row.noise()),
                    verdict);
        }
        return table.build();
    }

    /** The cost of capture, one line for each net and number of threads. */
    static Table table(CaptureCost cost) {
        Table.Builder table =
                Table.titled("Cost of gradient capture in every step")
                        .note(Comparison.rule() + " Noise is that threshold.")
                        .columns("net", "backend")
                        .numeric("threads", "without", "with", "cost", "noise")
                        .columns("verdict");
        for (CaptureCost.Row row : cost.rows()) {
            Measurement m = row.plain();
            table.row(
                    m.shape(),
                    m.backend(),
                    m.threads(),
                    time(m.median()),
                    time(row.captured().median()),
                    signed(row.cost()),
                    percent(row.noise()),
                    row.distinguishable() ? "beyond noise" : "not distinguishable from noise");
        }
        return table.build();
    }

    /** The size from which the GPU is faster, one line per operation. */
    static Table table(Crossover crossover) {
        Table.Builder table =
                Table.titled("The GPU against the fastest CPU backend")
                        .note(
                                "A call on the GPU includes waiting for its end. A step also includes the upload of its"
                                        + " batch; the other operations include no transfer.")
                        .columns("family", "operation", "faster from")
                        .numeric("times the CPU there", "times the CPU at the largest");
        for (Crossover.Row row : crossover.rows()) {
            table.row(
                    row.family(),
                    row.operation(),
                    row.shape().orElse("never"),
                    row.shape().isEmpty() ? "–" : String.format(Locale.ROOT, "%.1f", row.factor()),
                    String.format(Locale.ROOT, "%.1f", row.largest()));
        }
        return table.build();
    }

    /** The fraction of a step that its upload takes. */
    static Table table(UploadFraction uploads) {
        Table.Builder table =
                Table.titled("Uploads compared with whole steps on the GPU, batch 128")
                        .note(
                                "Training uploads the next batch while a step runs: the percentage is the most that the"
                                        + " upload can cost.")
                        .columns("net")
                        .numeric("inputs", "upload", "step", "of a step");
        for (UploadFraction.Row row : uploads.rows()) {
            table.row(
                    row.net(),
                    String.format(Locale.ROOT, "%.1f MB", 4e-6 * row.elements()),
                    time(row.upload()),
                    time(row.step()),
                    percent(row.fraction()));
        }
        return table.build();
    }

    /** "3.21 µs", "41.0 ms". */
    static String time(double nanos) {
        String[] units = {"ns", "µs", "ms", "s"};
        int i = 0;
        double value = nanos;
        while (value >= 1000 && i < units.length - 1) {
            value /= 1000;
            i++;
        }
        return String.format(
                Locale.ROOT, value < 10 ? "%.2f %s" : value < 100 ? "%.1f %s" : "%.0f %s", value, units[i]);
    }

    /** The spread, marked if it is so large that the time says little: a busy machine, or code not compiled yet. */
    private static Cell scatter(Measurement m) {
        Cell cell = Cell.of(percent(m.spread() / 2));
        return m.spread() > LARGE_SPREAD ? cell.warn() : cell;
    }

    private static String signed(double change) {
        return String.format(Locale.ROOT, "%+.1f %%", 100 * change).replace('-', '−');
    }

    private static String percent(double fraction) {
        return Double.isNaN(fraction) ? "–" : String.format(Locale.ROOT, "%.1f %%", 100 * fraction);
    }
}
