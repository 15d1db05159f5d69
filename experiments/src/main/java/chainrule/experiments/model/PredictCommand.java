package chainrule.experiments.model;

import chainrule.backend.Backend;
import chainrule.backend.Backends;
import chainrule.backend.Scope;
import chainrule.data.DataException;
import chainrule.experiments.cli.NotFinite;
import chainrule.experiments.image.ImageFile;
import chainrule.io.ModelFile;
import chainrule.layer.Sequential;
import chainrule.train.metric.Argmax;

import picocli.CommandLine.Command;
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
        description = "says what is on PNG or JPEG pictures, with a saved model, and how sure it is",
        footer = {
            "",
            "Pictures are scaled to the model's size. MNIST digits are white on black: use --invert for dark ink on"
                    + " paper.",
            "An image for which the model's outputs are NaN or infinite has no answer, and the exit status is 3.",
            "Example: ./run predict --model experiments/results/mnist-cnn/model.safetensors --invert digit.png"
        },
        mixinStandardHelpOptions = true,
        sortOptions = false)
public final class PredictCommand implements Callable<Integer> {
    private static final int SHOWN = 3;

    @Option(names = "--model", paramLabel = "FILE", required = true, description = "the model file")
    Path model;

    @Option(names = "--invert", description = "turns light into dark first")
    boolean invert;

    @Option(
            names = "--backend",
            paramLabel = "NAME",
            defaultValue = Backends.BEST,
            description = "reference, ejml, simd or best (default: ${DEFAULT-VALUE})")
    String backend;

    @Parameters(arity = "1..*", paramLabel = "IMAGE", description = "PNG or JPEG files")
    List<Path> images;

    @Override
    public Integer call() {
        ModelFile file = ModelFile.read(model);
        if (file.inputShape().rank() != 3 || file.inputShape().size(2) != 1 && file.inputShape().size(2) != 3) {
            throw new IllegalArgumentException(
                    model + " takes " + file.inputShape() + ", not a grey or RGB picture [height × width × 1 or 3]");
        }
        int unreadable = 0;
        int unanswered = 0;
        try (Backend k = Backends.open(backend, 1).backend();
                Scope _ = k.openScope("predict")) {
            Sequential net = file.build(k);
            for (Path image : images) {
                try {
                    double[] probabilities = probabilities(file, net, image);
                    unanswered += Classifier.argMax(probabilities) == Argmax.NO_ANSWER ? 1 : 0;
                    System.out.printf("%s: %s%n", image, describe(file, probabilities));
                } catch (DataException e) {
                    unreadable++;
                    System.err.println("./run predict: " + e.getMessage());
                }
            }
        }
        if (unanswered > 0) {
            throw new NotFinite("no answer for %d of %d images".formatted(unanswered, images.size()));
        }
        return unreadable > 0 ? 2 : 0;
    }

    private double[] probabilities(ModelFile file, Sequential net, Path image) {
        float[] pixels = ImageFile.read(image, file.inputShape());
        for (int i = 0; invert && i < pixels.length; i++) {
            pixels[i] = 1 - pixels[i];
        }
        file.preprocessing().apply(pixels, 0, pixels.length);
        return Classifier.probabilities(net, pixels, file.testTime());
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
