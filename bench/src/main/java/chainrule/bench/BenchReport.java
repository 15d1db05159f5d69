package chainrule.bench;

import chainrule.bench.path.Traffic;
import chainrule.bench.path.Work;
import chainrule.experiments.report.Cell;
import chainrule.experiments.report.Report;
import chainrule.experiments.report.Section;
import chainrule.experiments.report.Table;
import chainrule.experiments.report.figure.BarChart;
import chainrule.experiments.report.figure.Hue;
import chainrule.experiments.report.figure.ScatterChart;
import chainrule.experiments.report.figure.Series;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** The report: the roofline, and for each family bars that compare backends with each other and a table. */
final class BenchReport {
    /** The word in a backend's description that marks an emulated device. */
    private static final String EMULATED = "emulated";

    /** Operations for each byte at which the lines of a roofline begin and end, if no point is farther out. */
    private static final double LEAST_INTENSITY = 0.05;

    private static final double MOST_INTENSITY = 200;

    private static final String ROOFLINE =
            "Each point is a primitive: the arithmetic operations that it executes for each byte that it must move, and"
                    + " how many it executes in a second. The solid lines are what the machine allows with arrays in"
                    + " memory: bandwidth on the slope, multiply-adds on the flat part. The dashed slope is the largest"
                    + " bandwidth, in the first-level caches. Primitives without arithmetic are not shown.";

    private final Results results;
    private final List<Measurement> measured;
    private final Roofs roofs;
    private final List<String> backends;

    BenchReport(Results results) {
        this.results = results;
        this.measured = results.measured();
        this.roofs = new Roofs(measured);
        this.backends = measured.stream().filter(m -> !peak(m)).map(Measurement::backend).distinct().toList();
    }

    private static boolean peak(Measurement m) {
        return m.family().equals(Family.FLOP_PEAK.label()) || m.family().equals(Family.BYTE_PEAK.label());
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
        List<Measurement> failures = results.measurements().stream().filter(m -> !m.measured()).toList();
        if (!failures.isEmpty()) {
            report.section(Section.titled("Failed cases").table(failed(failures)));
        }
        List<ScatterChart> rooflines = rooflines();
        if (!rooflines.isEmpty()) {
            Section.Builder section = Section.titled("Roofline").prose(ROOFLINE);
            rooflines.forEach(section::figures);
            report.section(section);
        }
        UploadFraction uploads = UploadFraction.of(measured);
        if (!uploads.rows().isEmpty()) {
            report.section(Section.titled("Cost of uploads to the GPU").table(table(uploads)).build());
        }
        for (Family family : Family.values()) {
            List<Measurement> own = measured.stream().filter(m -> m.family().equals(family.label())).toList();
            if (!own.isEmpty()) {
                report.section(family.peak() ? peaks(family, own) : section(family, own));
            }
        }
        return report.build();
    }

    /** Names what was measured and what it is compared with. */
    private String lead() {
        String families =
                Arrays.stream(Family.values())
                        .filter(f -> !f.peak() && measured.stream().anyMatch(m -> m.family().equals(f.label())))
                        .map(f -> f.title().replaceFirst(",.*", "").toLowerCase(Locale.ROOT))
                        .collect(Collectors.joining("; "));
        StringBuilder lead = new StringBuilder("Measured: " + families + ".");
        if (!roofs.peaks().isEmpty()) {
            lead.append(
                    " The roof of a call is the time that it needs at the machine's own peak, measured in the same run"
                        + " with as many threads: the larger of executed operations at the peak of multiply-adds, and"
                        + " bytes at the bandwidth of a loop with the same mix of reads and writes over arrays of its"
                        + " size.");
        }
        return lead.toString();
    }

    private List<ScatterChart> rooflines() {
        List<ScatterChart> charts = new ArrayList<>();
        for (int threads : new TreeSet<>(measured.stream().map(Measurement::threads).toList())) {
            for (boolean gpu : new boolean[] {false, true}) {
                List<Measurement> points =
                        measured.stream()
                                .filter(m -> m.threads() == threads && m.backend().equals(Case.GPU) == gpu && !peak(m))
                                .filter(m -> m.work().executed() > 0 && m.work().moved() > 0)
                                .filter(m -> roofs.fraction(m) > 0)
                                .toList();
                if (!points.isEmpty()) {
                    charts.add(roofline(gpu ? Case.GPU : Case.MACHINE, threads, points));
                }
            }
        }
        return charts;
    }

