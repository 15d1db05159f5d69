package chainrule.bench;

import chainrule.bench.contender.Net;

import java.util.ArrayList;
import java.util.List;

/**
 * The fraction of a training step on a GPU that the upload of its batch takes: the upload alone compared with the whole
 * step. In training, an upload overlaps the previous step, so the fraction is an upper bound of its cost.
 *
 * @param rows one for each net whose inputs were also measured as a transfer
 */
record UploadFraction(List<Row> rows) {
    private static final String UPLOAD = "upload";

    /**
     * One net.
     *
     * @param elements the number of floats in a batch of its inputs
     * @param upload nanoseconds of their upload
     * @param step nanoseconds of a whole step
     */
    record Row(String net, int elements, double upload, double step) {
        double fraction() {
            return upload / step;
        }
    }

    static UploadFraction of(List<Measurement> measurements) {
        List<Row> rows = new ArrayList<>();
        for (Measurement step : measurements) {
            if (step.backend().equals(Case.GPU) && step.family().equals(Family.STEPS.label())) {
                int elements = Net.BATCH * Net.named(step.shape()).input().elements();
                measurements.stream()
                        .filter(m -> m.backend().equals(Case.GPU) && m.family().equals(Family.TRANSFER.label()))
                        .filter(m -> m.operation().equals(UPLOAD) && m.shape().equals(String.valueOf(elements)))
                        .findFirst()
                        .ifPresent(m -> rows.add(new Row(step.shape(), elements, m.median(), step.median())));
            }
        }
        return new UploadFraction(rows);
    }
}
