package chainrule.train;

/** Callbacks for training progress, for example for progress bars, logs and early stopping. */
public interface TrainingListener {
    /** Called when an epoch begins, or resumes from a checkpoint; epochs count from 1. */
    default void begin(int epoch) {}

    /** Called after every step, on the training thread; should return quickly. */
    default void step(Progress progress) {}

    /** Called with a message about a possible problem; training continues. */
    default void warning(String message) {}

    /** Called after every epoch and its validation. @return false to stop training */
    default boolean epoch(History.Epoch epoch) {
        return true;
    }

    /**
     * The progress of a run.
     *
     * @param epoch counted from 1
     * @param epochs the planned number of epochs
     * @param batch the number of finished batches in this epoch
     * @param batches the number of batches per epoch
     * @param loss mean over the epoch so far
     * @param accuracy over the epoch so far, 0 to 1
     * @param imagesPerSecond training examples per second over the epoch so far
     */
    record Progress(
            int epoch, int epochs, int batch, int batches, double loss, double accuracy, double imagesPerSecond) {}
}
