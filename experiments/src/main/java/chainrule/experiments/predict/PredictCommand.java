package chainrule.experiments.predict;

import chainrule.backend.Backend;
import chainrule.backend.Scope;
import chainrule.data.DataException;
import chainrule.experiments.cli.BackendOptions;
import chainrule.experiments.cli.NotFinite;
import chainrule.experiments.image.Background;
import chainrule.experiments.image.ImageFile;
import chainrule.experiments.image.RgbImage;
import chainrule.experiments.mask.FaceMask;
import chainrule.experiments.model.Classifier;
import chainrule.io.ModelFile;
import chainrule.layer.Sequential;
import chainrule.train.metric.Argmax;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Classifies picture files with a saved model. */
@Command(
        name = "predict",
        description = "classifies PNG or JPEG images with a saved model and prints class probabilities",
        footer = {
            "",
            "Images are rotated as their Exif data say, and scaled to the model's size with antialiasing.",
            "Transparent pixels show the background: white, as in a browser, or black with --background black.",
            "MNIST digits are white on black: use --invert for dark ink on paper or on a transparent canvas.",
            "If the model's outputs for an image are NaN or infinite, it has no answer, and the exit status is 3.",
            "Example: ./run predict --model experiments/results/mnist-cnn/model.safetensors --invert digit.png"
        },
        mixinStandardHelpOptions = true,
        sortOptions = false)
public final class PredictCommand implements Callable<Integer> {
    private static final int SHOWN = 3;

    @Option(names = "--model", paramLabel = "FILE", required = true, description = "the model file")
    Path model;

    @Option(names = "--invert", description = "inverts light and dark first")
    boolean invert;

    @Option(
            names = "--background",
            paramLabel = "COLOR",
            defaultValue = "white",
            description = "the color behind transparent pixels: white or black (default: ${DEFAULT-VALUE})")
    Background background;

    @Mixin BackendOptions options;

    @Parameters(arity = "1..*", paramLabel = "IMAGE", description = "PNG or JPEG files")
    List<Path> images;

    @Override
    public Integer call() {
        ModelFile file = ModelFile.read(model);
        if (file.inputShape().rank() != 3 || file.inputShape().size(2) != 1 && file.inputShape().size(2) != 3) {
            throw new IllegalArgumentException(
                    model + " takes " + file.inputShape() + ", not a gray or RGB picture [height × width × 1 or 3]");
        }
        int unreadable = 0;
        int unanswered = 0;
        try (Backend backend = options.open(1).backend();
                Scope _ = backend.openScope("predict")) {
            Sequential net = file.build(backend);
            if (file.dataset().equals(FaceMask.NAME)) {
                warn(
                        String.format(
                                        Locale.ROOT,
                                        "%s classifies one face, cut out of its photo; its answer for a whole photo"
                                                + " is meaningless.",
                                        model)
                                + " ./run mask-detect classifies the faces marked in a photo");
            }
            for (Path image : images) {
                try {
                    double[] probabilities = probabilities(file, net, image);
                    unanswered += Classifier.argMax(probabilities) == Argmax.NO_ANSWER ? 1 : 0;
                    System.out.printf(Locale.ROOT, "%s: %s%n", image, describe(file, probabilities));
                } catch (DataException e) {
                    unreadable++;
                    System.err.println("./run predict: " + e.getMessage());
                }
            }
        }
        if (unanswered > 0) {
            throw new NotFinite(String.format(Locale.ROOT, "no answer for %d of %d images", unanswered, images.size()));
        }
        return unreadable > 0 ? 2 : 0;
    }

    private double[] probabilities(ModelFile file, Sequential net, Path image) {
        RgbImage scaled = ImageFile.read(image, file.inputShape(), background);
        if (scaled.isBlank()) {
            warn(
                    String.format(
                            Locale.ROOT,
                            "%s is blank: all its pixels have one color. A %s drawing on a transparent canvas needs"
                                    + " --background %s",
                            image,
                            background == Background.WHITE ? "white" : "black",
                            background == Background.WHITE ? "black" : "white"));
        }
        float[] pixels = scaled.values(file.inputShape().size(2));
        for (int i = 0; invert && i < pixels.length; i++) {
            pixels[i] = 1 - pixels[i];
        }
        if (!scaled.isBlank() && file.dataset().equals("mnist") && mean(pixels) > 0.5) {
            warn(image + " is mostly light, and this model was trained on white digits on black: " + otherPolarity());
        }
        file.preprocessing().apply(pixels, 0, pixels.length);
        return Classifier.probabilities(net, pixels, file.testTime());
    }

    private String otherPolarity() {
        return invert ? "leave out --invert" : "use --invert for dark ink on paper";
    }

    private static double mean(float[] values) {
        return IntStream.range(0, values.length).mapToDouble(i -> values[i]).average().orElseThrow();
    }

    private static void warn(String what) {
        System.err.println("./run predict: warning: " + what);
    }

    /** "7 (99.8 %), then 1 (0.1 %), 2 (0.0 %)". */
    private static String describe(ModelFile file, double[] probabilities) {
        if (Classifier.argMax(probabilities) == Argmax.NO_ANSWER) {
            return "no answer: the model's outputs are not finite";
        }
        List<String> ranked =
                IntStream.range(0, probabilities.length)
                        .boxed()
                        .sorted((a, b) -> Double.compare(probabilities[b], probabilities[a]))
                        .limit(SHOWN)
                        .map(
                                i ->
                                        String.format(
                                                Locale.ROOT,
                                                "%s (%.1f %%)",
                                                file.classNames().get(i),
                                                100 * probabilities[i]))
                        .toList();
        return ranked.getFirst()
                + ranked.stream().skip(1).collect(Collectors.joining(", ", ranked.size() > 1 ? ", then " : "", ""));
    }
}
