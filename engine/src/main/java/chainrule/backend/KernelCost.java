package chainrule.backend;

import java.util.List;

/**
 * What the programs of a device did for one primitive on one shape, counted, against what its formula asks for.
 *
 * @param primitive its name in {@link Backend}
 * @param shape what it worked on
 * @param kernels the programs that ran, in order
 * @param needed bytes the formula must move: every operand read once, every result written once
 * @param moved bytes the programs read and wrote in the device's memory, caches left out
 * @param coalescing transactions with that memory over the fewest that could do; 1 is ideal
 * @param bankConflicts how often shared memory had to be asked again because two threads wanted one bank
 * @param barriers how often a block waited for all its threads
 * @param divergence share of branches at which threads of one warp went both ways, 0 to 1
 */
public record KernelCost(
        String primitive,
        String shape,
        List<String> kernels,
        long needed,
        long moved,
        double coalescing,
        long bankConflicts,
        long barriers,
        double divergence) {

    /** Bytes moved for each that had to be. */
    public double traffic() {
        return (double) moved / needed;
    }
}