    private ScatterChart roofline(String machine, int threads, List<Measurement> points) {
        boolean gpu = machine.equals(Case.GPU);
        ScatterChart.Builder chart =
                ScatterChart.named(
                                "roofline-" + (gpu ? Case.GPU : threads),
                                "Roofline: " + (gpu ? Case.GPU : threads(threads)))
                        .x("executed operations per byte")
                        .y("executed GFLOP/s");
        double most = roofs.multiplyAdds(machine, threads);
        double memory = roofs.memory(Traffic.TRIAD, machine, threads);
        double cache =
                roofs.peaks().stream()
                        .filter(m -> m.backend().equals(machine) && (gpu || m.threads() == threads))
                        .filter(m -> m.family().equals(Family.BYTE_PEAK.label()))
                        .mapToDouble(Measurement::bestRate)
                        .max()
                        .orElse(Double.NaN);
        double low =
                Math.min(LEAST_INTENSITY, points.stream().mapToDouble(m -> m.work().intensity()).min().orElseThrow());
        double high =
                Math.max(MOST_INTENSITY, points.stream().mapToDouble(m -> m.work().intensity()).max().orElseThrow());
        chart.line(roof("arrays in memory", Hue.GREY, Series.Style.SOLID, new double[] {low, high}, most, memory));
        if (!gpu) {
            chart.line(roof("arrays in caches", Hue.GREY, Series.Style.DASHED, new double[] {low, high}, most, cache));
        }
        List<String> families = points.stream().map(Measurement::family).distinct().toList();
        for (String family : families) {
            List<Measurement> own = points.stream().filter(m -> m.family().equals(family)).toList();
            chart.points(
                    Series.xy(
                            family,
                            Hue.cycle(families.indexOf(family)),
                            own.stream().mapToDouble(m -> m.work().intensity()).toArray(),
                            own.stream().mapToDouble(m -> m.work().executed() / m.median()).toArray()));
        }
        return chart.build();
    }

    /** min(peak, intensity · bandwidth), which has one corner. */
    private static Series roof(
            String name, Hue hue, Series.Style style, double[] range, double peak, double bandwidth) {
        double ridge = Math.clamp(peak / bandwidth, range[0], range[1]);
        double[] x = {range[0], ridge, range[1]};
        double[] y = Arrays.stream(x).map(v -> Math.min(peak, v * bandwidth)).toArray();
        return Series.xy(name, hue, x, y).as("", style);
    }

    private static String threads(int count) {
        return count + (count == 1 ? " thread" : " threads");
    }

    private Section peaks(Family family, List<Measurement> own) {
        Section.Builder section = Section.titled(family.title());
        if (family == Family.BYTE_PEAK) {
            own.stream()
                    .map(m -> m.backend().equals(Case.GPU) ? Case.GPU : threads(m.threads()))
                    .distinct()
                    .forEach(
                            group ->
                                    section.figures(
                                            bandwidths(
                                                    group,
                                                    own.stream()
                                                            .filter(
                                                                    m ->
                                                                            group.equals(Case.GPU)
                                                                                    ? m.backend().equals(Case.GPU)
                                                                                    : !m.backend().equals(Case.GPU)
                                                                                            && group.equals(
                                                                                                    threads(
                                                                                                            m
                                                                                                                    .threads())))
                                                            .toList())));
        }
        Table.Builder table =
                Table.titled(family.title())
                        .note("Roofs refer to the fastest sample.")
                        .columns("what", "backend")
                        .numeric("threads", "time of a pass", "spread", family == Family.FLOP_PEAK ? "GFLOP/s" : "GB/s")
                        .numeric("fastest");
        for (Measurement m : own) {
            table.row(
                    m.what(),
                    m.backend(),
                    m.threads(),
                    time(m.median()),
                    scatter(m),
                    decimal(m.rate()),
                    decimal(m.bestRate()));
        }
        return section.table(table.build()).build();
    }

    private static ScatterChart bandwidths(String group, List<Measurement> own) {
        ScatterChart.Builder chart =
                ScatterChart.named("bandwidth-" + group.replaceFirst(" .*", ""), "Bandwidth: " + group)
                        .x("bytes of all arrays")
                        .y("GB/s");
        List<String> kinds = own.stream().map(Measurement::operation).distinct().toList();
        for (String kind : kinds) {
            List<Measurement> curve =
                    own.stream()
                            .filter(m -> m.operation().equals(kind))
                            .sorted(Comparator.comparingDouble(m -> m.work().footprint()))
                            .toList();
            chart.line(
                    Series.xy(
                            kind,
                            Hue.cycle(kinds.indexOf(kind)),
                            curve.stream().mapToDouble(m -> m.work().footprint()).toArray(),
                            curve.stream().mapToDouble(Measurement::bestRate).toArray()));
        }
        return chart.build();
    }

