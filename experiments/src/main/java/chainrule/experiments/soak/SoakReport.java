package chainrule.experiments.soak;

import chainrule.experiments.cli.Run;
import chainrule.experiments.report.Section;
import chainrule.experiments.report.Table;
import chainrule.experiments.report.figure.Hue;
import chainrule.experiments.report.figure.LineChart;
import chainrule.experiments.report.figure.Series;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.SequencedMap;
import java.util.function.ToDoubleFunction;

/** Turns the samples of a soak into curves and a verdict. */
final class SoakReport {
    private final Run run;
    private final List<MemorySample> samples;
    private final int nets;
    private final Growth heap;
    private final Growth resident;

    SoakReport(Run run, List<MemorySample> samples, int nets) {
        this.run = run;
        this.samples = samples;
        this.nets = nets;
        this.heap = Growth.of(samples, MemorySample::heap);
        this.resident = Growth.of(samples, MemorySample::resident);
    }

    /** Returns whether heap and resident memory stayed flat. */
    boolean write() {
        Table table = table();
        System.out.printf(Locale.ROOT, "%n%s%n%s%n", table.plain(), lead());
        run.write(
                run.report("A soak: does anything leak?")
                        .lead(lead())
                        .section(
                                Section.titled("Memory")
                                        .prose(
                                                "Every sample follows a full collection, so the heap shows what is"
                                                    + " held. Resident memory also has what the JVM keeps ready, its"
                                                    + " compiled code and whatever lies outside the heap.")
                                        .figures(chart())
                                        .table(table))
                        .build(),
                json());
        return flat();
    }

    private boolean flat() {
        return heap.flat() && resident.flat();
    }

    private String lead() {
        MemorySample last = samples.getLast();
        return String.format(
                Locale.ROOT,
                "%,d training steps of %,d nets in %.0f minutes: %s. The last quarter's median is %+.1f %% of the"
                        + " second quarter's for the heap and %+.1f %% for resident memory; up to %+.0f %% pass.",
                last.steps(),
                nets,
                last.seconds() / 60,
                flat() ? "memory stayed flat" : "MEMORY GREW",
                100 * heap.share(),
                100 * resident.share(),
                100 * Growth.ALLOWED);
    }

    private LineChart chart() {
        double most = samples.stream().mapToDouble(s -> Math.max(s.heap(), s.resident())).max().orElse(1) / 1e6;
        return LineChart.named("memory", "Memory of the process")
                .caption("Heap after a full collection, code and classes, and resident memory, over the soak.")
                .x("minutes")
                .y("MB")
                .range(0, 1.1 * most)
                .add(line("resident", Hue.BLUE, MemorySample::resident))
                .add(line("code and classes", Hue.ORANGE, MemorySample::nonHeap))
                .add(line("heap", Hue.GREEN, MemorySample::heap))
                .build();
    }

    private Series line(String name, Hue hue, ToDoubleFunction<MemorySample> quantity) {
        return Series.xy(
                name,
                hue,
                samples.stream().mapToDouble(s -> s.seconds() / 60).toArray(),
                samples.stream().mapToDouble(s -> quantity.applyAsDouble(s) / 1e6).toArray());
    }

    private Table table() {
        Table.Builder table =
                Table.titled("Medians over a quarter of the time")
                        .columns("quantity")
                        .numeric("second quarter", "last quarter", "growth", "slope per hour");
        row(table, "heap, MB", heap, 1e6);
        row(table, "code and classes, MB", Growth.of(samples, MemorySample::nonHeap), 1e6);
        row(table, "resident, MB", resident, 1e6);
        row(table, "threads", Growth.of(samples, MemorySample::threads), 1);
        row(table, "open files", Growth.of(samples, MemorySample::files), 1);
        return table.build();
    }

    private static void row(Table.Builder table, String name, Growth growth, double unit) {
        table.row(
                name,
                String.format(Locale.ROOT, "%.1f", growth.second() / unit),
                String.format(Locale.ROOT, "%.1f", growth.last() / unit),
                String.format(Locale.ROOT, "%+.1f %%", 100 * growth.share()),
                String.format(Locale.ROOT, "%+.2f", growth.perHour() / unit));
    }

    private SequencedMap<String, Object> json() {
        SequencedMap<String, Object> json = new LinkedHashMap<>();
        json.put("flat", flat());
        json.put("nets", nets);
        json.put("steps", samples.getLast().steps());
        json.put("heap", heap);
        json.put("resident", resident);
        json.put("samples", samples);
        return json;
    }
}
