package chainrule.experiments.inspect;

import chainrule.backend.BackendProvider;
import chainrule.backend.Backends;
import chainrule.backend.KernelCost;

import picocli.CommandLine.Command;

import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;

/** Prints what the CUDA kernels move, as the emulated device counts it. */
@Command(
        name = "kernels",
        description =
                "counts what the CUDA kernels move and wait for, on the emulated device: a profiler without a GPU",
        footer = {
            "",
            "traffic: bytes read and written for each byte the formula needs; sectors: transactions for each that would"
                    + " do;",
            "conflicts: shared memory asked again; divergent: branches at which a warp went both ways."
        },
        mixinStandardHelpOptions = true)
public final class KernelsCommand implements Callable<Integer> {
    @Override
    public Integer call() {
        for (BackendProvider provider : Backends.providers()) {
            List<KernelCost> costs = provider.costs();
            if (!costs.isEmpty()) {
                print(costs);
                return 0;
            }
        }
        throw new IllegalArgumentException("no backend here counts what its programs do");
    }

    private static void print(List<KernelCost> costs) {
        System.out.printf(
                "%-27s %-26s %10s %8s %8s %10s %9s %10s  %s%n",
                "primitive", "shape", "needs", "traffic", "sectors", "conflicts", "barriers", "divergent", "kernels");
        for (KernelCost c : costs) {
            System.out.printf(
                    Locale.ROOT,
                    "%-27s %-26s %7.0f KB %7.2f× %7.2f× %10d %9d %8.1f %%  %s%n",
                    c.primitive(),
                    c.shape(),
                    c.needed() / 1e3,
                    c.traffic(),
                    c.coalescing(),
                    c.bankConflicts(),
                    c.barriers(),
                    100 * c.divergence(),
                    String.join(", ", c.kernels()));
        }
    }
}
