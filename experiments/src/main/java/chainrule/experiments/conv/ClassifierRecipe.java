package chainrule.experiments.conv;

import chainrule.backend.Backend;
import chainrule.data.Dataset;
import chainrule.data.Preprocessing;
import chainrule.data.augment.TestTime;
import chainrule.layer.Sequential;
import chainrule.train.Trainer;
import chainrule.train.TrainingListener;

import java.util.Optional;

/** An image classifier and how it is trained. */
interface ClassifierRecipe {
    /** The name of its checkpoints. */
    String name();

    int epochs();

    /** Images per step. */
    int batch();

    /** The preprocessing of all images, computed from the training images. */
    default Preprocessing preprocessing(Dataset train) {
        return Preprocessing.of(train);
    }

    /** A new net. */
    Sequential build(Backend backend, long seed, Dataset train);

    /**
     * The trainer with everything that belongs to the recipe; the run adds seed, validation set and progress display.
     */
    Trainer trainer(Sequential net);

    /** Ends the training before the last epoch; empty if all epochs are trained. */
    default Optional<TrainingListener> earlyStopping() {
        return Optional.empty();
    }

    /** True to keep the weights of the epoch with the best validation accuracy, false to keep the last ones. */
    boolean keepsBest();

    /** The views of a test image whose predictions are averaged. */
    TestTime testTime();

    /** The recipe in one line, for a run's header. */
    String words();
}
