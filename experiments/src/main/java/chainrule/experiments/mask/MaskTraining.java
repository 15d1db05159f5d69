package chainrule.experiments.mask;

import chainrule.backend.Backend;
import chainrule.backend.Scope;
import chainrule.data.Dataset;
import chainrule.data.Preprocessing;
import chainrule.data.augment.TestTime;
import chainrule.experiments.cli.ProgressDisplay;
import chainrule.experiments.cli.Run;
import chainrule.experiments.cli.StudyInterrupted;
import chainrule.experiments.model.Answers;
import chainrule.experiments.model.Classifier;
import chainrule.layer.Sequential;
import chainrule.loss.Loss;
import chainrule.optimizer.Adam;
import chainrule.train.History;
import chainrule.train.Trainer;
import chainrule.train.WeightAverage;
import chainrule.train.schedule.Cosine;

/** Trains one net on one split. Nothing of the held-out faces is read before training is over. */
final class MaskTraining {
    private final Run run;
    private final Backend k;
    private final MaskRecipe recipe;
    private final FaceMask data;

    /** Keeps a trained net while it is there. */
    interface Keeper {
        /** Checks before the training that the net can be kept. @throws chainrule.io.FormatException if it cannot */
        void check(Sequential net, Preprocessing preprocessing);

        void keep(Sequential net, Preprocessing preprocessing);
    }

    MaskTraining(Run run, MaskRecipe recipe, FaceMask data) {
        this.run = run;
        this.k = run.backend();
        this.recipe = recipe;
        this.data = data;
    }

    /**
     * A net that diverged is not measured: its last weights are those of no finished training.
     *
     * @param curve whether to measure, when training is over, how the net would have answered on the way
     * @param keeper of the net, or null
     * @throws StudyInterrupted if a signal stopped it: a net that is half trained is no trial
     */
    Trial of(Split split, boolean curve, Keeper keeper) {
        long start = System.nanoTime();
        Dataset raw = data.crops().subset("training faces", split.train());
        Dataset held = data.crops().subset("held-out faces", split.held());
        Preprocessing preprocessing = Preprocessing.of(raw);
        try (Scope _ = k.openScope("mask, " + split.words())) {
            Sequential net = Sequential.build(k, split.seed(), raw.inputShape(), recipe.layers());
            if (keeper != null) {
                keeper.check(net, preprocessing);
            }
            WeightAverage average = recipe.average > 0 ? new WeightAverage(net, recipe.average) : null;
            Milestones milestones = new Milestones(net, average, curve ? recipe.epochs : 0);
            History history = train(net, split, preprocessing.applied(raw), average, milestones);
            if (average != null) {
                average.swap();
            }
            if (history.divergence().isPresent()) {
                return Trial.diverged(split, held, history, (System.nanoTime() - start) / 1e9);
            }
            if (keeper != null) {
                keeper.keep(net, preprocessing);
            }
            Dataset seen = preprocessing.applied(held);
            Answers answers = Classifier.ask(net, seen, recipe.testTime());
            return new Trial(
                    split,
                    held,
                    history,
                    milestones.scores(seen),
                    answers,
                    Scores.of(held, answers),
                    Scores.of(held, Classifier.ask(net, seen, TestTime.NONE)),
                    (System.nanoTime() - start) / 1e9);
        }
    }

    private History train(Sequential net, Split split, Dataset train, WeightAverage average, Milestones milestones) {
        try (ProgressDisplay progress = ProgressDisplay.of(split.words())) {
            Trainer trainer =
                    recipe.clip
                            .apply(new Trainer(net, Loss.BINARY_CROSS_ENTROPY, new Adam(recipe.rate)))
                            .batchSize(recipe.batch)
                            .epochs(recipe.epochs)
                            .seed(split.seed())
                            .schedule(new Cosine(recipe.epochs))
                            .augment(recipe.augmentation())
                            .labelSmoothing(recipe.smoothing)
                            .listener(progress);
            if (average != null) {
                trainer.listener(average);
            }
            History history = trainer.listener(milestones).checkpoint(run.checkpoints(split.words())).fit(train);
            if (history.interrupted()) {
                run.requireUninterrupted();
            }
            return history;
        }
    }
}
