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
 * A trained net in one safetensors file: its parameters and running statistics as tensors; its architecture,
 * preprocessing and class names as JSON in the metadata. Other programs read the tensors with any safetensors library.
 *
 * @param name of the file, for messages
 * @param dataset what it was trained on: "mnist"
 * @param inputShape of one example
 * @param preprocessing of an image's bytes
 * @param testTime the views of an image whose answers are averaged
 * @param setup what else is needed to prepare the data set's images as they were, such as how it was split; empty for
 *     most data sets
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

    /** What one example may need in any layer: an image of 4096 × 4096 with 4 channels. */
    private static final int MOST_NUMBERS = 1 << 26;

    private static final Gson GSON = new Gson();
    private static final String TEST_TIME = "test_time";
    private static final String SETUP = "setup.";

    /** {@link #save(Path, Sequential, String, List, Preprocessing, TestTime, Map)} without views and without setup. */
    public static void save(
            Path file, Sequential net, String dataset, List<String> classNames, Preprocessing preprocessing) {
        save(file, net, dataset, classNames, preprocessing, TestTime.NONE, Map.of());
    }

    /**
     * Saves a net; the file appears only when it is whole. Weights of a float64 backend are kept as float64.
     *
     * @throws FormatException if {@link #read} and {@link #build} would refuse the file; nothing is written then
     * @throws IllegalArgumentException if a layer is not one of the engine's
     * @throws UncheckedIOException if the file cannot be written
     * @see #check what can be done before the training
     */
    public static void save(
            Path file,
            Sequential net,
            String dataset,
            List<String> classNames,
            Preprocessing preprocessing,
            TestTime testTime,
            Map<String, String> setup) {
        check(file, net, dataset, classNames, preprocessing, testTime, setup);
        Backend k = net.backend();
        boolean float64 = k.unitRoundoff() < 0x1p-40;
        SafetensorsWriter writer = described(net, dataset, classNames, preprocessing, testTime, setup);
        for (Parameter p : net.parameters()) {
            writer.add(p.name(), p.shape().sizes(), k.download(p.buffer()), float64);
        }
        writer.write(file);
    }

    /**
     * Checks that {@link #save} will be able to save the net, and {@link #read} and {@link #build} to give it back: call
     * it before the first step of a training whose net is to be kept. Nothing is written.
     *
     * @throws FormatException with the message that reading would have
     * @throws IllegalArgumentException if a layer is not one of the engine's
     */
    public static void check(
            Path file,
            Sequential net,
            String dataset,
            List<String> classNames,
            Preprocessing preprocessing,
            TestTime testTime,
            Map<String, String> setup) {
        byte[] header = described(net, dataset, classNames, preprocessing, testTime, setup).bytes();
        ModelFile read = of(file.toString(), Safetensors.parse(file.toString(), header));
        long parameters = net.parameters().stream().mapToLong(p -> p.shape().elements()).sum();
        read.requireSizes(parameters, parameters);
        if (!read.dataset.equals(dataset) || !read.classNames.equals(classNames) || !read.setup.equals(setup)) {
            throw new FormatException(
                    String.format(
                            Locale.ROOT,
                            "%s cannot hold every character of the data set '%s', its classes %s and its setup %s",
                            file,
                            dataset,
                            classNames,
                            setup));
        }
    }

    /** The file without its tensors. */
    private static SafetensorsWriter described(
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
        return writer;
    }

    /** @throws FormatException if the file is not an intact model of this version; the message says what is wrong */
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

    /** Files from before there were views have none. */
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

    /** "flip-and-shift". */
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
     * The net with its trained parameters, in the innermost scope.
     *
     * @throws FormatException if a parameter is missing or has another shape than the architecture needs, if there is one
     *     that it does not have, if an example needs more than 2²⁶ numbers in some layer, or if the net does not answer with one number per class
     */
    public Sequential build(Backend k) {
        Sequential net;
        try {
            long all = tensors.names().stream().mapToLong(tensors::count).sum();
            long whole = tensors.names().stream().filter(tensors::whole).mapToLong(tensors::count).sum();
            requireSizes(all - whole, all);
            net = Sequential.build(k, 0, inputShape, layers);
        } catch (IllegalArgumentException e) {
            throw new FormatException(name + " describes a net that cannot be built: " + e.getMessage(), e);
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
            k.upload(tensors.values(p.name()), p.buffer());
        }
        List<String> known = net.parameters().stream().map(Parameter::name).toList();
        for (String tensor : tensors.names()) {
            if (!known.contains(tensor) && !tensors.whole(tensor)) {
                throw new FormatException(
                        name + " holds the tensor '" + tensor + "', which the architecture does not have");
            }
        }
        return net;
    }

    /** A few bytes of architecture can ask for an image as large as memory. */
    private void requireModest(String what, Shape shape) {
        if (shape.elements() > MOST_NUMBERS) {
            throw new FormatException(
                    String.format(
                            Locale.ROOT,
                            "%s: %s has shape %s, %,d numbers for one example, expected at most %,d",
                            name,
                            what,
                            shape,
                            shape.elements(),
                            MOST_NUMBERS));
        }
    }

    /**
     * Refuses an architecture with more parameters than the file has or with huge examples, before memory is allocated
     * for them, and one whose answers do not match the names of the classes; of two classes one number is enough.
     *
     * @param least how many parameters it must have: one for each of the file's numbers, but for counters and the like,
     *     which other programs store beside them as whole numbers
     * @param most how many it may have
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
            throw new FormatException(
                    name + ": the architecture has " + needed + " parameters, the file holds " + least);
        }
        int classes = classNames.size();
        if (shape.elements() != classes && !(shape.elements() == 1 && classes == 2)) {
            throw new FormatException(
                    name + ": the net's answer is " + shape + ", but it names " + classes + " classes");
        }
    }
}
