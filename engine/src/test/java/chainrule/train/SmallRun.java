package chainrule.train;

import chainrule.backend.Backend;
import chainrule.backend.provider.Backends;
import chainrule.data.ByteImages;
import chainrule.data.augment.Rotation;
import chainrule.data.augment.Shift;
import chainrule.layer.Activation;
import chainrule.layer.BatchNorm;
import chainrule.layer.Conv2d;
import chainrule.layer.Dense;
import chainrule.layer.Dropout;
import chainrule.layer.Flatten;
import chainrule.layer.MaxPool2d;
import chainrule.layer.Sequential;
import chainrule.loss.Loss;
import chainrule.optimizer.Adam;
import chainrule.optimizer.Optimizer;
import chainrule.optimizer.Sgd;
import chainrule.tensor.RandomStream;
import chainrule.tensor.Shape;
import chainrule.train.schedule.ReduceOnPlateau;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;

/**
 * A run of 4 epochs of 3 steps with all kinds of state and randomness: batch norm, dropout, augmentation, momentum, a
 * plateau schedule, best weights, early stopping. Each {@link #go} creates a new net and a new trainer, as in a new
 * process.
 */
record SmallRun(Path folder, String backendName, Supplier<Optimizer> optimizer) {
    static final int STEPS = 12;

    /** All optimizers by name; a new optimizer needs an entry. */
    static final Map<String, Supplier<Optimizer>> OPTIMIZERS =
            Map.of("adam", () -> new Adam(0.01), "momentum", () -> new Sgd(0.05, 0.9, true, 1e-4));

    static SmallRun adam(Path folder, String backendName) {
        return of(folder, backendName, "adam");
    }

    static SmallRun momentum(Path folder, String backendName) {
        return of(folder, backendName, "momentum");
    }

    static SmallRun of(Path folder, String backendName, String optimizer) {
        return new SmallRun(folder, backendName, OPTIMIZERS.get(optimizer));
    }

    /**
     * The result of a run.
     *
     * @param bits all final weights, all weights of the best epoch, the results of every epoch
     * @param steps the number of steps that the listeners received
     */
    record End(History history, List<Double> bits, int steps) {}

    static ByteImages images(int count) {
        Shape shape = Shape.of(8, 7, 1);
        byte[] pixels = new byte[count * shape.elements()];
        byte[] labels = new byte[count];
        RandomStream random = RandomStream.of(count, "pixels");
        for (int i = 0; i < pixels.length; i++) {
            int image = i / shape.elements();
            labels[image] = (byte) (image % 3);
            pixels[i] = (byte) random.below(80 + 40 * labels[image], i);
        }
        return new ByteImages("noise", shape, pixels, labels, List.of("a", "b", "c"));
    }

    /** Runs without checkpoints. */
    End go() {
        return go(UnaryOperator.identity(), null);
    }

    Checkpoints checkpoints() {
        return new Checkpoints(folder, "small run");
    }

    End go(Checkpoints checkpoints) {
        return go(UnaryOperator.identity(), checkpoints);
    }

    /** @param change of the default settings */
    End go(UnaryOperator<Trainer> change, Checkpoints checkpoints) {
        try (Backend backend = Backends.open(backendName, 2).backend()) {
            backend.openScope("small run");
            Sequential net =
                    Sequential.build(
                            backend,
                            3,
                            Shape.of(8, 7, 1),
                            Conv2d.same(3, 3).withoutBias(),
                            new BatchNorm(),
                            Activation.named("relu"),
                            MaxPool2d.of(2),
                            new Flatten(),
                            new Dense(6),
                            Activation.named("tanh"),
                            new Dropout(0.3),
                            new Dense(3));
            BestWeights best = new BestWeights(net);
            int[] steps = new int[1];
            Trainer trainer =
                    new Trainer(net, Loss.SOFTMAX_CROSS_ENTROPY, optimizer.get())
                            .batchSize(8)
                            .epochs(4)
                            .seed(5)
                            .validation(images(10))
                            .schedule(new ReduceOnPlateau(ReduceOnPlateau.Goal.MAXIMIZE, 0.5, 0))
                            .augment(List.of(new Rotation(15, 0), new Shift(1, 1, 0)))
                            .labelSmoothing(0.1)
                            .listener(best)
                            .listener(EarlyStopping.patience(50))
                            .listener(
                                    new TrainingListener() {
                                        @Override
                                        public void step(Progress progress) {
                                            steps[0]++;
                                        }
                                    })
                            .checkpoint(checkpoints);
            History history = change.apply(trainer).fit(images(20));
            List<Double> bits = new ArrayList<>();
            addWeights(net, bits);
            best.restore();
            addWeights(net, bits);
            for (History.Epoch e : history.epochs()) {
                bits.addAll(List.of((double) e.number(), e.loss(), e.accuracy()));
                bits.addAll(List.of(e.validation().loss(), e.validation().accuracy()));
            }
            return new End(history, bits, steps[0]);
        }
    }

    private static void addWeights(Sequential net, List<Double> bits) {
        net.parameters().forEach(p -> Arrays.stream(net.backend().download(p.buffer())).forEach(bits::add));
    }
}
