package chainrule.cuda;

import chainrule.backend.Scope;
import chainrule.backend.check.PrimitiveCase;
import chainrule.backend.provider.KernelCost;
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
    private final CudaBackend backend;
    private final Predicate<String> wanted;
    private final Consumer<KernelCost> progress;
    private final List<KernelCost> costs = new ArrayList<>();
    private String family = "";
    private String reason = "";

    /**
     * @param backend a backend on the device
     * @param wanted selects by "family, primitive" what to run and count
     * @param progress is called with each cost
     */
    KernelCounter(EmulatedDevice device, CudaBackend backend, Predicate<String> wanted, Consumer<KernelCost> progress) {
        this.device = device;
        this.backend = backend;
        this.wanted = wanted;
        this.progress = progress;
    }

    /** The costs counted so far. */
    List<KernelCost> costs() {
        return costs;
    }

    /** Sets the family of the following primitives. */
    void family(String name) {
        family = name;
        reason = "";
    }

    /** Sets the reason why following primitives exceed a bound, if they do; it holds until the next reason or family. */
    void because(String why) {
        reason = why;
    }

    /** Counts the primitives on these operands; sums have contributions already. */
    void count(String shape, List<PrimitiveCase> cases) {
        cases.forEach(c -> count(shape, c, true));
    }

    /** @param accumulate false to overwrite sums instead of adding to them */
    void count(String shape, PrimitiveCase c, boolean accumulate) {
        String variant = c.variant().isEmpty() ? "" : " " + c.variant();
        String primitive = c.primitive() + variant + (accumulate ? "" : ", overwriting");
        if (isWanted(primitive)) {
            try (Scope _ = backend.openScope("operands")) {
                PrimitiveCase.Arguments on = c.on(backend, accumulate);
                count(primitive, shape, c.elementsMoved(accumulate), on::call);
            }
        }
    }

    /**
     * Runs a primitive and records what its kernels did; copies and fills do not count.
     *
     * @param neededFloats the number of elements that the formula must read and write
     */
    void count(String primitive, String shape, long neededFloats, Runnable work) {
        if (!isWanted(primitive)) {
            return;
        }
        try (Scope _ = backend.openScope(primitive)) {
            backend.synchronize();
            device.resetCounters();
            work.run();
            backend.synchronize();
        }
        KernelCost cost = cost(primitive, shape, Float.BYTES * neededFloats, device.counters().kernels());
        costs.add(cost);
        progress.accept(cost);
    }

    private boolean isWanted(String primitive) {
        return wanted.test(family + ", " + primitive);
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

    /** The reason for excess bytes and transactions; "" within bounds. */
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

    /** The line with the most excess transactions. */
    private static Optional<Counters.Line> worst(List<Counters.Kernel> kernels) {
        return kernels.stream()
                .flatMap(kernel -> kernel.lines().stream())
                .filter(line -> line.space() == Counters.Space.GLOBAL && line.transactions() > line.ideal())
                .max(Comparator.comparingLong(line -> line.transactions() - line.ideal()));
    }
}
