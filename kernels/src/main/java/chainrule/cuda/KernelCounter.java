package chainrule.cuda;

import chainrule.backend.KernelCost;
import chainrule.backend.Scope;
import chainrule.cuda.emulator.Counters;
import chainrule.cuda.emulator.EmulatedDevice;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/** Runs primitives on an emulated device that counts, and reports what their kernels moved. */
final class KernelCounter {
    private final EmulatedDevice device;
    private final CudaBackend k;
    private final Predicate<String> wanted;
    private final Consumer<KernelCost> progress;
    private final List<KernelCost> costs = new ArrayList<>();
    private String family = "";
    private String reason = "";

    /**
     * @param k a backend on the device
     * @param wanted selects by "family, primitive" what to count; the rest is not run
     * @param progress is called with each cost
     */
    KernelCounter(EmulatedDevice device, CudaBackend k, Predicate<String> wanted, Consumer<KernelCost> progress) {
        this.device = device;
        this.k = k;
        this.wanted = wanted;
        this.progress = progress;
    }

    /** All that was counted. */
    List<KernelCost> costs() {
        return costs;
    }

    /** Names what the next ones belong to. */
    void family(String name) {
        family = name;
        reason = "";
    }

    /** Says why those of the next ones that are beyond a bound are, until another reason or family is named. */
    void because(String why) {
        reason = why;
    }

    /**
     * Runs a primitive and notes what its kernels did, copies between its operands left out.
     *
     * @param neededFloats values of four bytes that the formula must read and write
     */
    void count(String primitive, String shape, double neededFloats, Consumer<CudaBackend> work) {
        if (!wanted.test(family + ", " + primitive)) {
            return;
        }
        try (Scope _ = k.openScope(primitive)) {
            k.synchronize();
            device.resetCounters();
            work.accept(k);
            k.synchronize();
        }
        KernelCost cost = cost(primitive, shape, (long) (4 * neededFloats), device.counters().kernels());
        costs.add(cost);
        progress.accept(cost);
    }

    private KernelCost cost(String primitive, String shape, long needed, List<Counters.Kernel> kernels) {
        long threads = 0;
        long moved = 0;
        long distinct = 0;
        long conflicts = 0;
        long barriers = 0;
        long branches = 0;
        long divergent = 0;
        long transactions = 0;
        long ideal = 0;
        for (Counters.Kernel kernel : kernels) {
            threads = Math.max(threads, kernel.threads() / kernel.launches());
            moved += kernel.bytesRead() + kernel.bytesWritten();
            distinct += kernel.distinctRead() + kernel.distinctWritten();
            conflicts += kernel.bankConflicts();
            barriers += kernel.barriers();
            branches += kernel.branches();
            divergent += kernel.divergentBranches();
            for (Counters.Line line : kernel.lines()) {
                if (line.space() == Counters.Space.GLOBAL) {
                    transactions += line.transactions();
                    ideal += line.ideal();
                }
            }
        }
        double coalescing = ideal == 0 ? 1 : (double) transactions / ideal;
        return new KernelCost(
                family,
                primitive,
                shape,
                kernels.stream().map(Counters.Kernel::name).toList(),
                threads,
                needed,
                moved,
                distinct,
                coalescing,
                conflicts,
                barriers,
                branches == 0 ? 0 : (double) divergent / branches,
                note((double) moved / needed, (double) distinct / needed, coalescing, kernels));
    }

    /** Says where the bytes and the transactions too many come from; nothing if all is within bounds. */
    private String note(double traffic, double cached, double coalescing, List<Counters.Kernel> kernels) {
        List<String> notes = new ArrayList<>();
        if (traffic > KernelCost.MOST_TRAFFIC || coalescing > KernelCost.MOST_TRANSACTIONS) {
            notes.add(reason);
        }
        if (traffic > KernelCost.MOST_TRAFFIC) {
            notes.add(String.format(Locale.ROOT, "%.2f× with an infinite cache", cached));
        }
        if (coalescing > KernelCost.MOST_TRANSACTIONS) {
            worst(kernels)
                    .map(
                            line ->
                                    String.format(
                                            Locale.ROOT,
                                            "%s touches %.2f× the fewest possible sectors",
                                            line.where(),
                                            (double) line.transactions() / line.ideal()))
                    .ifPresent(notes::add);
        }
        return notes.stream().filter(n -> !n.isEmpty()).collect(Collectors.joining("; "));
    }

    /** The line with the most transactions too many. */
    private static Optional<Counters.Line> worst(List<Counters.Kernel> kernels) {
        return kernels.stream()
                .flatMap(kernel -> kernel.lines().stream())
                .filter(line -> line.space() == Counters.Space.GLOBAL && line.transactions() > line.ideal())
                .max(Comparator.comparingLong(line -> line.transactions() - line.ideal()));
    }
}
