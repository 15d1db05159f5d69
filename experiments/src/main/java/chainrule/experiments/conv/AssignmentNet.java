package chainrule.experiments.conv;

import chainrule.backend.Backend;
import chainrule.data.Dataset;
import chainrule.data.augment.Augmentation;
import chainrule.data.augment.HorizontalFlip;
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
import chainrule.train.Trainer;
import chainrule.train.schedule.OneCycle;

import picocli.CommandLine.Option;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * The assignment's net and its options: three blocks of (convolution, ReLU, batch norm) twice, max-pooling and
 * dropout; a hidden layer of 128 units with ReLU, batch norm and dropout; ten outputs, whose softmax is part of the
 * loss. Adam; flips and shifts.
 */
final class AssignmentNet implements ClassifierRecipe {
    static final int EPOCHS = 100;
    static final int BATCH = 128;

    private static final int SHIFT = 4;

    @Option(
            names = "--rate",
            paramLabel = "η",
            defaultValue = "0.003",
            description = "Adam's largest learning rate (default: ${DEFAULT-VALUE})")
    double rate;

    @Option(
            names = "--decay",
            paramLabel = "λ",
            defaultValue = "0.02",
            description = "decoupled weight decay, as in AdamW; 0 for plain Adam (default: ${DEFAULT-VALUE})")
    double decay;

    @Option(
            names = "--filters",
            paramLabel = "N,N,N",
            split = ",",
            hideParamSyntax = true,
            defaultValue = "32,64,128",
            description = "filters of the two convolutions of each block (default: ${DEFAULT-VALUE})")
    List<Integer> filters;

    @Option(
            names = "--dropout",
            paramLabel = "P,P,P,P",
            split = ",",
            hideParamSyntax = true,
            defaultValue = "0.1,0.2,0.3,0.5",
            description = "fraction dropped after each block and after the hidden layer (default: ${DEFAULT-VALUE})")
    List<Double> dropout;

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
            description = "horizontal flips and shifts of the training images (default: on)")
    boolean augment;

    private int epochs;
    private int batch;

    /**
     * Sets the length of the training.
     *
     * @throws IllegalArgumentException naming the option that is out of range
     */
    AssignmentNet with(int newEpochs, int newBatch) {
        Checks.positive("--rate", rate);
        Checks.notNegative("--decay", decay);
        Checks.notEmpty("--filters", filters);
        Checks.fractionBelowOne("--smoothing", smoothing);
        dropout.forEach(rate -> Checks.fractionBelowOne("--dropout", rate));
        if (dropout.size() != filters.size() + 1) {
            throw new IllegalArgumentException(
                    "--dropout "
                            + dropout
                            + ": expected "
                            + (filters.size() + 1)
                            + " fractions, one for each of the "
                            + filters.size()
                            + " blocks and one for the hidden layer");
        }
        epochs = newEpochs;
        batch = newBatch;
        return this;
    }

    @Override
    public String name() {
        return "cifar-assignment";
    }

    @Override
    public int epochs() {
        return epochs;
    }

    @Override
    public int batch() {
        return batch;
    }

    @Override
    public Sequential build(Backend backend, long seed, Dataset train) {
        List<Layer> layers = new ArrayList<>();
        for (int block = 0; block < filters.size(); block++) {
            for (int i = 0; i < 2; i++) {
                layers.addAll(List.of(Conv2d.same(filters.get(block), 3), Activation.named("relu"), new BatchNorm()));
            }
            layers.add(MaxPool2d.of(2));
            drop(layers, dropout.get(block));
        }
        layers.addAll(List.of(new Flatten(), new Dense(128), Activation.named("relu"), new BatchNorm()));
        drop(layers, dropout.getLast());
        layers.add(new Dense(10));
        return Sequential.build(backend, seed, train.inputShape(), layers);
    }

    private static void drop(List<Layer> layers, double fraction) {
        if (fraction > 0) {
            layers.add(new Dropout(fraction));
        }
    }

    @Override
    public Trainer trainer(Sequential net) {
        List<Augmentation> augmentation =
                augment ? List.of(new HorizontalFlip(), new Shift(SHIFT, SHIFT, 0)) : List.of();
        return new Trainer(net, ClassifierStudy.LOSS, Adam.withDecay(rate, decay))
                .batchSize(batch)
                .epochs(epochs)
                .schedule(new OneCycle(epochs))
                .augment(augmentation)
                .labelSmoothing(smoothing);
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
        return String.format(
                Locale.ROOT,
                "%s %s, one cycle over %d epochs, batch %d, dropout %s%s%s",
                decay > 0 ? "AdamW" : "Adam",
                rate + (decay > 0 ? " with weight decay " + decay : ""),
                epochs,
                batch,
                dropout,
                augment ? ", flips, shifts ≤ " + SHIFT + " pixels" : "",
                smoothing > 0 ? ", label smoothing " + smoothing : "");
    }
}
