package chainrule.train;

import java.util.List;
import java.util.Optional;

/**
 * What a training run went through.
 *
 * @param epochs one row per finished epoch
 * @param divergence where the loss stopped being a number, if it did
 */
public record History(List<Epoch> epochs, Optional<Divergence> divergence) {
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
            int number, double loss, double accuracy, Evaluation validation, double seconds, double imagesPerSecond) {}

    /**
     * The loss became NaN or infinite.
     *
     * @param epoch counted from 1
     * @param step counted from 1 over the whole run
     * @param where the layer and the tensor in which it first appeared
     * @param lastFiniteLoss the loss of the last good step; NaN if there was none
     */
    public record Divergence(int epoch, long step, String where, double lastFiniteLoss) {
        @Override
        public String toString() {
            return "the loss is no longer a finite number in epoch "
                    + epoch
                    + ", step "
                    + step
                    + ": "
                    + where
                    + ". The last finite loss was "
                    + lastFiniteLoss
                    + ". A lower learning rate or another initializer is the usual mend.";
        }
    }

    /** The last finished epoch; throws if there is none. */
    public Epoch last() {
        return epochs.getLast();
    }
}
