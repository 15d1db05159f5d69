package chainrule.io;

import chainrule.backend.Backend;
import chainrule.data.Preprocessing;
import chainrule.data.augment.TestTime;
import chainrule.layer.Layer;
import chainrule.layer.Sequential;
import chainrule.tensor.Parameter;
import chainrule.tensor.Shape;

import com.google.gson.Gson;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;

import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * A trained net in one safetensors file: parameters and running statistics as tensors; architecture, preprocessing and
 * class names as JSON in the metadata. Any safetensors library can read the tensors.
 *
 * @param name of the file, for messages
 * @param dataset the training data: "mnist"
 * @param inputShape of one example
 * @param preprocessing of the images
 * @param testTime the views of an image over which predictions are averaged
 * @param setup further settings that are needed to prepare the same images again, such as the split of the data set;
 *     empty for most data sets
 * @param tensors the parameters by their full names
 */
public record ModelFile(
        String name,
        String dataset,
        Shape inputShape,
        List<Layer> layers,
        List<String> classNames,
        Preprocessing preprocessing,
        TestTime testTime,
        Map<String, String> setup,
        Safetensors tensors) {
    /** The version this engine writes and reads. */
    public static final String FORMAT = "chainrule-model-1";

    /** The most elements per example in any layer: an image of 4096 × 4096 with 4 channels. */
    private static final int MOST_ELEMENTS = 1 << 26;

    private static final Gson GSON = new Gson();
    private static final String TEST_TIME = "test_time";
    private static final String SETUP = "setup.";

    /** {@link #save(Path, Sequential, String, List, Preprocessing, TestTime, Map)} without views and without setup. */
    public static void save(
            Path file, Sequential net, String dataset, List<String> classNames, Preprocessing preprocessing) {
        save(file, net, dataset, classNames, preprocessing, TestTime.NONE, Map.of());
    }

    /**
     * Saves a net; the file appears only when it is complete. Weights of a float64 backend are saved as float64.
     *
     * @throws FormatException if {@link #read} or {@link #build} would reject the file; nothing is written then
     * @throws IllegalArgumentException if a layer is not one of the engine's layers
     * @throws UncheckedIOException if the file cannot be written
     * @see #check to find out before training whether a net can be saved
     */
    public static void save(
            Path file,
            Sequential net,
            String dataset,
            List<String> classNames,
            Preprocessing preprocessing,
            TestTime testTime,
            Map<String, String> setup) {
        SafetensorsWriter writer = withMetadata(file, net, dataset, classNames, preprocessing, testTime, setup);
        Backend backend = net.backend();
        boolean float64 = backend.unitRoundoff() < 0x1p-40;
        for (Parameter p : net.parameters()) {
            writer.add(p.name(), p.shape().sizes(), backend.download(p), float64);
        }
        writer.write(file);
    }

    /**
     * Checks that {@link #save} can save the net and that {@link #read} and {@link #build} can restore it. Call it
     * before training a net that is to be saved. Writes nothing.
     *
     * @throws FormatException with the same message as when reading the file
     * @throws IllegalArgumentException if a layer is not one of the engine's layers
     */
    public static void check(
            Path file,
            Sequential net,
            String dataset,
            List<String> classNames,
            Preprocessing preprocessing,
            TestTime testTime,
            Map<String, String> setup) {
        withMetadata(file, net, dataset, classNames, preprocessing, testTime, setup);
    }

    /** Returns a writer with all metadata but without tensors, after checking that the metadata can be read back. */
    private static SafetensorsWriter withMetadata(
            Path file,
            Sequential net,
            String dataset,
            List<String> classNames,
            Preprocessing preprocessing,
            TestTime testTime,
            Map<String, String> setup) {
        SafetensorsWriter writer =
                new SafetensorsWriter()
                        .metadata("format", FORMAT)
                        .metadata("dataset", dataset)
                        .metadata("input_shape", GSON.toJson(net.inputShape().sizes()))
                        .metadata(
                                "layers",
                                LayerJson.write(net.stages().stream().map(Sequential.Stage::layer).toList()).toString())
                        .metadata("class_names", GSON.toJson(classNames))
                        .metadata("preprocessing", GSON.toJson(preprocessing))
                        .metadata(TEST_TIME, word(testTime));
        new TreeMap<>(setup).forEach((name, value) -> writer.metadata(SETUP + name, value));
        ModelFile read = of(file.toString(), Safetensors.parse(file.toString(), writer.bytes()));
        long parameters = net.parameters().stream().mapToLong(p -> p.shape().elements()).sum();
        read.requireSizes(parameters, parameters);
        if (!read.dataset.equals(dataset) || !read.classNames.equals(classNames) || !read.setup.equals(setup)) {
            throw new FormatException(
                    String.format(
                            Locale.ROOT,
                            "%s cannot store every character of the data set '%s', its classes %s and its setup %s",
                            file,
                            dataset,
                            classNames,
                            setup));
        }
        return writer;
    }

    /** @throws FormatException if the file is not a valid model of this version; the message names the problem */
    public static ModelFile read(Path file) {
        return of(file.toString(), Safetensors.read(file));
    }

    static ModelFile of(String name, Safetensors tensors) {
        try {
            if (!tensors.metadata().getOrDefault("format", "none").equals(FORMAT)) {
                throw new FormatException(
                        "its format is '"
                                + tensors.metadata().getOrDefault("format", "none")
                                + "', expected '"
                                + FORMAT
                                + "'");
            }
            Shape input = Shape.of(StrictJson.sizes(StrictJson.parse(tensors.metadata("input_shape"))));
            return new ModelFile(
                    name,
                    tensors.metadata("dataset"),
                    input,
                    LayerJson.read(tensors.metadata("layers")),
                    StrictJson.array(StrictJson.parse(tensors.metadata("class_names"))).asList().stream()
                            .map(StrictJson::string)
                            .toList(),
                    preprocessing(tensors, input),
                    testTime(tensors, input),
                    setup(tensors),
                    tensors);
        } catch (FormatException | IllegalArgumentException e) {
            throw new FormatException(name + " is not a model that can be loaded: " + e.getMessage(), e);
        }
    }

    private static Preprocessing preprocessing(Safetensors tensors, Shape input) {
        JsonObject json = StrictJson.object(StrictJson.parse(tensors.metadata("preprocessing")));
        Preprocessing read = new Preprocessing(floats(json.get("mean")), floats(json.get("deviation")));
        int channels = input.rank() == 0 ? 1 : input.size(-1);
        if (read.mean().size() != channels) {
            throw new FormatException(
                    "its preprocessing is for "
                            + read.mean().size()
                            + " channels, its input of shape "
                            + input
                            + " has "
                            + channels);
        }
        return read;
    }

    /** The views; {@link TestTime#NONE} for files without that field, which older versions wrote. */
    private static TestTime testTime(Safetensors tensors, Shape input) {
        String found = tensors.metadata().getOrDefault(TEST_TIME, word(TestTime.NONE));
        for (TestTime value : TestTime.values()) {
            if (word(value).equals(found)) {
                value.require(input);
                return value;
            }
        }
        throw new FormatException(
                "its test_time is '"
                        + found
                        + "', expected one of "
                        + Arrays.stream(TestTime.values()).map(ModelFile::word).toList());
    }

    /** Returns the name in the file: "flip-and-shift". */
    private static String word(TestTime value) {
        return value.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    private static Map<String, String> setup(Safetensors tensors) {
        return tensors.metadata().entrySet().stream()
                .filter(entry -> entry.getKey().startsWith(SETUP))
                .collect(
                        Collectors.toUnmodifiableMap(
                                entry -> entry.getKey().substring(SETUP.length()), Map.Entry::getValue));
    }

    private static List<Float> floats(JsonElement array) {
        return StrictJson.array(array).asList().stream().map(number -> (float) StrictJson.number(number)).toList();
    }

    /**
     * Builds the net with its trained parameters in the innermost scope.
     *
     * @throws FormatException if a parameter is missing, unknown to the architecture or of the wrong shape, if an
     *     example has more than 2²⁶ elements in some layer, or if the net's output does not match the number of classes
     */
    public Sequential build(Backend backend) {
        Sequential net;
        try {
            long all = tensors.names().stream().mapToLong(tensors::count).sum();
            long integers = tensors.names().stream().filter(tensors::integral).mapToLong(tensors::count).sum();
            requireSizes(all - integers, all);
            net = Sequential.build(backend, 0, inputShape, layers);
        } catch (IllegalArgumentException e) {
            throw new FormatException(name + " contains a net that cannot be built: " + e.getMessage(), e);
        }
        for (Parameter p : net.parameters()) {
            if (!tensors.has(p.name())) {
                throw new FormatException(name + " lacks the tensor '" + p.name() + "'");
            }
            if (!Arrays.equals(tensors.shape(p.name()), p.shape().sizes())) {
                throw new FormatException(
                        name
                                + ": "
                                + p.name()
                                + " has shape "
                                + Arrays.toString(tensors.shape(p.name()))
                                + ", the architecture needs "
                                + p.shape());
            }
            backend.upload(tensors.values(p.name()), p);
        }
        List<String> known = net.parameters().stream().map(Parameter::name).toList();
        for (String tensor : tensors.names()) {
            if (!known.contains(tensor) && !tensors.integral(tensor)) {
                throw new FormatException(
                        name + " has the tensor '" + tensor + "', which is unknown to the architecture");
            }
        }
        return net;
    }

    /** A few bytes of a malformed architecture could otherwise request more than all memory. */
    private void requireModest(String what, Shape shape) {
        if (shape.elements() > MOST_ELEMENTS) {
            throw new FormatException(
                    String.format(
                            Locale.ROOT,
                            "%s: %s has shape %s, %,d elements per example, expected at most %,d",
                            name,
                            what,
                            shape,
                            shape.elements(),
                            MOST_ELEMENTS));
        }
    }

    /**
     * Rejects an architecture that does not match the file, before memory is allocated: one with the wrong number of
     * parameters, with huge examples, or whose output does not match the number of classes. One output suffices for two
     * classes.
     *
     * @param least the number of parameters at least: all elements of the file, except for integers such as counters,
     *     which other programs may add
     * @param most the number of parameters at most
     */
    private void requireSizes(long least, long most) {
        long needed = 0;
        Shape shape = inputShape;
        requireModest("its input", shape);
        for (Layer layer : layers) {
            Shape output = layer.outputShape(shape);
            requireModest(layer.kind(), output);
            needed += layer.weights(shape).stream().mapToLong(w -> w.shape().elements()).sum();
            shape = output;
        }
        if (needed < least || needed > most) {
            throw new FormatException(name + ": the architecture has " + needed + " parameters, the file has " + least);
        }
        int classes = classNames.size();
        if (shape.elements() != classes && !(shape.elements() == 1 && classes == 2)) {
            throw new FormatException(
                    name + ": the net's output is " + shape + ", but the file names " + classes + " classes");
        }
    }
}
