package chainrule.experiments.dense;

import chainrule.experiments.text.Words;

import java.util.ArrayList;
import java.util.List;
import java.util.function.IntPredicate;

/** Formats sets of layers as ranges. */
final class LayerRanges {
    private LayerRanges() {}

    /**
     * "layer 3", "layers 1–6 and 9"; the empty string for none.
     *
     * @param layers the number of layers
     * @param chosen tests a layer's index, from 0
     */
    static String of(int layers, IntPredicate chosen) {
        List<String> ranges = new ArrayList<>();
        int named = 0;
        for (int i = 0; i < layers; i++) {
            int first = i;
            while (i < layers && chosen.test(i)) {
                i++;
            }
            if (i > first) {
                named += i - first;
                ranges.add(i - first == 1 ? String.valueOf(i) : first + 1 + "–" + i);
            }
        }
        return ranges.isEmpty() ? "" : Words.of(named, "layer") + " " + Words.and(ranges);
    }
}
