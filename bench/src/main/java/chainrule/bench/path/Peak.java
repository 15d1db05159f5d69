package chainrule.bench.path;

import java.util.List;

/**
 * One peak in one process.
 *
 * @param traffic the mix of reads and writes, or null for multiply-adds
 * @param work of one pass
 * @param nanos of one pass, for each sample
 */
public record Peak(Traffic traffic, Work work, List<Double> nanos) {
    public Peak {
        nanos = List.copyOf(nanos);
    }
}
