package chainrule.experiments.mask;

import chainrule.backend.Elementwise;
import chainrule.data.augment.Affine;
import chainrule.data.augment.Augmentation;
import chainrule.data.augment.Coarsening;
import chainrule.data.augment.ColorJitter;
import chainrule.data.augment.HorizontalFlip;
import chainrule.data.augment.TestTime;
import chainrule.experiments.cli.Checks;
import chainrule.experiments.cli.ClipOptions;
import chainrule.layer.Activation;
import chainrule.layer.BatchNorm;
import chainrule.layer.Conv2d;
import chainrule.layer.Dense;
import chainrule.layer.Dropout;
import chainrule.layer.Flatten;
import chainrule.layer.Layer;
import chainrule.layer.MaxPool2d;

import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

import java.util.ArrayList;
import java.util.List;

/** The assignment's net and how it is trained: the options that all runs of the study share. */
final class MaskRecipe {
    /** Below zero the leaky ReLU lets a tenth through. */
    private static final double SLOPE = 0.1;

    @Option(
            names = "--epochs",
            paramLabel = "N",
            defaultValue = "40",
            description = "passes over the training faces (default: ${DEFAULT-VALUE})")
    int epochs;

    @Option(
            names = "--batch",
            paramLabel = "N",
            defaultValue = "32",
            description = "faces per step (default: ${DEFAULT-VALUE})")
    int batch;

    @Option(
            names = "--rate",
            paramLabel = "η",
            defaultValue = "0.001",
            description = "Adam's first learning rate, of which the mean is half (default: ${DEFAULT-VALUE})")
    double rate;

    @Mixin ClipOptions clip = new ClipOptions();

    @Option(
            names = "--size",
            paramLabel = "N",
            defaultValue = "48",
            description = "side of a face as the net gets it, in pixels (default: ${DEFAULT-VALUE})")
    int size;

    @Option(
            names = "--margin",
            paramLabel = "S",
            defaultValue = "0.35",
            description =
                    "context round a face, as a share of its longer side, on each side (default: ${DEFAULT-VALUE})")
    double margin;

    @Option(
            names = "--filters",
            paramLabel = "N,N,N",
            split = ",",
            hideParamSyntax = true,
            defaultValue = "32,64,128",
            description = "filters of the blocks (default: ${DEFAULT-VALUE})")
    List<Integer> filters;

    @Option(
            names = "--block-dropout",
            paramLabel = "P",
            defaultValue = "0.1",
            description = "share dropped after each block (default: ${DEFAULT-VALUE})")
    double blockDropout;

    @Option(
            names = "--dropout",
            paramLabel = "P",
            defaultValue = "0.5",
            description = "share of hidden units dropped before the last layer (default: ${DEFAULT-VALUE})")
    double dropout;

    @Option(
            names = "--smoothing",
            paramLabel = "S",
            defaultValue = "0",
            description = "label smoothing (default: ${DEFAULT-VALUE})")
    double smoothing;

    @Option(
            names = "--augment",
            paramLabel = "S",
            defaultValue = "1",
            description = "strength of the random changes to training faces, 0 for none (default: ${DEFAULT-VALUE})")
    double augment;

    @Option(
            names = "--average",
            paramLabel = "D",
            defaultValue = "0.995",
            description = "what a step keeps of the weights' moving average, 0 for none (default: ${DEFAULT-VALUE})")
    double average;

    @Option(
            names = "--no-test-flip",
            negatable = true,
            defaultValue = "true",
            fallbackValue = "false",
            description = "ask the trained net about a face and its mirror image, and take the mean (default: on)")
    boolean flip;

    /** @throws IllegalArgumentException naming the first option with a bad value */
    void check() {
        Checks.atLeast("--epochs", epochs, 1);
        Checks.atLeast("--batch", batch, 2); // batch normalisation learns nothing from a single face
        Checks.positive("--rate", rate);
        Checks.notEmpty("--filters", filters);
        filters.forEach(f -> Checks.atLeast("--filters", f, 1));
        Checks.shareBelowOne("--block-dropout", blockDropout);
        Checks.shareBelowOne("--dropout", dropout);
        Checks.shareBelowOne("--smoothing", smoothing);
        Checks.shareBelowOne("--average", average);
        if (!(augment >= 0 && augment <= 2)) {
            throw new IllegalArgumentException("--augment " + augment + ": expected a strength from 0 to 2");
        }
        clip.check();
        crop();
    }

    /** How faces are cut out. */
    FaceCrop crop() {
        return new FaceCrop(size, margin);
    }

    /** The views of a face that are asked about. */
    TestTime testTime() {
        return flip ? TestTime.FLIP : TestTime.NONE;
    }

    /** What happens to a training face each time it is shown. */
    List<Augmentation> augmentation() {
        return augment == 0
                ? List.of()
                : List.of(
                        new HorizontalFlip(),
                        new Affine(12 * augment, 0.2 * augment, 0.08 * augment),
                        new ColorJitter(0.5 * augment, 0.3 * augment, 0.3 * augment),
                        new Coarsening(0.25 * augment, 4));
    }

    /**
     * Blocks of convolution, batch norm, leaky ReLU, max-pooling and dropout; a dense layer of 64 units with batch norm,
     * leaky ReLU and dropout; one output, whose sigmoid is the probability of a mask.
     */
    List<Layer> layers() {
        List<Layer> layers = new ArrayList<>();
        for (int f : filters) {
            layers.add(Conv2d.same(f, 3).withoutBias());
            layers.add(new BatchNorm());
            layers.add(new Activation(Elementwise.LEAKY_RELU, SLOPE));
            layers.add(MaxPool2d.of(2));
            layers.add(new Dropout(blockDropout));
        }
        layers.add(new Flatten());
        layers.add(new Dense(64));
        layers.add(new BatchNorm());
        layers.add(new Activation(Elementwise.LEAKY_RELU, SLOPE));
        layers.add(new Dropout(dropout));
        layers.add(new Dense(1));
        return layers;
    }

    /** One line for a run's header. */
    String describe() {
        return "Adam "
                + rate
                + ", cosine over "
                + epochs
                + " epochs, batch "
                + batch
                + ", "
                + size
                + "-pixel faces with margin "
                + margin
                + ", dropout "
                + blockDropout
                + " and "
                + dropout
                + (smoothing > 0 ? ", label smoothing " + smoothing : "")
                + (augment > 0 ? ", augmentation × " + augment : "")
                + (average > 0 ? ", weights averaged with " + average : "")
                + clip.words()
                + (flip ? ", test-time flip" : "");
    }
}
