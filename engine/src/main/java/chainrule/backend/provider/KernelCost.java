package chainrule.backend.provider;

import java.util.List;

/**
 * The counted work of a device's programs for one primitive on one shape, against what its formula needs.
 *
 * @param family what it belongs to: "pooling"
 * @param primitive its name in {@link chainrule.backend.Backend}, or that of a program with none
 * @param shape what it worked on
 * @param kernels the programs that ran
 * @param threads how many threads the largest of them had
 * @param needed bytes the formula must move: every operand read once, every result written once
 * @param moved bytes the programs read and wrote in the device's memory, caches left out
 * @param distinct distinct bytes among them: what is left with an infinite cache
 * @param coalescing transactions with that memory over the fewest that could do; 1 is ideal
 * @param bankConflicts accesses to shared memory that were repeated because two threads needed one bank
 * @param barriers how often a block waited for all its threads
 * @param divergence fraction of branches at which threads of one warp diverged
 * @param note why it is beyond a bound, as far as that is known; "" for one within
 */
public record KernelCost(
        String family,
        String primitive,
        String shape,
        List<String> kernels,
        long threads,
        long needed,
        long moved,
        long distinct,
        double coalescing,
        long bankConflicts,
        long barriers,
        double divergence,
        String note) {
    /** The most traffic a program is allowed without a reason. */
    public static final double MOST_TRAFFIC = 1.10;

    /** The most transactions a program is allowed without a reason. */
    public static final double MOST_TRANSACTIONS = 1.05;

    public KernelCost {
        kernels = List.copyOf(kernels);
    }

    /** Bytes moved per byte needed. */
    public double traffic() {
        return (double) moved / needed;
    }

    /** Bytes moved per byte needed, with an infinite cache. */
    public double cachedTraffic() {
        return (double) distinct / needed;
    }

    /** True if it moves hardly more bytes than needed. */
    public boolean lean() {
        return traffic() <= MOST_TRAFFIC;
    }

    /** True if neighboring threads access neighboring bytes. */
    public boolean coalesced() {
        return coalescing <= MOST_TRANSACTIONS;
    }
}
