package chainrule.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/**
 * The cost of capturing the gradients of all layers in a training step: the step with capture compared with the same
 * step without, measured in the same run.
 *
 * @param rows one for each net, backend and number of threads with both measurements
 */
record CaptureCost(List<Row> rows) {
    private static final String PLAIN = "plain";
    private static final String CAPTURED = "captured";

    /** A step without capture, and the same with it. */
    record Row(Measurement plain, Measurement captured) {
        private Ratio ratio() {
            return Ratio.of(plain.forkMeans(), captured.forkMeans());
        }

        /** The relative cost: 0.2 for a step that takes a fifth longer. */
        double cost() {
            return ratio().value() - 1;
        }

        /** The 95 % interval of the time with capture as a multiple of that without. */
        String interval() {
            return ratio().interval();
        }

        /** True if the interval excludes equal times. */
        boolean distinguishable() {
            return ratio().differs();
        }
    }

    static CaptureCost of(List<Measurement> measurements) {
        List<Row> rows = new ArrayList<>();
        for (Measurement plain : measurements) {
            if (plain.family().equals(Family.CAPTURE.label()) && plain.operation().equals(PLAIN)) {
                measurements.stream()
                        .filter(m -> m.family().equals(plain.family()) && m.operation().equals(CAPTURED))
                        .filter(m -> m.shape().equals(plain.shape()) && m.backend().equals(plain.backend()))
                        .filter(m -> m.threads() == plain.threads())
                        .findFirst()
                        .ifPresent(captured -> rows.add(new Row(plain, captured)));
            }
        }
        return new CaptureCost(List.copyOf(rows));
    }

    /** "Capture changes the time of a step by +20.0 % for mlp40 on simd with 1 thread. 1 of 2 comparisons …". */
    String summary() {
        List<Row> clear = rows.stream().filter(Row::distinguishable).toList();
        String noisy =
                rows.size()
                        - clear.size()
                        + " of "
                        + rows.size()
                        + " comparisons show no difference: their intervals contain 1 or have too few forks.";
        if (clear.isEmpty()) {
            return noisy;
        }
        String costs =
                clear.stream()
                        .map(
                                r ->
                                        String.format(
                                                Locale.ROOT,
                                                "%+.1f %% for %s on %s with %d %s",
                                                100 * r.cost(),
                                                r.plain().shape(),
                                                r.plain().backend(),
                                                r.plain().threads(),
                                                r.plain().threads() == 1 ? "thread" : "threads"))
                        .collect(Collectors.joining("; "))
                        .replace('-', '−');
        return "Capture changes the time of a step by " + costs + ". " + noisy;
    }
}
