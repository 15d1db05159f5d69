package chainrule.experiments.conv;

import chainrule.backend.Backend;
import chainrule.data.Dataset;
import chainrule.data.augment.AlternatingFlip;
import chainrule.data.augment.RandomCrop;
import chainrule.data.augment.TestTime;
import chainrule.initializer.Dirac;
import chainrule.initializer.VarianceScaling;
import chainrule.initializer.Whitening;
import chainrule.layer.Activation;
import chainrule.layer.BatchNorm;
import chainrule.layer.Conv2d;
import chainrule.layer.Dense;
import chainrule.layer.Flatten;
import chainrule.layer.Layer;
import chainrule.layer.MaxPool2d;
import chainrule.layer.Scaling;
import chainrule.layer.Sequential;
import chainrule.optimizer.Optimizer;
import chainrule.optimizer.Sgd;
import chainrule.train.FreezeAfter;
import chainrule.train.Lookahead;
import chainrule.train.Trainer;
import chainrule.train.schedule.Triangle;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * A net and a recipe that reach 94 % on CIFAR-10 in about ten epochs: K. Jordan, "94% on CIFAR-10 in 3.29 Seconds on a
 * Single GPU", 2024 (arXiv 2404.00498), with the paper's hyperparameters. Patches of 2 × 2 pixels are whitened by
 * frozen filters; then three blocks of two convolutions, 64, 256 and 256 filters wide.
 *
 * <p>The paper gives learning rate and weight decay per 1,024 examples and for a momentum of 0. A Nesterov step is 1 +
 * 1/(1 − μ) times as long as its gradient.
 */
record FastNet(int epochs, int batch) implements ClassifierRecipe {
    static final int EPOCHS = 12;
    static final int BATCH = 1000;

    private static final double MOMENTUM = 0.85;
    private static final double RATE = 11.5 / (1 + 1 / (1 - MOMENTUM));
    private static final double DECAY = 0.0153 / 11.5;
    private static final double BETA_RATE = 64;
    private static final double SMOOTHING = 0.2;
    private static final double KEEP = 0.95 * 0.95 * 0.95 * 0.95 * 0.95;
    private static final int WHITENED = 5000;
    private static final int BIAS_EPOCHS = 3;

    @Override
    public String name() {
        return "cifar-fast";
    }

    /** The first layer whitens patches of these images. */
    @Override
    public Sequential build(Backend backend, long seed, Dataset train) {
        Whitening whitening =
                Whitening.of(train.inputShape(), train.first(Math.min(WHITENED, train.size())).inputs(), 2, 5e-4);
        Sequential net = Sequential.build(backend, seed, train.inputShape(), layers(train, whitening));
        net.parameter("conv1.weight").setFrozen(true);
        return net;
    }

    private static List<Layer> layers(Dataset train, Whitening whitening) {
        Activation gelu = Activation.named("gelu");
        int filters = 2 * 2 * 2 * train.inputShape().size(2);
        List<Layer> layers = new ArrayList<>();
        layers.add(Conv2d.valid(filters, 2).withInitializer(whitening));
        layers.add(gelu);
        for (int width : new int[] {64, 256, 256}) {
            layers.add(convolution(width));
            layers.add(MaxPool2d.of(2));
            layers.add(new BatchNorm(0.6, 1e-12, false));
            layers.add(gelu);
            layers.add(convolution(width));
            layers.add(new BatchNorm(0.6, 1e-12, false));
            layers.add(gelu);
        }
        layers.add(MaxPool2d.of(3));
        layers.add(new Flatten());
        layers.add(new Dense(train.classNames().size(), VarianceScaling.fanInUniform()).withoutBias());
        layers.add(new Scaling(1.0 / 9));
        return layers;
    }

    private static Conv2d convolution(int filters) {
        return Conv2d.same(filters, 3).withoutBias().withInitializer(new Dirac(VarianceScaling.fanInUniform()));
    }

    @Override
    public Trainer trainer(Sequential net) {
        return new Trainer(net, ClassifierStudy.LOSS, optimizer(batch))
                .batchSize(batch)
                .epochs(epochs)
                .schedule(new Triangle(epochs, 0.23, 0.2, 0.07))
                .augment(List.of(new AlternatingFlip(), new RandomCrop(2)))
                .labelSmoothing(SMOOTHING)
                .listener(new FreezeAfter(BIAS_EPOCHS, List.of(net.parameter("conv1.bias"))))
                .listener(new Lookahead(net, 5, KEEP));
    }

    private static Optimizer optimizer(int batch) {
        return new Sgd(RATE * batch / 1024, MOMENTUM, true, DECAY).group("beta", BETA_RATE, 1 / BETA_RATE);
    }

    /** The learning rate ends near zero, so the last epoch is used. */
    @Override
    public boolean keepsBest() {
        return false;
    }

    @Override
    public TestTime testTime() {
        return TestTime.FLIP_AND_SHIFT;
    }

    @Override
    public String words() {
        return String.format(
                Locale.ROOT,
                "%s, a triangle over %d epochs, batch %d, alternating flips, crops ≤ 2 pixels, label smoothing %s,"
                        + " lookahead; six views of every test image",
                optimizer(batch).description(),
                epochs,
                batch,
                SMOOTHING);
    }
}
