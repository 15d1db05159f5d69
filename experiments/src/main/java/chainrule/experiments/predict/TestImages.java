package chainrule.experiments.predict;

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

/** Finds the test images of a saved model, by the name of the data set in its file. */
public final class TestImages {
    /** One line for each data set whose models a study saves. */
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

    /** Reads the test images of one data set. */
    @FunctionalInterface
    interface Source {
        /**
         * Reads the images, of the model's input shape, without preprocessing.
         *
         * @param model its {@link ModelFile#setup} may say how the data was prepared
         * @param data the value of {@code --data}, or null
         * @throws chainrule.data.DataException if they cannot be read
         */
        Dataset load(ModelFile model, Path data);
    }

    /**
     * The preprocessed test images.
     *
     * @param data folder or file with the data set, or null for the default location
     * @throws IllegalArgumentException if the model's data set is unknown, or the model does not fit the images
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
                            "%s takes images %s of %d classes, but '%s' has images %s of %d classes",
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
