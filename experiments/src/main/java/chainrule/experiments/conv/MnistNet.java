package chainrule.experiments.conv;

import chainrule.backend.Backend;
import chainrule.data.Dataset;
import chainrule.data.Preprocessing;
import chainrule.data.augment.Rotation;
import chainrule.data.augment.Shift;
import chainrule.data.augment.TestTime;
import chainrule.experiments.cli.Checks;
import chainrule.layer.Activation;
import chainrule.layer.BatchNorm;
import chainrule.layer.Conv2d;
import chainrule.layer.Dense;
import chainrule.layer.Dropout;
import chainrule.layer.Flatten;
import chainrule.layer.Layer;
import chainrule.layer.MaxPool2d;
import chainrule.layer.Sequential;
import chainrule.optimizer.Adam;
import chainrule.train.EarlyStopping;
import chainrule.train.Trainer;
import chainrule.train.TrainingListener;
import chainrule.train.schedule.ConstantRate;
import chainrule.train.schedule.Cosine;
import chainrule.train.schedule.WarmUp;

import picocli.CommandLine.Option;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The net for MNIST and its options: blocks of (convolution, batch norm, ReLU, max-pooling), a hidden layer of 128
 * units with ReLU and dropout, and ten outputs. Adam; small shifts and rotations.
 */
final class MnistNet implements ClassifierRecipe {
    @Option(
            names = "--epochs",
            paramLabel = "N",
            defaultValue = "30",
            description = "maximum number of epochs (default: ${DEFAULT-VALUE})")
    int epochs;

    @Option(
            names = "--target",
            paramLabel = "A",
            defaultValue = "0.993",
            description = "stop above this validation accuracy (default: ${DEFAULT-VALUE})")
    double target;

    @Option(
            names = "--batch",
            paramLabel = "N",
            defaultValue = "128",
            description = "images per step (default: ${DEFAULT-VALUE})")
    int batch;

    @Option(
            names = "--rate",
            paramLabel = "η",
            defaultValue = "0.002",
            description = "Adam's learning rate (default: ${DEFAULT-VALUE})")
    double rate;

    @Option(
            names = "--filters",
            paramLabel = "N,N,N",
            split = ",",
            hideParamSyntax = true,
            defaultValue = "32,64,128",
            description = "filters of the three blocks (default: ${DEFAULT-VALUE})")
    List<Integer> filters;

    @Option(
            names = "--dropout",
            paramLabel = "P",
            defaultValue = "0.3",
            description = "fraction of hidden units dropped before the last layer (default: ${DEFAULT-VALUE})")
    double dropout;

    @Option(
            names = "--smoothing",
            paramLabel = "S",
            defaultValue = "0.05",
            description = "label smoothing (default: ${DEFAULT-VALUE})")
    double smoothing;

    @Option(
            names = "--no-augment",
            negatable = true,
            defaultValue = "true",
            fallbackValue = "false",
            description = "small random shifts (2 pixels) and rotations (10°) of the training images (default: on)")
    boolean augment;

    @Option(
            names = "--no-batch-norm",
            negatable = true,
            defaultValue = "true",
            fallbackValue = "false",
            description = "batch normalization after each convolution (default: on)")
    boolean batchNorm;

    @Option(
            names = "--no-schedule",
            negatable = true,
            defaultValue = "true",
            fallbackValue = "false",
            description = "warm-up and cosine decay instead of a constant learning rate (default: on)")
    boolean schedule;

    /** @throws IllegalArgumentException naming the option that is out of range */
    void check() {
        Checks.atLeast("--epochs", epochs, 1);
        Checks.positive("--rate", rate);
        Checks.notEmpty("--filters", filters);
        Checks.fraction("--target", target);
        Checks.fractionBelowOne("--dropout", dropout);
        Checks.fractionBelowOne("--smoothing", smoothing);
    }

    @Override
    public String name() {
        return "mnist-cnn";
    }

    @Override
    public int epochs() {
        return epochs;
    }

    @Override
    public int batch() {
        return batch;
    }

    /** None: the pixels are used as they are. */
    @Override
    public Preprocessing preprocessing(Dataset train) {
        return Preprocessing.none(1);
    }

    @Override
    public Sequential build(Backend backend, long seed, Dataset train) {
        List<Layer> layers = new ArrayList<>();
        for (int f : filters) {
            layers.add(Conv2d.same(f, 3));
            if (batchNorm) {
                layers.add(new BatchNorm());
            }
            layers.add(Activation.named("relu"));
            layers.add(MaxPool2d.of(2));
        }
        layers.add(new Flatten());
        layers.add(new Dense(128));
        layers.add(Activation.named("relu"));
        if (dropout > 0) {
            layers.add(new Dropout(dropout));
        }
        layers.add(new Dense(10));
        return Sequential.build(backend, seed, train.inputShape(), layers);
    }

    @Override
    public Trainer trainer(Sequential net) {
        return new Trainer(net, ClassifierStudy.LOSS, new Adam(rate))
                .batchSize(batch)
                .epochs(epochs)
                .schedule(schedule ? new WarmUp(1, new Cosine(epochs)) : new ConstantRate())
                .augment(augment ? List.of(new Rotation(10, 0), new Shift(2, 2, 0)) : List.of())
                .labelSmoothing(smoothing);
    }

    @Override
    public Optional<TrainingListener> earlyStopping() {
        return Optional.of(EarlyStopping.above(target));
    }

    @Override
    public boolean keepsBest() {
        return true;
    }

    @Override
    public TestTime testTime() {
        return TestTime.NONE;
    }

    @Override
    public String words() {
        return "Adam "
                + rate
                + (schedule ? ", warm-up and cosine over " + epochs + " epochs" : "")
                + ", batch "
                + batch
                + (augment ? ", rotation ≤ 10°, shift ≤ 2 pixels" : "")
                + (batchNorm ? ", batch norm" : "")
                + (dropout > 0 ? ", dropout " + dropout : "")
                + (smoothing > 0 ? ", label smoothing " + smoothing : "");
    }
}
