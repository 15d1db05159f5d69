package chainrule.experiments.inspect;

import chainrule.backend.provider.KernelCost;
import chainrule.experiments.report.Cell;
import chainrule.experiments.report.Report;
import chainrule.experiments.report.Section;
import chainrule.experiments.report.Table;
import chainrule.experiments.report.figure.BarChart;
import chainrule.experiments.report.figure.Hue;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SequencedMap;
import java.util.function.ToDoubleFunction;

/** Shows the memory traffic of the kernels by family: bars of traffic and sectors, and the counts in a table. */
final class KernelsReport {
    private static final Hue WITHIN = Hue.BLUE;
    private static final Hue BEYOND = Hue.ORANGE;

    private final Map<String, ?> facts;
    private final List<KernelCost> costs;

    KernelsReport(Map<String, ?> facts, List<KernelCost> costs) {
        this.facts = facts;
        this.costs = costs;
    }

    /** Counts the primitives within their bounds. The first rungs of a ladder need not be. */
    String summary() {
        List<KernelCost> own = costs.stream().filter(c -> !c.family().startsWith("ladder")).toList();
        if (own.isEmpty()) {
            return "These are rungs of a ladder, from the naive kernel to the one in use.";
        }
        long within = own.stream().filter(c -> c.lean() && c.coalesced()).count();
        return String.format(
                Locale.ROOT,
                "%d of %d primitives move at most %.2f times the bytes they need and touch at most %.2f times the"
                        + " fewest sectors%s",
                within,
                own.size(),
                KernelCost.MOST_TRAFFIC,
                KernelCost.MOST_TRANSACTIONS,
                within == own.size() ? "." : "; the tables give the reason for each of the others.");
    }

    Report report() {
        Report.Builder report =
                Report.titled("Memory traffic of the CUDA kernels")
                        .lead(
                                "Every memory access of "
                                        + kernels()
                                        + ", counted on the emulated device. Traffic is the bytes that the threads"
                                        + " request, per byte that the formula must move; sectors are the aligned"
                                        + " blocks that they touch, divided by the minimum. One is ideal. The"
                                        + " counts are of the compiled PTX and give no timing; no GPU was used. "
                                        + summary());
        facts.forEach(report::fact);
        SequencedMap<String, List<KernelCost>> families = new LinkedHashMap<>();
        costs.forEach(c -> families.computeIfAbsent(c.family(), _ -> new ArrayList<>()).add(c));
        families.forEach((family, own) -> report.section(section(family, own)));
        return report.build();
    }

    private String kernels() {
        long count = costs.stream().flatMap(c -> c.kernels().stream()).distinct().count();
        return count + (count == 1 ? " kernel" : " kernels");
    }

    private static Section section(String family, List<KernelCost> costs) {
        String title = family.substring(0, 1).toUpperCase(Locale.ROOT) + family.substring(1);
        Section.Builder section = Section.titled(title);
        String name = family.replaceAll("[^a-z]+", "-");
        section.figures(
                bars(
                        name + "-traffic",
                        title + ": traffic",
                        "bytes: requested / needed",
                        costs,
                        KernelCost::traffic,
                        KernelCost.MOST_TRAFFIC),
                bars(
                        name + "-sectors",
                        title + ": sectors",
                        "sectors: touched / fewest",
                        costs,
                        KernelCost::coalescing,
                        KernelCost.MOST_TRANSACTIONS));
        section.table(table(title, costs));
        List<KernelCost> beyond = costs.stream().filter(c -> !c.note().isEmpty()).toList();
        return beyond.isEmpty() ? section.build() : section.table(reasons(beyond)).build();
    }

    private static BarChart bars(
            String name,
            String title,
            String label,
            List<KernelCost> costs,
            ToDoubleFunction<KernelCost> ratio,
            double most) {
        BarChart.Builder chart =
                BarChart.named(name, title, label)
                        .format("%.2f")
                        .reference(most, String.format(Locale.ROOT, "threshold %.2f", most));
        for (KernelCost c : costs) {
            double value = ratio.applyAsDouble(c);
            chart.bar(c.primitive() + " " + c.shape(), value, value <= most ? WITHIN : BEYOND);
        }
        return chart.build();
    }

    private static Table table(String title, List<KernelCost> costs) {
        Table.Builder table =
                Table.titled(title)
                        .note(
                                "Traffic ignores caches; \"cached\" assumes an infinite cache. Conflicts: requests to"
                                        + " shared memory that wait for a bank.")
                        .columns("primitive", "shape")
                        .numeric("needs", "traffic", "sectors", "conflicts", "barriers", "divergent", "threads")
                        .referenceName("cached");
        for (KernelCost c : costs) {
            Cell traffic = Cell.of(ratio(c.traffic())).withReference(ratio(c.cachedTraffic()));
            Cell sectors = Cell.of(ratio(c.coalescing()));
            table.row(
                    c.primitive(),
                    Cell.unbroken(c.shape()),
                    KernelsCommand.bytes(c.needed()),
                    c.lean() ? traffic : traffic.warn(),
                    c.coalesced() ? sectors : sectors.warn(),
                    c.bankConflicts() == 0 ? "0" : Cell.of(String.valueOf(c.bankConflicts())).warn(),
                    c.barriers(),
                    String.format(Locale.ROOT, "%.1f %%", 100 * c.divergence()),
                    String.format(Locale.ROOT, "%,d", c.threads()));
        }
        return table.build();
    }

    private static Table reasons(List<KernelCost> beyond) {
        Table.Builder table = Table.titled("Why they move more").columns("primitive", "shape", "kernels", "why");
        for (KernelCost c : beyond) {
            table.row(c.primitive(), Cell.unbroken(c.shape()), String.join(", ", c.kernels()), c.note());
        }
        return table.build();
    }

    private static String ratio(double value) {
        return String.format(Locale.ROOT, "%.2f×", value);
    }
}
