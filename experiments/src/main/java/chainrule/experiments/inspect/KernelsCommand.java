package chainrule.experiments.inspect;

import chainrule.backend.provider.BackendProvider;
import chainrule.backend.provider.Backends;
import chainrule.backend.provider.KernelCost;
import chainrule.experiments.cli.Clock;
import chainrule.experiments.cli.Ink;
import chainrule.experiments.cli.Shell;
import chainrule.experiments.report.OutputDirectory;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SequencedMap;
import java.util.concurrent.Callable;

/** Counts the memory traffic of the CUDA kernels on the emulated device. */
@Command(
        name = "kernels",
        description =
                "counts memory traffic, conflicts and barriers of the CUDA kernels on the emulated device; needs no"
                        + " GPU",
        footer = {
            "",
            "The compiled PTX runs on the CPU, and every access is counted. This needs g++ but no GPU, and gives no"
                    + " timing.",
            "Columns:",
            "  needs      bytes the formula must move: every operand read once, every result written once",
            "  traffic    bytes the threads request per byte needed, without caches (! above 1.10)",
            "  sectors    blocks of 32 bytes touched, divided by the minimum; 1 is coalesced (! above 1.05)",
            "  conflicts  requests to shared memory that wait because two threads of a warp use the same bank",
            "  barriers   times a block waits for all its threads",
            "  divergent  percentage of branches at which the threads of a warp diverge",
            "  threads    of the largest launch; a GPU needs tens of thousands to be busy",
            "The three ladders at the end are the kernels of sgemm.cu, softmax.cu and columns.cu, from naive to fast.",
            "",
            "Example: ./run kernels --only convolution"
        },
        mixinStandardHelpOptions = true)
public final class KernelsCommand implements Callable<Integer> {
    private static final int WIDTH = 118;
    private static final int INDENT = 6;
    private static final int RATIO = 8;

    @Spec CommandSpec command;

    @Option(
            names = "--only",
            paramLabel = "WORD",
            description = "counts only families and primitives whose name contains this word (default: all)")
    String only = "";

    @Option(
            names = "--out",
            paramLabel = "DIR",
            defaultValue = "out/kernels",
            description = "where the report goes (default: ${DEFAULT-VALUE})")
    Path out;

    private String family = "";
    private String note = "";

    @Override
    public Integer call() {
        OutputDirectory directory = OutputDirectory.open(out);
        try {
            long start = System.nanoTime();
            System.out.println(
                    Ink.HEADING.on("chainrule kernels") + ", counted on the emulated device; --help explains");
            List<KernelCost> costs = count();
            SequencedMap<String, Object> facts = new LinkedHashMap<>();
            facts.put("command", Shell.command("./run", command.root().commandLine().getParseResult().originalArgs()));
            facts.put("device", "emulated: the compiled kernels, run on the CPU with every access counted");
            facts.put("shapes", "of the net for CIFAR-10, batches of 16 images");
            KernelsReport report = new KernelsReport(facts, costs);
            directory.write(report.report(), Map.of("study", "kernels", "configuration", facts, "costs", costs));
            System.out.printf(
                    Locale.ROOT,
                    "%n%s%nfinished in %s: %s%n",
                    Ink.wrap(report.summary(), WIDTH, 0),
                    Clock.words((System.nanoTime() - start) / 1e9),
                    directory.path().resolve("report.html"));
            return 0;
        } finally {
            directory.deleteIfEmpty();
        }
    }

    /** Uses the first backend that counts memory accesses. */
    private List<KernelCost> count() {
        for (BackendProvider provider : Backends.providers()) {
            List<KernelCost> costs = provider.costs(name -> name.contains(only), this::print);
            if (!costs.isEmpty()) {
                return costs;
            }
        }
        throw new IllegalArgumentException(
                only.isEmpty()
                        ? "no backend here counts memory accesses"
                        : "--only " + only + ": no family or primitive has a name that contains this word");
    }

    private void print(KernelCost c) {
        if (!c.family().equals(family)) {
            family = c.family();
            System.out.printf(Locale.ROOT, "%n%s%n", heading(family));
        }
        System.out.println(row(c));
        if (!c.note().equals(note) && !c.note().isEmpty()) { // several rows may have the same note
            System.out.println(" ".repeat(INDENT) + Ink.FAINT.on(Ink.wrap(c.note(), WIDTH, INDENT)));
        }
        note = c.note();
    }

    /** The line above a family's primitives. */
    static String heading(String family) {
        return Ink.HEADING.on(String.format(Locale.ROOT, "%-54s", family))
                + Ink.FAINT.on("   needs  traffic  sectors conflicts barriers divergent  threads");
    }

    /** The line of one primitive. */
    static String row(KernelCost c) {
        return String.format(
                Locale.ROOT,
                "  %-27s %-24s %7s %s %s %9d %8d %8.1f%% %,8d",
                c.primitive(),
                c.shape(),
                bytes(c.needed()),
                ratio(c.traffic(), c.lean()),
                ratio(c.coalescing(), c.coalesced()),
                c.bankConflicts(),
                c.barriers(),
                100 * c.divergence(),
                c.threads());
    }

    private static String ratio(double value, boolean within) {
        String text = String.format(Locale.ROOT, "%s%.2f×", within ? "" : "!", value);
        return " ".repeat(Math.max(0, RATIO - text.length())) + (within ? text : Ink.NOTABLE.on(text));
    }

    /** "4.2 MB". */
    static String bytes(long count) {
        return count < 1_000_000
                ? String.format(Locale.ROOT, "%.0f KB", count / 1e3)
                : String.format(Locale.ROOT, "%.1f MB", count / 1e6);
    }
}
