package chainrule.train;

/** Is told how a training run goes: a progress bar, a log, a rule for stopping early. */
public interface TrainingListener {
    /** An epoch begins, counted from 1, or goes on after a checkpoint. */
    default void begin(int epoch) {}

    /** A step has been taken. Called on the training thread: must be quick. */
    default void step(Progress progress) {}

    /** Something looks wrong, told in a sentence; the run goes on. */
    default void warning(String what) {}

    /** An epoch is over, validation included. @return false to stop training here */
    default boolean epoch(History.Epoch epoch) {
        return true;
    }

    /**
     * Where a run stands.
     *
     * @param epoch counted from 1
     * @param epochs planned
     * @param batch batches done in this epoch
     * @param batches of the epoch
     * @param loss mean over the epoch so far
     * @param accuracy over the epoch so far
     * @param imagesPerSecond over the epoch so far
     */
    record Progress(
            int epoch, int epochs, int batch, int batches, double loss, double accuracy, double imagesPerSecond) {}
}
