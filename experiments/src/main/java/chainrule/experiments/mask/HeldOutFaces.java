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

/** The faces that a saved model has not seen in training: its file says how they were cut out and parted. */
public final class HeldOutFaces {
    private static final String SPLIT = "split";
    private static final String SEED = "split_seed";
    private static final String MARGIN = "margin";

    private HeldOutFaces() {}

    /** What a model's file has to say about its faces. */
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
     * @param data the data set, or null for where it is usually found
     * @throws FormatException if the model's file does not say how its faces were made
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
                        split.held());
    }

    /**
     * How the model's faces are cut out.
     *
     * @throws FormatException if its file does not say so, or its input is not a square face of a usual size
     */
    static FaceCrop crop(ModelFile model) {
        double margin = value(model, MARGIN, Double::parseDouble);
        if (model.inputShape().rank() != 3
                || model.inputShape().size(0) != model.inputShape().size(1)
                || model.inputShape().size(2) != 3
                || !FaceKind.CLASSES.equals(model.classNames())) {
            throw new FormatException(
                    model.name()
                            + " is no model of the study mask: it takes "
                            + model.inputShape()
                            + " and names "
                            + model.classNames());
        }
        try {
            return new FaceCrop(model.inputShape().size(0), margin);
        } catch (IllegalArgumentException e) {
            throw new FormatException(model.name() + " is no model of the study mask: " + e.getMessage(), e);
        }
    }

    /** What right and wrong answers of a model mean, for people: nothing on what it was trained on. */
    static String caution(ModelFile model) {
        Split.Kind kind = kind(model);
        return String.format(
                Locale.ROOT,
                "Right and wrong count only for photos that %s was not trained on: it was trained on all but %s of the"
                        + " %s of %s, split by %s with seed %d",
                model.name(),
                Math.round(100 * Split.SHARE) + " %",
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
            throw new FormatException(model.name() + " is no model of the study mask: it does not say its " + name);
        }
        try {
            return parse.apply(text);
        } catch (IllegalArgumentException e) {
            throw new FormatException(model.name() + ": its " + name + " is '" + text + "'", e);
        }
    }
}
