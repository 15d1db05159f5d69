package chainrule.experiments.mask;

import chainrule.backend.Elementwise;
import chainrule.data.augment.Affine;
import chainrule.data.augment.Augmentation;
import chainrule.data.augment.ColorJitter;
import chainrule.data.augment.Downscale;
import chainrule.data.augment.HorizontalFlip;
import chainrule.data.augment.TestTime;
import chainrule.experiments.cli.Checks;
import chainrule.experiments.study.ClipOptions;
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

/** The assignment's net and its training: the options that all runs of the study share. */
final class MaskRecipe {
    /** The slope of the leaky ReLU for negative inputs. */
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
            description = "Adam's initial learning rate; cosine decay halves it on average (default: ${DEFAULT-VALUE})")
    double rate;

    @Mixin ClipOptions clip = new ClipOptions();

    @Option(
            names = "--size",
            paramLabel = "N",
            defaultValue = "48",
            description = "side of a face at the input of the net, in pixels (default: ${DEFAULT-VALUE})")
    int size;

    @Option(
            names = "--margin",
            paramLabel = "S",
            defaultValue = "0.35",
            description =
                    "context around a face on each side, as a fraction of its longer side (default: ${DEFAULT-VALUE})")
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
            description = "fraction dropped after each block (default: ${DEFAULT-VALUE})")
    double blockDropout;

    @Option(
            names = "--dropout",
            paramLabel = "P",
            defaultValue = "0.5",
            description = "fraction of hidden units dropped before the last layer (default: ${DEFAULT-VALUE})")
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
            description = "strength of the augmentation of training faces, 0 for none (default: ${DEFAULT-VALUE})")
    double augment;

    @Option(
            names = "--average",
            paramLabel = "D",
            defaultValue = "0.995",
            description = "decay of the weights' moving average, 0 for none (default: ${DEFAULT-VALUE})")
    double average;

    @Option(
            names = "--no-test-flip",
            negatable = true,
            defaultValue = "true",
            fallbackValue = "false",
            description = "average the predictions for a face and its mirror image (default: on)")
    boolean flip;

    /** @throws IllegalArgumentException naming the first option with a bad value */
    void check() {
        Checks.atLeast("--epochs", epochs, 1);
        Checks.atLeast("--batch", batch, 2); // batch normalization needs more than one face
        Checks.positive("--rate", rate);
        Checks.notEmpty("--filters", filters);
        filters.forEach(f -> Checks.atLeast("--filters", f, 1));
        Checks.fractionBelowOne("--block-dropout", blockDropout);
        Checks.fractionBelowOne("--dropout", dropout);
        Checks.fractionBelowOne("--smoothing", smoothing);
        Checks.fractionBelowOne("--average", average);
        if (!(augment >= 0 && augment <= 2)) {
            throw new IllegalArgumentException("--augment " + augment + ": expected a strength from 0 to 2");
        }
        clip.check();
        crop();
    }

    /** The crop of the faces. */
    FaceCrop crop() {
        return new FaceCrop(size, margin);
    }

    /** The views of a face whose predictions are averaged. */
    TestTime testTime() {
        return flip ? TestTime.FLIP : TestTime.NONE;
    }

    /** The augmentation of the training faces. */
    List<Augmentation> augmentation() {
        return augment == 0
                ? List.of()
                : List.of(
                        new HorizontalFlip(),
                        new Affine(12 * augment, 0.2 * augment, 0.08 * augment),
                        new ColorJitter(0.5 * augment, 0.3 * augment, 0.3 * augment),
                        new Downscale(0.25 * augment, 4));
    }

    /**
     * Blocks of convolution, batch norm, leaky ReLU, max-pooling and dropout; a dense layer of 64 units with batch
     * norm, leaky ReLU and dropout; one output, whose sigmoid is the probability of a mask.
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
