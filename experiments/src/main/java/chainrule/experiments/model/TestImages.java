package chainrule.experiments.model;

import chainrule.data.Dataset;
import chainrule.experiments.data.Cifar10;
import chainrule.experiments.data.Mnist;
import chainrule.experiments.mask.FaceMask;
import chainrule.experiments.mask.HeldOutFaces;
import chainrule.io.ModelFile;

import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/** Finds the test images that belong to a saved model, by the name of the data set in its file. */
public final class TestImages {
    /** One line per data set: whoever adds a study that saves models adds its line. */
    private static final Map<String, Source> SOURCES =
            new TreeMap<>(
                    Map.of(
                            "mnist",
                            (model, data) -> Mnist.load(data).test().reshaped(model.inputShape()),
                            "cifar10",
                            (_, data) -> Cifar10.load(data).test(),
                            FaceMask.NAME,
                            HeldOutFaces::load));

    private TestImages() {}

    /** How the test images of one data set are read. */
    @FunctionalInterface
    interface Source {
        /**
         * The images before preprocessing, of the model's input shape.
         *
         * @param model whose {@link ModelFile#setup} may say how the data was prepared
         * @param data what the user named with {@code --data}, or null
         * @throws chainrule.data.DataException if they cannot be read
         */
        Dataset load(ModelFile model, Path data);
    }

    /**
     * The test images as the model sees them: preprocessed.
     *
     * @param data folder or file with the data set, or null for where it is usually found
     * @throws IllegalArgumentException if the model was trained on something unknown, or does not fit the images
     * @throws chainrule.data.DataException if the images cannot be read
     */
    public static Dataset of(ModelFile model, Path data) {
        Source source = SOURCES.get(model.dataset());
        if (source == null) {
            throw new IllegalArgumentException(
                    String.format(
                            Locale.ROOT,
                            "%s was trained on '%s'; this version can evaluate models of: %s",
                            model.name(),
                            model.dataset(),
                            String.join(", ", SOURCES.keySet())));
        }
        Dataset images = source.load(model, data);
        if (!images.inputShape().equals(model.inputShape())
                || images.classNames().size() != model.classNames().size()) {
            throw new IllegalArgumentException(
                    String.format(
                            Locale.ROOT,
                            "%s takes images %s of %d classes; those of '%s' are %s of %d classes",
                            model.name(),
                            model.inputShape(),
                            model.classNames().size(),
                            images.name(),
                            images.inputShape(),
                            images.classNames().size()));
        }
        return model.preprocessing().applied(images);
    }
}
