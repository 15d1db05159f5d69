package chainrule.train;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * The history of a training run.
 *
 * @param epochs one row per finished epoch
 * @param divergence present if the loss or a gradient became NaN or infinite
 * @param explosions the steps in which the gradients grew by orders of magnitude
 * @param interrupted true if the run was stopped before its end and can be resumed
 * @param waiting fraction of training time stalled on input in this process, 0 to 1; NaN if it took no step
 */
public record History(
        List<Epoch> epochs,
        Optional<Divergence> divergence,
        List<Explosion> explosions,
        boolean interrupted,
        double waiting) {
    /**
     * The results of one epoch.
     *
     * @param number counted from 1
     * @param loss mean training loss, computed for each batch before the update by that batch
     * @param accuracy training accuracy, computed for the same batches
     * @param validation results on the validation set after the epoch; null without a validation set
     * @param seconds training time, without validation
     * @param imagesPerSecond training examples per second
     */
    public record Epoch(
            int number, double loss, double accuracy, Evaluation validation, double seconds, double imagesPerSecond) {
        /** The number of values in a row. */
        static final int COLUMNS = 8;

        /** Returns this epoch as a row of values; {@link #fromRows} is the inverse. */
        double[] row() {
            boolean validated = validation != null;
            return new double[] {
                number,
                loss,
                accuracy,
                validated ? 1 : 0,
                validated ? validation.loss() : 0,
                validated ? validation.accuracy() : 0,
                seconds,
                imagesPerSecond
            };
        }

        /** Returns the epochs of consecutive rows of values. */
        static List<Epoch> fromRows(double[] values) {
            List<Epoch> rows = new ArrayList<>();
            for (int i = 0; i + COLUMNS <= values.length; i += COLUMNS) {
                Evaluation validation = values[i + 3] == 1 ? new Evaluation(values[i + 4], values[i + 5]) : null;
                rows.add(
                        new Epoch(
                                (int) values[i],
                                values[i + 1],
                                values[i + 2],
                                validation,
                                values[i + 6],
                                values[i + 7]));
            }
            return rows;
        }
    }

    /**
     * Records that the loss or a gradient became NaN or infinite. That step was not applied.
     *
     * @param quantity "loss" or "gradient"
     * @param epoch counted from 1
     * @param step counted from 1 over the whole run
     * @param where the layer and the tensor in which it first appeared, and the magnitude of the finite elements
     * @param lastFiniteLoss the loss of the last finite step; NaN if there was none
     */
    public record Divergence(String quantity, int epoch, long step, String where, double lastFiniteLoss) {
        @Override
        public String toString() {
            return "the "
                    + quantity
                    + " is NaN or infinite in epoch "
                    + epoch
                    + ", step "
                    + step
                    + ": "
                    + where
                    + ". The last finite loss was "
                    + String.format(Locale.ROOT, "%.3g", lastFiniteLoss)
                    + ". Try a lower learning rate, gradient clipping, or a different initializer.";
        }
    }

    /**
     * Records that the gradients grew by orders of magnitude between two checks.
     *
     * @param step counted from 1 over the whole run
     * @param parameter the parameter with the largest gradient
     * @param norm √Σg² over all parameters, before clipping
     * @param before the largest norm in earlier checks
     */
    public record Explosion(long step, String parameter, double norm, double before) {
        @Override
        public String toString() {
            return String.format(
                    Locale.ROOT,
                    "exploding gradients at step %d: the norm is %.3g, previously at most %.3g; the largest gradient is"
                            + " the one of %s. Try a lower learning rate or gradient clipping.",
                    step,
                    norm,
                    before,
                    parameter);
        }
    }

    /** Returns the last finished epoch; throws if there is none. */
    public Epoch last() {
        return epochs.getLast();
    }
}
