package chainrule.io;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import chainrule.backend.Backend;
import chainrule.backend.Elementwise;
import chainrule.backend.Scope;
import chainrule.backend.provider.Backends;
import chainrule.data.Preprocessing;
import chainrule.data.augment.TestTime;
import chainrule.initializer.VarianceScaling;
import chainrule.layer.Activation;
import chainrule.layer.AveragePool2d;
import chainrule.layer.BatchNorm;
import chainrule.layer.Conv2d;
import chainrule.layer.Dense;
import chainrule.layer.Dropout;
import chainrule.layer.Flatten;
import chainrule.layer.GlobalAveragePool2d;
import chainrule.layer.Layer;
import chainrule.layer.MaxPool2d;
import chainrule.layer.Padding;
import chainrule.layer.Reshape;
import chainrule.layer.Scaling;
import chainrule.layer.Sequential;
import chainrule.layer.Softmax;
import chainrule.tensor.Parameter;
import chainrule.tensor.Shape;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

class ModelFileTest {
    @TempDir Path temporary;

    private static void save(Path file, Sequential net) {
        ModelFile.save(file, net, "fruit", SavedNet.CLASSES, SavedNet.PREPROCESSING);
    }

    @ParameterizedTest
    @ValueSource(strings = {"reference", "ejml"})
    void savedNetGivesTheSameBitsInANewProcess(String backendName) throws IOException, InterruptedException {
        Path file = temporary.resolve("net.safetensors");
        double[] expected;
        String hash;
        try (Backend backend = Backends.open(backendName, 1).backend()) {
            backend.openScope("test");
            Sequential net = SavedNet.trained(backend);
            expected = SavedNet.outputs(net);
            hash = SavedNet.hash(net);
            save(file, net);
        }
        ModelFile read = ModelFile.read(file);
        assertThat(read.name()).isEqualTo(file.toString());
        assertThat(read.dataset()).isEqualTo("fruit");
        assertThat(read.inputShape()).isEqualTo(SavedNet.INPUT);
        assertThat(read.classNames()).isEqualTo(SavedNet.CLASSES);
        assertThat(read.preprocessing()).isEqualTo(SavedNet.PREPROCESSING);
        try (Backend backend = Backends.open(backendName, 3).backend()) {
            backend.openScope("test");
            assertThat(SavedNet.outputs(read.build(backend))).containsExactly(expected);
        }
        Process process =
                new ProcessBuilder(
                                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                                "-cp",
                                System.getProperty("java.class.path"),
                                SavedNet.class.getName(),
                                file.toString(),
                                backendName)
                        .redirectErrorStream(true)
                        .start();
        String printed = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor(1, TimeUnit.MINUTES)).isTrue();
        assertThat(process.exitValue()).as(printed).isZero();
        assertThat(printed).isEqualTo(hash);
    }

    /** Checks the file with the published layout, not with the engine's reader. */
    @ParameterizedTest
    @ValueSource(strings = {"reference", "ejml"})
    void fileHasTheLayoutOfSafetensors(String backendName) throws IOException {
        Path path = temporary.resolve("net.safetensors");
        try (Backend backend = Backends.open(backendName, 1).backend()) {
            backend.openScope("test");
            Sequential net = SavedNet.trained(backend);
            save(path, net);
            ByteBuffer file = ByteBuffer.wrap(Files.readAllBytes(path)).order(ByteOrder.LITTLE_ENDIAN);
            int header = (int) file.getLong(0);
            assertThat(header % 8).isZero();
            String json = new String(file.array(), 8, header, StandardCharsets.UTF_8);
            assertThat(json).startsWith("{").matches("(?s).*} *");
            JsonObject fields = Bytes.header(file.array());
            assertThat(fields.getAsJsonObject("__metadata__").entrySet())
                    .allMatch(e -> e.getValue().getAsJsonPrimitive().isString());
            assertThat(fields.getAsJsonObject("__metadata__").get("format").getAsString())
                    .isEqualTo("chainrule-model-1");
            int width = backendName.equals("reference") ? 8 : 4;
            int end = 0;
            for (Map.Entry<String, JsonElement> field : fields.entrySet()) {
                if (field.getKey().equals("__metadata__")) {
                    continue;
                }
                JsonObject tensor = field.getValue().getAsJsonObject();
                assertThat(tensor.get("dtype").getAsString()).isEqualTo("F" + 8 * width);
                Parameter p = net.parameter(field.getKey());
                JsonArray shape = tensor.getAsJsonArray("shape");
                assertThat(shape).hasSize(p.shape().rank());
                for (int i = 0; i < shape.size(); i++) {
                    assertThat(shape.get(i).getAsInt()).isEqualTo(p.shape().size(i));
                }
                JsonArray offsets = tensor.getAsJsonArray("data_offsets");
                assertThat(offsets.get(0).getAsInt()).isEqualTo(end); // without gaps, as the format requires
                double[] values = backend.download(p.buffer());
                end += width * values.length;
                assertThat(offsets.get(1).getAsInt()).isEqualTo(end);
                for (int i = 0; i < values.length; i++) {
                    int place = 8 + header + offsets.get(0).getAsInt() + width * i;
                    assertThat(width == 8 ? file.getDouble(place) : file.getFloat(place)).isEqualTo(values[i]);
                }
            }
            assertThat(8 + header + end).isEqualTo(file.capacity());
            assertThat(fields.size()).isEqualTo(1 + net.parameters().size());
        }
    }

    @ParameterizedTest
    @EnumSource
    void keepsTestTimeViewsAndSetup(TestTime testTime) {
        Path file = temporary.resolve("net.safetensors");
        Map<String, String> setup = Map.of("split", "by image", "margin", "0.25");
        try (Backend backend = Backends.open("ejml", 1).backend()) {
            backend.openScope("test");
            Sequential net = SavedNet.trained(backend);
            ModelFile.save(file, net, "fruit", SavedNet.CLASSES, SavedNet.PREPROCESSING, testTime, setup);
        }
        assertThat(ModelFile.read(file).testTime()).isEqualTo(testTime);
        assertThat(ModelFile.read(file).setup()).isEqualTo(setup);
    }

    @Test
    void filesWithoutTestTimeViewsHaveNone() throws IOException {
        Path file = temporary.resolve("net.safetensors");
        try (Backend backend = Backends.open("ejml", 1).backend()) {
            backend.openScope("test");
            save(file, SavedNet.trained(backend));
        }
        byte[] old =
                Bytes.withHeader(Files.readAllBytes(file), h -> h.getAsJsonObject("__metadata__").remove("test_time"));
        ModelFile read = ModelFile.read(Files.write(file, old));
        assertThat(read.testTime()).isEqualTo(TestTime.NONE);
        assertThat(read.setup()).isEmpty();
    }

    @Test
    void rejectsTestTimeViewsForVectors() {
        try (Backend backend = Backends.open("ejml", 1).backend()) {
            backend.openScope("test");
            Sequential net = Sequential.build(backend, 1, Shape.of(4), new Dense(3));
            Path file = temporary.resolve("net.safetensors");
            Preprocessing plain = Preprocessing.none(4);
            assertThatThrownBy(() -> ModelFile.save(file, net, "x", SavedNet.CLASSES, plain, TestTime.FLIP, Map.of()))
                    .isInstanceOf(FormatException.class)
                    .hasMessageContaining("test-time views take images");
            assertThat(file).doesNotExist();
        }
    }

    static Stream<List<Layer>> nets() {
        return Stream.of(
                List.of(),
                List.of(new Flatten(), new Dense(3).withoutBias(), new Softmax()),
                List.of(Conv2d.same(2, 3), new BatchNorm(0, 1e-300, false), new GlobalAveragePool2d(), new Dense(1)),
                List.of(
                        new Conv2d(4, 1, 3, 2, 1, Padding.VALID, false, VarianceScaling.glorotUniform()),
                        MaxPool2d.of(1, 1),
                        AveragePool2d.of(1),
                        new Activation(Elementwise.LEAKY_RELU, -0.25),
                        new Dropout(0.999),
                        new Scaling(-1e-30),
                        new Reshape(Shape.of(8)),
                        new Dense(3)),
                Stream.concat(
                                Stream.of(new Flatten(), new Dense(3)),
                                Stream.of(Elementwise.values()).map(Activation::new))
                        .map(Layer.class::cast)
                        .toList());
    }

    /** Includes NaN and infinite weights: a net that diverged can be saved as well. */
    @ParameterizedTest
    @MethodSource("nets")
    void savesAndRestoresEveryNet(List<Layer> layers) {
        Path file = temporary.resolve("net.safetensors");
        Shape input = layers.isEmpty() ? Shape.of(3) : Shape.of(4, 3, 1);
        for (String backendName : List.of("reference", "ejml")) {
            try (Backend backend = Backends.open(backendName, 1).backend();
                    Scope _ = backend.openScope("test")) {
                Sequential net = Sequential.build(backend, 1, input, layers);
                double[] special = {Double.NaN, Double.NEGATIVE_INFINITY, -0.0, 1e-38};
                for (Parameter p : net.parameters()) {
                    double[] values = backend.download(p.buffer());
                    System.arraycopy(special, 0, values, 0, Math.min(special.length, values.length));
                    backend.upload(values, p.buffer());
                }
                List<String> classes = net.outputShape().elements() == 1 ? List.of("no", "yes") : SavedNet.CLASSES;
                Preprocessing plain = Preprocessing.none(input.size(-1));
                ModelFile.check(file, net, "x", classes, plain, TestTime.NONE, Map.of());
                assertThat(file).doesNotExist();
                ModelFile.save(file, net, "x", classes, plain);
                Sequential read = ModelFile.read(file).build(backend);
                assertThat(LayerJson.write(read.stages().stream().map(Sequential.Stage::layer).toList()))
                        .isEqualTo(LayerJson.write(layers));
                for (Parameter p : net.parameters()) {
                    assertThat(backend.download(read.parameter(p.name()).buffer()))
                            .containsExactly(backend.download(p.buffer()));
                }
                Files.delete(file);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    @Test
    void sampleNetsCoverEveryLayer() {
        Set<String> types = new TreeSet<>();
        nets().forEach(
                        layers ->
                                LayerJson.write(layers)
                                        .forEach(o -> types.add(o.getAsJsonObject().get("type").getAsString())));
        assertThat(types).containsExactlyInAnyOrderElementsOf(LayerJson.types());
    }

    /** Applies the same error to a net and to the metadata of a valid file. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "class_names|[\"a\", \"b\"]|the file names 2 classes",
                "class_names|[]|the file names 0 classes",
                "class_names|[\"a\", null, \"c\"]|expected a string, found null",
                "preprocessing|{\"mean\":[0.0],\"deviation\":[1.0]}|for 1 channels",
                "test_time|flip|test-time views take images",
            })
    void savingAndReadingRejectTheSameNetsWithTheSameMessage(String key, String value, String part) throws IOException {
        Path file = temporary.resolve("net.safetensors");
        boolean views = key.equals("test_time");
        try (Backend backend = Backends.open("ejml", 1).backend();
                Scope _ = backend.openScope("test")) {
            Shape input = views ? Shape.of(2) : Shape.of(4, 3, 2);
            Sequential net = Sequential.build(backend, 1, input, new Flatten(), new Dense(3));
            ModelFile.save(file, net, "x", SavedNet.CLASSES, Preprocessing.none(2));
            byte[] bad = Bytes.withMetadata(Files.readAllBytes(file), key, value);
            Files.write(file, bad);
            String expected =
                    assertThatThrownBy(() -> ModelFile.read(file).build(backend))
                            .isInstanceOf(FormatException.class)
                            .hasMessageContaining(part)
                            .actual()
                            .getMessage();
            List<String> classes = SavedNet.CLASSES;
            if (key.equals("class_names")) {
                classes = new ArrayList<>();
                for (JsonElement name : JsonParser.parseString(value).getAsJsonArray()) {
                    classes.add(name.isJsonNull() ? null : name.getAsString());
                }
            }
            List<String> names = classes;
            Preprocessing plain = Preprocessing.none(key.equals("preprocessing") ? 1 : 2);
            TestTime testTime = views ? TestTime.FLIP : TestTime.NONE;
            assertThatThrownBy(() -> ModelFile.check(file, net, "x", names, plain, testTime, Map.of()))
                    .isInstanceOf(FormatException.class)
                    .hasMessage(expected);
            assertThatThrownBy(() -> ModelFile.save(file, net, "x", names, plain, testTime, Map.of()))
                    .isInstanceOf(FormatException.class)
                    .hasMessage(expected);
            assertThat(file).hasBinaryContent(bad);
        }
    }

    @Test
    void rejectsNetsThatAFileCannotStore() {
        Path file = temporary.resolve("net.safetensors");
        Preprocessing plain = Preprocessing.none(1);
        try (Backend backend = Backends.open("ejml", 1).backend();
                Scope _ = backend.openScope("test")) {
            Sequential net = Sequential.build(backend, 1, Shape.of(4, 3, 1), new Flatten(), new Dense(3));
            List<String> half = List.of("a", "b", "\ud800");
            assertThatThrownBy(() -> ModelFile.save(file, net, "x", half, plain))
                    .isInstanceOf(FormatException.class)
                    .hasMessageStartingWith(file.toString());
            assertThatThrownBy(() -> ModelFile.save(file, net, "\udc00", SavedNet.CLASSES, plain))
                    .isInstanceOf(FormatException.class)
                    .hasMessageContaining("cannot store every character");
            Map<String, String> setup = new TreeMap<>();
            setup.put("split", null);
            assertThatThrownBy(() -> ModelFile.save(file, net, "x", SavedNet.CLASSES, plain, TestTime.NONE, setup))
                    .isInstanceOf(FormatException.class);
            Sequential large = Sequential.build(backend, 1, Shape.of(8200, 8200, 1), new GlobalAveragePool2d());
            assertThatThrownBy(() -> ModelFile.save(file, large, "x", List.of("no", "yes"), plain))
                    .isInstanceOf(FormatException.class)
                    .hasMessageContaining("elements per example, expected at most");
            Layer endless = new Activation(Elementwise.LEAKY_RELU, Double.NaN);
            Sequential odd = Sequential.build(backend, 1, Shape.of(3, 1, 1), endless, new Flatten());
            assertThatThrownBy(() -> ModelFile.save(file, odd, "x", SavedNet.CLASSES, plain))
                    .isInstanceOf(FormatException.class);
            assertThat(temporary).isEmptyDirectory();
        }
    }

    /** As in files of other programs: 16-bit weights, and counters that no layer of the engine has. */
    @Test
    void convertsOtherTypesAndIgnoresUnusedCounters() {
        Path file = temporary.resolve("net.safetensors");
        try (Backend backend = Backends.open("ejml", 1).backend();
                Scope _ = backend.openScope("test")) {
            Sequential net = Sequential.build(backend, 1, Shape.of(2), new Dense(2));
            ModelFile.save(file, net, "x", List.of("a", "b"), Preprocessing.none(2));
            JsonObject header = Bytes.header(Files.readAllBytes(file));
            header.add("dense1.weight", tensor("BF16", "[2,2]", 0, 8));
            header.add("dense1.bias", tensor("I8", "[2]", 8, 10));
            header.add("batchnorm1.num_batches_tracked", tensor("I64", "[]", 10, 18));
            byte[] data = {(byte) 0x80, 0x3F, 0, 0x40, (byte) 0x80, (byte) 0xBF, 0, 0, 5, -3, 1, 0, 0, 0, 0, 0, 0, 0};
            Files.write(file, Bytes.file(header.toString(), data));
            Sequential read = ModelFile.read(file).build(backend);
            assertThat(backend.download(read.parameter("dense1.weight").buffer())).containsExactly(1, 2, -1, 0);
            assertThat(backend.download(read.parameter("dense1.bias").buffer())).containsExactly(5, -3);
            header.add("batchnorm1.num_batches_tracked", tensor("F64", "[]", 10, 18));
            Files.write(file, Bytes.file(header.toString(), data));
            assertThatThrownBy(() -> ModelFile.read(file).build(backend))
                    .hasMessageContaining("has the tensor 'batchnorm1.num_batches_tracked'");
            header.remove("batchnorm1.num_batches_tracked");
            header.add("dense1.bias", tensor("F8_E4M3", "[2]", 8, 10));
            Files.write(file, Bytes.file(header.toString(), Arrays.copyOf(data, 10)));
            assertThatThrownBy(() -> ModelFile.read(file).build(backend))
                    .isInstanceOf(FormatException.class)
                    .hasMessageStartingWith(file + ": tensor 'dense1.bias' has the unsupported type F8_E4M3");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static JsonElement tensor(String type, String shape, int from, int to) {
        return JsonParser.parseString(
                String.format(
                        Locale.ROOT,
                        "{\"dtype\": \"%s\", \"shape\": %s, \"data_offsets\": [%d, %d]}",
                        type,
                        shape,
                        from,
                        to));
    }

    @Test
    void failedSaveLeavesNoFiles() throws IOException {
        Path folder = Files.createDirectories(temporary.resolve("folder/in the way")).getParent();
        Path file = Files.writeString(temporary.resolve("file"), "in the way");
        try (Backend backend = Backends.open("ejml", 1).backend()) {
            backend.openScope("test");
            Sequential net = SavedNet.trained(backend);
            for (Path place : new Path[] {folder, file.resolve("net"), temporary.resolve("nowhere/net")}) {
                assertThatThrownBy(() -> save(place, net))
                        .isInstanceOf(UncheckedIOException.class)
                        .hasMessageStartingWith("cannot write " + place + ": ")
                        .satisfies(e -> assertThat(e.getMessage()).doesNotContain("Exception", "\n", ".tmp"));
            }
            try (Stream<Path> files = Files.list(temporary)) {
                assertThat(files).containsExactlyInAnyOrder(folder, file);
            }
            assertThat(folder.resolve("in the way")).exists();
            assertThat(file).hasContent("in the way");
            save(file, net); // replaces an existing file
            assertThat(SavedNet.hash(ModelFile.read(file).build(backend))).isEqualTo(SavedNet.hash(net));
            try (Scope _ = backend.openScope("no temporary file");
                    Stream<Path> files = Files.list(temporary)) {
                assertThat(files).containsExactlyInAnyOrder(folder, file);
            }
        }
    }
}
