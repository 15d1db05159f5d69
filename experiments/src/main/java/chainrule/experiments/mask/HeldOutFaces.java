package chainrule.experiments.mask;

import chainrule.data.DataException;
import chainrule.data.Dataset;
import chainrule.io.FormatException;
import chainrule.io.ModelFile;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;

/** The held-out faces of a saved model. Its file says how the faces were cut out and split. */
public final class HeldOutFaces {
    private static final String SPLIT = "split";
    private static final String SEED = "split_seed";
    private static final String MARGIN = "margin";

    private HeldOutFaces() {}

    /** The entries of a model file that describe its faces. */
    static Map<String, String> setup(Split split, FaceCrop crop) {
        Map<String, String> setup = new LinkedHashMap<>();
        setup.put(SPLIT, split.kind().word());
        setup.put(SEED, Long.toString(split.seed()));
        setup.put(MARGIN, Double.toString(crop.margin()));
        return setup;
    }

    /**
     * The held-out faces, before preprocessing.
     *
     * @param data the data set, or null for the default location
     * @throws FormatException if the model file lacks these entries
     * @throws DataException if the data cannot be read
     */
    public static Dataset load(ModelFile model, Path data) {
        FaceCrop crop = crop(model);
        Split.Kind kind = kind(model);
        long seed = seed(model);
        FaceMask faces = FaceMask.find(data, crop);
        Split split = Split.of(faces, kind, seed);
        return faces.crops()
                .subset(
                        String.format(Locale.ROOT, "faces of %s held out %s", faces.source(), split.words()),
                        split.heldOut());
    }

    /**
     * The crop of the model's faces.
     *
     * @throws FormatException if the file does not say it, or the input of the model is not a square face of a valid
     *     size
     */
    static FaceCrop crop(ModelFile model) {
        double margin = value(model, MARGIN, Double::parseDouble);
        if (model.inputShape().rank() != 3
                || model.inputShape().size(0) != model.inputShape().size(1)
                || model.inputShape().size(2) != 3
                || !FaceKind.CLASSES.equals(model.classNames())) {
            throw new FormatException(
                    model.name()
                            + " is not a model of the study mask: it takes "
                            + model.inputShape()
                            + " and has the classes "
                            + model.classNames());
        }
        try {
            return new FaceCrop(model.inputShape().size(0), margin);
        } catch (IllegalArgumentException e) {
            throw new FormatException(model.name() + " is not a model of the study mask: " + e.getMessage(), e);
        }
    }

    /** A caution for people: right and wrong answers on training photos do not measure the model. */
    static String caution(ModelFile model) {
        Split.Kind kind = kind(model);
        return String.format(
                Locale.ROOT,
                "Right and wrong count only for photos that %s was not trained on: it was trained on all but %s of the"
                        + " %s of %s, split by %s with seed %d",
                model.name(),
                Math.round(100 * Split.FRACTION) + " %",
                kind == Split.Kind.FACE ? "faces" : "photos",
                model.dataset(),
                kind.word(),
                seed(model));
    }

    private static Split.Kind kind(ModelFile model) {
        return value(model, SPLIT, word -> Split.Kind.valueOf(word.toUpperCase(Locale.ROOT)));
    }

    private static long seed(ModelFile model) {
        return value(model, SEED, Long::parseLong);
    }

    private static <T> T value(ModelFile model, String name, Function<String, T> parse) {
        String text = model.setup().get(name);
        if (text == null) {
            throw new FormatException(
                    model.name() + " is not a model of the study mask: it has no entry '" + name + "'");
        }
        try {
            return parse.apply(text);
        } catch (IllegalArgumentException e) {
            throw new FormatException(model.name() + ": its " + name + " is '" + text + "'", e);
        }
    }
}