    private static Table failed(List<Measurement> failures) {
        Table.Builder table = Table.titled("Not measured").columns("case", "reason");
        failures.forEach(m -> table.row(m.name(), Cell.of(m.failure()).bad()));
        return table.build();
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
        Work.Unit unit = own.getFirst().work().unit();
        BarChart.Builder chart =
                BarChart.named(family.label() + "-" + threads, family.title() + ": " + threads(threads), unit.rate())
                        .format("%,.1f");
        double ceiling =
                unit == Work.Unit.FLOP
                        ? roofs.multiplyAdds(Case.MACHINE, threads)
                        : roofs.memory(Traffic.TRIAD, Case.MACHINE, threads);
        if (Double.isFinite(ceiling)) {
            chart.reference(ceiling, unit == Work.Unit.FLOP ? "peak of multiply-adds" : "triad in memory");
        }
        own.stream()
                .filter(m -> m.threads() == threads)
                .forEach(
                        m ->
                                chart.bar(
                                        m.what() + (backends.size() > 1 ? " " + m.backend() : ""),
                                        m.rate(),
                                        Hue.cycle(backends.indexOf(m.backend()))));
        return chart.build();
    }

    private Table table(Family family, List<Measurement> own) {
        Work.Unit unit = own.getFirst().work().unit();
        boolean fewer = own.stream().anyMatch(m -> m.work().executed() < m.work().flop());
        List<String> profiles = own.stream().flatMap(m -> m.profiles().keySet().stream()).distinct().toList();
        Table.Builder table =
                Table.titled(family.title())
                        .note(
                                "Times and rates are medians over the windows of all forks; spread is half the"
                                    + " interquartile range as a percentage of the median, marked above 5 (!) and 12.5"
                                    + " % (!!)."
                                        + (fewer
                                                ? " Rates count operations by the definition; roofs those that are"
                                                        + " executed."
                                                : ""))
                        .columns("what", "backend")
                        .numeric("threads", "time per call", "spread", "calls/s", unit.rate());
        if (fewer) {
            table.numeric("executed");
        }
        table.numeric("of roof").columns("limit");
        profiles.forEach(table::numeric);
        for (Measurement m : own) {
            List<Object> row = new ArrayList<>();
            row.addAll(List.of(m.what(), m.backend(), m.threads(), time(m.median()), scatter(m)));
            row.add(Cell.magnitude(1e9 / m.median()));
            row.add(decimal(m.rate()));
            if (fewer) {
                row.add(decimal(m.work().executed() / m.median()));
            }
            double fraction = roofs.fraction(m);
            row.add(percent(fraction));
            row.add(Double.isNaN(fraction) ? "–" : roofs.computes(m) ? "arithmetic" : "memory");
            profiles.forEach(p -> row.add(m.profiles().containsKey(p) ? Cell.magnitude(m.profiles().get(p)) : "–"));
            table.row(row.toArray());
        }
        return table.build();
    }

    /** The cost of capture, one line for each net and number of threads. */
    static Table table(CaptureCost cost) {
        Table.Builder table =
                Table.titled("Cost of gradient capture in every step")
                        .note(
                                "The interval is the 95 % interval of the time with capture as a multiple of that"
                                        + " without, from the means of the forks.")
                        .columns("net", "backend")
                        .numeric("threads", "without", "with", "cost")
                        .columns("95 % interval", "verdict");
        for (CaptureCost.Row row : cost.rows()) {
            Measurement m = row.plain();
            table.row(
                    m.shape(),
                    m.backend(),
                    m.threads(),
                    time(m.median()),
                    time(row.captured().median()),
                    signed(row.cost()),
                    row.interval(),
                    row.distinguishable() ? "different" : "no difference shown");
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

    /** The spread, with the marks of {@link Measurement#warning()}; a fork that did not become steady is named. */
    private static Cell scatter(Measurement m) {
        String mark = m.warning().isEmpty() ? "" : " " + m.warning();
        Cell cell = Cell.of(percent(m.spread() / 2) + mark + (m.warm() ? "" : " (not steady)"));
        return m.warning().equals("!!") ? cell.bad() : mark.isEmpty() && m.warm() ? cell : cell.warn();
    }

    private static String decimal(double value) {
        return String.format(Locale.ROOT, "%.1f", value);
    }

    private static String signed(double change) {
        return String.format(Locale.ROOT, "%+.1f %%", 100 * change).replace('-', '−');
    }

    private static String percent(double fraction) {
        return Double.isNaN(fraction) ? "–" : String.format(Locale.ROOT, "%.1f %%", 100 * fraction);
    }
}
