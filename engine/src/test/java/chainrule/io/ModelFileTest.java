package chainrule.io;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import chainrule.backend.Backend;
import chainrule.backend.Backends;
import chainrule.backend.Scope;
import chainrule.data.Preprocessing;
import chainrule.data.augment.TestTime;
import chainrule.layer.Dense;
import chainrule.layer.Sequential;
import chainrule.tensor.Parameter;
import chainrule.tensor.Shape;
import chainrule.tensor.ShapeException;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

class ModelFileTest {
    @TempDir Path temporary;

    private static void save(Path file, Sequential net) {
        ModelFile.save(file, net, "fruit", SavedNet.CLASSES, SavedNet.PREPROCESSING);
    }

    @ParameterizedTest
    @ValueSource(strings = {"reference", "ejml"})
    void aSavedNetAnswersWithTheSameBitsHereAndInANewProcess(String backend) throws IOException, InterruptedException {
        Path file = temporary.resolve("net.safetensors");
        double[] expected;
        String hash;
        try (Backend k = Backends.open(backend, 1).backend()) {
            k.openScope("test");
            Sequential net = SavedNet.trained(k);
            expected = SavedNet.answers(net);
            hash = SavedNet.hash(net);
            save(file, net);
        }
        ModelFile read = ModelFile.read(file);
        assertThat(read.name()).isEqualTo(file.toString());
        assertThat(read.dataset()).isEqualTo("fruit");
        assertThat(read.inputShape()).isEqualTo(SavedNet.INPUT);
        assertThat(read.classNames()).isEqualTo(SavedNet.CLASSES);
        assertThat(read.preprocessing()).isEqualTo(SavedNet.PREPROCESSING);
        try (Backend k = Backends.open(backend, 3).backend()) {
            k.openScope("test");
            assertThat(SavedNet.answers(read.build(k))).containsExactly(expected);
        }
        Process process =
                new ProcessBuilder(
                                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                                "-cp",
                                System.getProperty("java.class.path"),
                                SavedNet.class.getName(),
                                file.toString(),
                                backend)
                        .redirectErrorStream(true)
                        .start();
        String printed = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor(1, TimeUnit.MINUTES)).isTrue();
        assertThat(process.exitValue()).as(printed).isZero();
        assertThat(printed).isEqualTo(hash);
    }

    /** Read by the published layout, not by this engine's reader. */
    @ParameterizedTest
    @ValueSource(strings = {"reference", "ejml"})
    void theFileHasTheLayoutOfSafetensors(String backend) throws IOException {
        Path path = temporary.resolve("net.safetensors");
        try (Backend k = Backends.open(backend, 1).backend()) {
            k.openScope("test");
            Sequential net = SavedNet.trained(k);
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
            int width = backend.equals("reference") ? 8 : 4;
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
                assertThat(offsets.get(0).getAsInt()).isEqualTo(end); // without gaps, as the format demands
                double[] values = k.download(p.buffer());
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
    void whatElseAModelNeedsIsKept(TestTime testTime) {
        Path file = temporary.resolve("net.safetensors");
        Map<String, String> setup = Map.of("split", "by image", "margin", "0.25");
        try (Backend k = Backends.open("ejml", 1).backend()) {
            k.openScope("test");
            Sequential net = SavedNet.trained(k);
            ModelFile.save(file, net, "fruit", SavedNet.CLASSES, SavedNet.PREPROCESSING, testTime, setup);
        }
        assertThat(ModelFile.read(file).testTime()).isEqualTo(testTime);
        assertThat(ModelFile.read(file).setup()).isEqualTo(setup);
    }

    @Test
    void filesFromBeforeThereWereViewsHaveNone() throws IOException {
        Path file = temporary.resolve("net.safetensors");
        try (Backend k = Backends.open("ejml", 1).backend()) {
            k.openScope("test");
            save(file, SavedNet.trained(k));
        }
        byte[] old =
                Bytes.withHeader(Files.readAllBytes(file), h -> h.getAsJsonObject("__metadata__").remove("test_time"));
        ModelFile read = ModelFile.read(Files.write(file, old));
        assertThat(read.testTime()).isEqualTo(TestTime.NONE);
        assertThat(read.setup()).isEmpty();
    }

    @Test
    void aNetOfVectorsHasNoViews() {
        try (Backend k = Backends.open("ejml", 1).backend()) {
            k.openScope("test");
            Sequential net = Sequential.build(k, 1, Shape.of(4), new Dense(3));
            Path file = temporary.resolve("net.safetensors");
            Preprocessing plain = Preprocessing.none(4);
            assertThatThrownBy(() -> ModelFile.save(file, net, "x", SavedNet.CLASSES, plain, TestTime.FLIP, Map.of()))
                    .isInstanceOf(ShapeException.class)
                    .hasMessageContaining("test-time views take images");
            assertThat(file).doesNotExist();
        }
    }

    @Test
    void savingWhereNothingCanBeWrittenLeavesNothingBehind() throws IOException {
        Path folder = Files.createDirectories(temporary.resolve("folder/in the way")).getParent();
        Path file = Files.writeString(temporary.resolve("file"), "in the way");
        try (Backend k = Backends.open("ejml", 1).backend()) {
            k.openScope("test");
            Sequential net = SavedNet.trained(k);
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
            save(file, net); // an earlier file is replaced as a whole
            assertThat(SavedNet.hash(ModelFile.read(file).build(k))).isEqualTo(SavedNet.hash(net));
            try (Scope _ = k.openScope("no temporary file");
                    Stream<Path> files = Files.list(temporary)) {
                assertThat(files).containsExactlyInAnyOrder(folder, file);
            }
        }
    }
}
