package chainrule.bench.ab;

import java.util.List;
import java.util.SequencedMap;

/**
 * The contents of results.json: two builds, in pairs of new processes.
 *
 * @param schema the version of this format
 * @param facts the machine, the software and the command
 * @param before the first build
 * @param after the second one
 * @param rows what was measured
 * @param missing what could not be measured, and why
 */
record AbResults(
        int schema,
        SequencedMap<String, Object> facts,
        String before,
        String after,
        List<Row> rows,
        List<String> missing) {
    /** The version that is written. */
    static final int SCHEMA = 1;

    /**
     * A case.
     *
     * @param name "steps mlp40 simd 1 thread"
     * @param clock "processor" for one thread, which other programs disturb less, else "elapsed"
     * @param before seconds of a step or call in each round: the median over the windows
     * @param after the same rounds
     * @param discarded rounds that were repeated because the machine changed its speed
     */
    record Row(String name, String clock, List<Double> before, List<Double> after, int discarded) {}
}
