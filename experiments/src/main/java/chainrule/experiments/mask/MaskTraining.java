package chainrule.experiments.mask;

import chainrule.backend.Backend;
import chainrule.backend.Scope;
import chainrule.data.Dataset;
import chainrule.data.Preprocessing;
import chainrule.data.augment.TestTime;
import chainrule.experiments.cli.ProgressDisplay;
import chainrule.experiments.model.Answers;
import chainrule.experiments.model.Classifier;
import chainrule.layer.Sequential;
import chainrule.loss.Loss;
import chainrule.optimizer.Adam;
import chainrule.train.History;
import chainrule.train.Trainer;
import chainrule.train.TrainingListener;
import chainrule.train.WeightAverage;
import chainrule.train.schedule.Cosine;

import java.util.ArrayList;
import java.util.List;

/** Trains one net on one split. Nothing of the held-out faces is read before training is over. */
final class MaskTraining {
    private final Backend k;
    private final MaskRecipe recipe;
    private final FaceMask data;

    /** What to do with a trained net while it is there, such as saving it. */
    @FunctionalInterface
    interface Keeper {
        void keep(Sequential net, Preprocessing preprocessing);
    }

    MaskTraining(Backend k, MaskRecipe recipe, FaceMask data) {
        this.k = k;
        this.recipe = recipe;
        this.data = data;
    }

    /**
     * @param curve whether to measure, when training is over, how the net would have answered after every epoch
     * @throws IllegalArgumentException if the loss became infinite before the first epoch was over
     */
    Trial run(Split split, boolean curve, Keeper keeper) {
        long start = System.nanoTime();
        Dataset raw = data.crops().subset("training faces", split.train());
        Dataset held = data.crops().subset("held-out faces", split.held());
        Preprocessing preprocessing = Preprocessing.of(raw);
        try (Scope _ = k.openScope("mask, " + split.words())) {
            Sequential net = Sequential.build(k, split.seed(), raw.inputShape(), recipe.layers());
            WeightAverage average = recipe.average > 0 ? new WeightAverage(net, recipe.average) : null;
            Snapshots snapshots = new Snapshots(net, average, curve);
            History history = train(net, split, preprocessing.applied(raw), average, snapshots);
            if (average != null) {
                average.swap();
            }
            keeper.keep(net, preprocessing);
            Dataset seen = preprocessing.applied(held);
            Answers answers = Classifier.ask(net, seen, recipe.testTime());
            return new Trial(
                    split,
                    held,
                    history,
                    snapshots.scores(seen),
                    answers,
                    Scores.of(held, answers),
                    Scores.of(held, Classifier.ask(net, seen, TestTime.NONE)),
                    (System.nanoTime() - start) / 1e9);
        }
    }

    private History train(
            Sequential net, Split split, Dataset train, WeightAverage average, TrainingListener snapshots) {
        try (ProgressDisplay progress = ProgressDisplay.of(split.words())) {
            Trainer trainer =
                    new Trainer(net, Loss.BINARY_CROSS_ENTROPY, new Adam(recipe.rate))
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
            History history = trainer.listener(snapshots).fit(train);
            if (history.epochs().isEmpty()) {
                throw new IllegalArgumentException(
                        "--rate "
                                + recipe.rate
                                + ": "
                                + history.divergence().map(Object::toString).orElse("no epoch ended"));
            }
            return history;
        }
    }

    /** Keeps the weights of every epoch, so that the held-out faces can be left alone until training is over. */
    private final class Snapshots implements TrainingListener {
        private final Sequential net;
        private final WeightAverage average;
        private final boolean wanted;
        private final List<List<float[]>> epochs = new ArrayList<>();

        Snapshots(Sequential net, WeightAverage average, boolean wanted) {
            this.net = net;
            this.average = average;
            this.wanted = wanted;
        }

        @Override
        public boolean epoch(History.Epoch epoch) {
            if (wanted) {
                swap();
                epochs.add(net.parameters().stream().map(p -> floats(k.download(p.buffer()))).toList());
                swap();
            }
            return true;
        }

        private void swap() {
            if (average != null) {
                average.swap();
            }
        }

        private static float[] floats(double[] values) {
            float[] floats = new float[values.length];
            for (int i = 0; i < values.length; i++) {
                floats[i] = (float) values[i];
            }
            return floats;
        }

        /** Of every epoch; leaves the net as it is. */
        List<Scores> scores(Dataset held) {
            List<double[]> current = net.parameters().stream().map(p -> k.download(p.buffer())).toList();
            List<Scores> scores = new ArrayList<>();
            for (List<float[]> weights : epochs) {
                for (int i = 0; i < weights.size(); i++) {
                    k.upload(weights.get(i), 0, net.parameters().get(i).buffer());
                }
                scores.add(Scores.of(held, Classifier.ask(net, held, TestTime.NONE)));
            }
            for (int i = 0; i < current.size(); i++) {
                k.upload(current.get(i), net.parameters().get(i).buffer());
            }
            return List.copyOf(scores);
        }
    }
}
