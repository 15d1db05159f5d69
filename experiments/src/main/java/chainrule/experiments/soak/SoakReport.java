package chainrule.experiments.soak;

import chainrule.experiments.report.Report;
import chainrule.experiments.report.Section;
import chainrule.experiments.report.Table;
import chainrule.experiments.report.figure.Hue;
import chainrule.experiments.report.figure.LineChart;
import chainrule.experiments.report.figure.Series;
import chainrule.experiments.study.DivergedNet;
import chainrule.experiments.study.RunFacts;
import chainrule.experiments.study.StudyReport;
import chainrule.experiments.text.Numbers;
import chainrule.experiments.text.Words;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;

/** Shows the samples of a soak as curves, and whether memory grew. */
final class SoakReport implements StudyReport {
    private static final double MEGA = 1e6;

    private final RunFacts facts;
    private final SoakResults results;

    SoakReport(RunFacts facts, SoakResults results) {
        this.facts = facts;
        this.results = results;
    }

    @Override
    public String console() {
        return table().plain() + "\n" + lead() + "\n";
    }

    @Override
    public Report report() {
        return facts.report("A soak: does anything leak?", results)
                .lead(lead())
                .section(
                        Section.titled("Memory")
                                .prose(
                                        "Each sample is taken after a full garbage collection, so the heap shows live"
                                                + " objects only. Resident memory includes the heap's free space, the"
                                                + " code and classes, and everything outside the heap.")
                                .figures(chart())
                                .table(table()))
                .build();
    }

    /** Whether heap, resident memory, and code and classes grew. */
    String lead() {
        MemorySample last = results.samples().getLast();
        List<String> text = new ArrayList<>();
        text.add(
                String.format(
                        Locale.ROOT,
                        "%s of %s in %s minutes.",
                        Words.count(results.steps(), "training step"),
                        Words.count(results.nets(), "net"),
                        Numbers.fixed(last.seconds() / 60, 0)));
        text.add(verdict());
        text.add(
                String.format(
                                Locale.ROOT,
                                "From the median of the second quarter of the time to that of the last, the heap"
                                        + " changed by %s and",
                                change(results.heap()))
                        + String.format(
                                Locale.ROOT,
                                " resident memory by %s; up to %s %% count as flat.",
                                change(results.resident()),
                                Growth.ALLOWED_PER_CENT));
        if (!results.codeAndClasses().flat()) {
            text.add(
                    String.format(
                            Locale.ROOT,
                            "Code and classes, a part of resident memory and not in the verdict, changed by %s (%s MB"
                                    + " an hour).",
                            change(results.codeAndClasses()),
                            signed(results.codeAndClasses().perHour() / MEGA, 2)));
        }
        if (!results.diverged().isEmpty()) {
            text.add(DivergedNet.sentence(results.netCount(), results.diverged()) + ".");
        }
        return String.join(" ", text);
    }

    private String verdict() {
        List<String> flat = new ArrayList<>();
        List<String> grown = new ArrayList<>();
        List<String> unknown = new ArrayList<>();
        sort("the heap", results.heap(), flat, grown, unknown);
        sort("resident memory", results.resident(), flat, grown, unknown);
        List<String> parts = new ArrayList<>();
        if (!grown.isEmpty()) {
            parts.add(Words.and(grown) + " grew");
        }
        if (!flat.isEmpty()) {
            parts.add(Words.and(flat) + " stayed flat");
        }
        if (!unknown.isEmpty()) {
            parts.add(Words.and(unknown) + " could not be measured here");
        }
        return Words.sentence(String.join("; ", parts)) + ".";
    }

    private static void sort(String name, Growth growth, List<String> flat, List<String> grown, List<String> unknown) {
        (Double.isNaN(growth.relative()) ? unknown : growth.flat() ? flat : grown).add(name);
    }

    private static String change(Growth growth) {
        return Double.isNaN(growth.relative()) ? "an unknown amount" : signed(100 * growth.relative(), 1) + " %";
    }

    private static String signed(double value, int digits) {
        String text = Numbers.fixed(value, digits);
        boolean zero = text.chars().noneMatch(c -> c >= '1' && c <= '9');
        return value > 0 && !zero ? "+" + text : text;
    }

    private LineChart chart() {
        double most =
                results.samples().stream()
                        .flatMapToDouble(s -> java.util.stream.DoubleStream.of(s.heap(), s.nonHeap(), s.resident()))
                        .filter(Double::isFinite)
                        .max()
                        .orElse(MEGA);
        return LineChart.named("memory", "Memory of the process")
                .caption("Heap after a full garbage collection, code and classes, and resident memory.")
                .x("minutes")
                .y("MB")
                .range(0, 1.1 * most / MEGA)
                .add(line("resident", Hue.BLUE, MemorySample::resident))
                .add(line("code and classes", Hue.ORANGE, MemorySample::nonHeap))
                .add(line("heap", Hue.GREEN, MemorySample::heap))
                .build();
    }

    private Series line(String name, Hue hue, ToDoubleFunction<MemorySample> quantity) {
        return Series.xy(
                name,
                hue,
                results.samples().stream().mapToDouble(s -> s.seconds() / 60).toArray(),
                results.samples().stream().mapToDouble(s -> quantity.applyAsDouble(s) / MEGA).toArray());
    }

    Table table() {
        Table.Builder table =
                Table.titled("Medians over a quarter of the time")
                        .columns("quantity")
                        .numeric("second quarter", "last quarter", "change", "slope per hour");
        row(table, "heap, MB", results.heap(), MEGA);
        row(table, "code and classes, MB", results.codeAndClasses(), MEGA);
        row(table, "resident, MB", results.resident(), MEGA);
        row(table, "threads", Growth.of(results.samples(), MemorySample::threads), 1);
        row(table, "open files", Growth.of(results.samples(), MemorySample::files), 1);
        return table.build();
    }

    private static void row(Table.Builder table, String name, Growth growth, double unit) {
        table.row(
                name,
                Numbers.fixed(growth.second() / unit, 1),
                Numbers.fixed(growth.last() / unit, 1),
                Double.isNaN(growth.relative()) ? "–" : signed(100 * growth.relative(), 1) + " %",
                signed(growth.perHour() / unit, 2));
    }
}
