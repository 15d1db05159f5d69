package chainrule.train;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * What a training run went through.
 *
 * @param epochs one row per finished epoch
 * @param divergence where the loss or a gradient stopped being a number, if it did
 * @param explosions when the gradients grew by orders of magnitude
 * @param interrupted whether it was asked to stop before its end, so that there is something to resume
 * @param waiting share of this process' training time in which the next step had to wait for its examples, 0 to 1; NaN if
 *     it took no step
 */
public record History(
        List<Epoch> epochs,
        Optional<Divergence> divergence,
        List<Explosion> explosions,
        boolean interrupted,
        double waiting) {
    /**
     * One pass over the training data.
     *
     * @param number counted from 1
     * @param loss mean training loss over the epoch's batches, each taken before its own update
     * @param accuracy training accuracy, measured on the same batches
     * @param validation on the validation set after the epoch; null without one
     * @param seconds training time, validation excluded
     * @param imagesPerSecond training examples per second
     */
    public record Epoch(
            int number, double loss, double accuracy, Evaluation validation, double seconds, double imagesPerSecond) {
        /** How many numbers a row is written as. */
        static final int NUMBERS = 8;

        /** The row as plain numbers; {@link #rows} gives it back. */
        double[] numbers() {
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

        /** Rows from their plain numbers, one after another. */
        static List<Epoch> rows(double[] numbers) {
            List<Epoch> rows = new ArrayList<>();
            for (int i = 0; i + NUMBERS <= numbers.length; i += NUMBERS) {
                Evaluation validation = numbers[i + 3] == 1 ? new Evaluation(numbers[i + 4], numbers[i + 5]) : null;
                rows.add(
                        new Epoch(
                                (int) numbers[i],
                                numbers[i + 1],
                                numbers[i + 2],
                                validation,
                                numbers[i + 6],
                                numbers[i + 7]));
            }
            return rows;
        }
    }

    /**
     * The loss or a gradient became NaN or infinite. The update of that step was left out.
     *
     * @param quantity "loss" or "gradient"
     * @param epoch counted from 1
     * @param step counted from 1 over the whole run
     * @param where the layer and the tensor in which it first appeared, and how large the finite numbers there were
     * @param lastFiniteLoss the loss of the last good step; NaN if there was none
     */
    public record Divergence(String quantity, int epoch, long step, String where, double lastFiniteLoss) {
        @Override
        public String toString() {
            return "the "
                    + quantity
                    + " is no longer a finite number in epoch "
                    + epoch
                    + ", step "
                    + step
                    + ": "
                    + where
                    + ". The last finite loss was "
                    + String.format(Locale.ROOT, "%.3g", lastFiniteLoss)
                    + ". A lower learning rate, gradient clipping or another initializer is the usual mend.";
        }
    }

    /**
     * The gradients grew by orders of magnitude from one look at them to the next.
     *
     * @param step counted from 1 over the whole run
     * @param parameter whose gradient is the largest
     * @param norm √Σg² over all parameters, before clipping
     * @param before the largest norm seen before
     */
    public record Explosion(long step, String parameter, double norm, double before) {
        @Override
        public String toString() {
            return String.format(
                    Locale.ROOT,
                    "the gradients explode in step %d: their norm is %.3g, after %.3g at most before; the largest is"
                            + " that of %s. A lower learning rate or gradient clipping is the usual mend.",
                    step,
                    norm,
                    before,
                    parameter);
        }
    }

    /** The last finished epoch; throws if there is none. */
    public Epoch last() {
        return epochs.getLast();
    }
}
