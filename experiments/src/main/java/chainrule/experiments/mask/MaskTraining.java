package chainrule.experiments.mask;

import chainrule.backend.Backend;
import chainrule.backend.Scope;
import chainrule.data.Dataset;
import chainrule.data.Preprocessing;
import chainrule.data.augment.TestTime;
import chainrule.experiments.model.Answers;
import chainrule.experiments.model.Classifier;
import chainrule.experiments.model.ModelTarget;
import chainrule.experiments.study.ProgressDisplay;
import chainrule.experiments.study.Run;
import chainrule.experiments.study.StudyInterrupted;
import chainrule.layer.Sequential;
import chainrule.loss.Loss;
import chainrule.optimizer.Adam;
import chainrule.train.History;
import chainrule.train.Trainer;
import chainrule.train.WeightAverage;
import chainrule.train.schedule.Cosine;

/** Trains one net on one split. Reads the held-out faces only after training. */
final class MaskTraining {
    private final Run run;
    private final Backend backend;
    private final MaskRecipe recipe;
    private final FaceMask data;

    MaskTraining(Run run, MaskRecipe recipe, FaceMask data) {
        this.run = run;
        this.backend = run.backend();
        this.recipe = recipe;
        this.data = data;
    }

    /**
     * Trains a net and evaluates it, unless it diverged.
     *
     * @param curve true to evaluate, after training, also the weights of earlier epochs
     * @param model the file to save the net to, or null
     * @throws StudyInterrupted if a signal stops the training
     */
    Trial of(Split split, boolean curve, ModelTarget model) {
        long start = System.nanoTime();
        Dataset raw = data.crops().subset("training faces", split.train());
        Dataset heldOut = data.crops().subset("held-out faces", split.heldOut());
        Preprocessing preprocessing = Preprocessing.of(raw);
        try (Scope _ = backend.openScope("mask, " + split.words())) {
            Sequential net = Sequential.build(backend, split.seed(), raw.inputShape(), recipe.layers());
            if (model != null) {
                model.check(net, preprocessing);
            }
            WeightAverage average = recipe.average > 0 ? new WeightAverage(net, recipe.average) : null;
            Milestones milestones = new Milestones(net, average, curve ? recipe.epochs : 0);
            History history = train(net, split, preprocessing.applied(raw), average, milestones);
            if (average != null) {
                average.swap();
            }
            if (history.divergence().isPresent()) {
                return Trial.diverged(split, heldOut, history, (System.nanoTime() - start) / 1e9);
            }
            if (model != null) {
                model.save(net, preprocessing);
            }
            Dataset inputs = preprocessing.applied(heldOut);
            Answers answers = Classifier.ask(net, inputs, recipe.testTime());
            return new Trial(
                    split,
                    heldOut,
                    history,
                    milestones.scores(inputs),
                    answers,
                    Scores.of(heldOut, answers),
                    Scores.of(heldOut, Classifier.ask(net, inputs, TestTime.NONE)),
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
