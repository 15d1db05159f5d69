package chainrule.experiments.conv;

import chainrule.backend.Backend;
import chainrule.data.Dataset;
import chainrule.data.augment.TestTime;
import chainrule.layer.Sequential;
import chainrule.train.Trainer;

/** A net for CIFAR-10 and how it is trained. */
interface CifarRecipe {
    int epochs();

    /** Images per step. */
    int batch();

    /** The net, ready to be trained on images whose channels have mean 0. */
    Sequential build(Backend k, long seed, Dataset train);

    /** Everything that belongs to the recipe; seed, validation and displays are the run's. */
    Trainer trainer(Sequential net);

    /** Whether the weights of the best epoch on the validation images are kept, else those of the last. */
    boolean keepsBest();

    /** The views of an image whose answers are averaged. */
    TestTime testTime();

    /** All of this for a run's header. */
    String words();
}
