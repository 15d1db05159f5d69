package chainrule.bench;

import chainrule.bench.path.Net;

import java.util.ArrayList;
import java.util.List;

/**
 * How much of a training step on a GPU the way to it takes: the upload of a batch alone, beside the whole step. Uploads
 * of a training overlap the step before, so it is the most that they can cost.
 *
 * @param rows one for each net whose inputs were measured as a transfer too
 */
record UploadShare(List<Row> rows) {
    private static final String UPLOAD = "upload";

    /**
     * One net.
     *
     * @param numbers floats in a batch of its inputs
     * @param upload nanoseconds that they take
     * @param step nanoseconds of a whole step
     */
    record Row(String net, int numbers, double upload, double step) {
        double share() {
            return upload / step;
        }
    }

    static UploadShare of(List<Measurement> measurements) {
        List<Row> rows = new ArrayList<>();
        for (Measurement step : measurements) {
            if (step.backend().equals(Case.GPU) && step.family().equals(Family.STEPS.label())) {
                int numbers = Net.BATCH * Net.named(step.shape()).input().elements();
                measurements.stream()
                        .filter(m -> m.backend().equals(Case.GPU) && m.family().equals(Family.TRANSFER.label()))
                        .filter(m -> m.operation().equals(UPLOAD) && m.shape().equals(String.valueOf(numbers)))
                        .findFirst()
                        .ifPresent(m -> rows.add(new Row(step.shape(), numbers, m.median(), step.median())));
            }
        }
        return new UploadShare(rows);
    }
}
