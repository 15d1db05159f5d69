package chainrule.io;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import chainrule.backend.Scope;
import chainrule.backend.reference.ReferenceBackend;
import chainrule.layer.Sequential;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;

/** Reading a damaged model file throws a {@link FormatException} that names it. */
class DamagedModelTest {
    @TempDir Path temporary;
    private final ReferenceBackend backend = new ReferenceBackend();
    private byte[] good;

    @BeforeEach
    void save() throws IOException {
        backend.openScope("test");
        Path file = temporary.resolve("good.safetensors");
        ModelFile.save(file, SavedNet.trained(backend), "fruit", SavedNet.CLASSES, SavedNet.PREPROCESSING);
        good = Files.readAllBytes(file);
    }

    @AfterEach
    void close() {
        backend.close();
    }

    private void refuses(byte[] content, String message) throws IOException {
        Path file = Files.write(temporary.resolve("bad.safetensors"), content);
        assertThatThrownBy(
                        () -> {
                            try (Scope _ = backend.openScope("loading")) {
                                ModelFile.read(file).build(backend);
                            }
                        })
                .isInstanceOf(FormatException.class)
                .hasMessageStartingWith(file.toString())
                .hasMessageContaining(message)
                .satisfies(e -> assertThat(e.getMessage().lines()).hasSize(1));
    }

    @Test
    void rejectsTruncatedFiles() throws IOException {
        for (int length = 0; length < good.length; length += 97) {
            refuses(Arrays.copyOf(good, length), "safetensors file");
        }
        refuses(Arrays.copyOf(good, good.length - 1), "truncated");
    }

    @Test
    void rejectsAMissingFile() {
        Path file = temporary.resolve("nowhere.safetensors");
        assertThatThrownBy(() -> ModelFile.read(file))
                .isInstanceOf(FormatException.class)
                .hasMessage(file + " cannot be read: no such file");
        assertThatThrownBy(() -> ModelFile.read(temporary))
                .isInstanceOf(FormatException.class)
                .hasMessageStartingWith(temporary + " cannot be read");
    }

    @ParameterizedTest
    @ValueSource(longs = {-1, 0, 1, 50_000_000, 1L << 40, Long.MAX_VALUE})
    void rejectsWrongHeaderLengths(long length) throws IOException {
        ByteBuffer.wrap(good).order(ByteOrder.LITTLE_ENDIAN).putLong(0, length);
        refuses(good, "the declared header length is " + length + " bytes");
    }

    @Test
    void rejectsOverlappingMissingAndMisshapenTensors() throws IOException {
        refuses(
                Bytes.withHeader(
                        good,
                        h -> {
                            JsonObject second = h.getAsJsonObject("batchnorm1.beta");
                            second.add("data_offsets", h.getAsJsonObject("batchnorm1.gamma").get("data_offsets"));
                        }),
                "overlap");
        refuses(Bytes.withHeader(good, h -> h.remove("dense1.bias")), "belong to no tensor");
        refuses(
                Bytes.withHeader(
                        good,
                        h -> {
                            h.getAsJsonObject("dense1.bias").addProperty("dtype", "F32");
                            JsonArray twice = new JsonArray();
                            twice.add(8);
                            h.getAsJsonObject("dense1.bias").add("shape", twice);
                        }),
                "parameters, the file has");
        refuses(
                Bytes.withHeader(good, h -> h.add("dense1.bios", h.remove("dense1.bias"))),
                "lacks the tensor 'dense1.bias'");
        JsonArray turned = new JsonArray();
        turned.add(3);
        turned.add(4);
        refuses(
                Bytes.withHeader(good, h -> h.getAsJsonObject("dense2.weight").add("shape", turned)),
                "dense2.weight has shape [3, 4], the architecture needs [4 × 3]");
        turned.add(2);
        refuses(
                Bytes.withHeader(good, h -> h.getAsJsonObject("dense2.weight").add("shape", turned)),
                "'dense2.weight' of shape [3,4,2] and type F64 needs 192 bytes, has 96");
    }

    @Test
    void rejectsFilesOfOtherFormats() throws IOException {
        refuses(
                Bytes.withMetadata(good, "format", "chainrule-model-2"),
                "'chainrule-model-2', expected 'chainrule-model-1'");
        refuses(Bytes.withMetadata(good, "format", "pt"), "its format is 'pt'");
        refuses(Bytes.withHeader(good, h -> h.remove("__metadata__")), "its format is 'none'");
        refuses(Bytes.trace("mlp5-sigmoid-half-sum-squares"), "not a model that can be loaded");
        for (String key : new String[] {"dataset", "input_shape", "layers", "class_names", "preprocessing"}) {
            refuses(
                    Bytes.withHeader(good, h -> h.getAsJsonObject("__metadata__").remove(key)),
                    "no '" + key + "' in the metadata");
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "preprocessing|{\"mean\": [0, 0], \"deviation\": [1, 0]}|above 0",
                "preprocessing|{\"mean\": [0, 0], \"deviation\": [1, -1]}|above 0",
                "preprocessing|{\"mean\": [0, 1e99], \"deviation\": [1, 1]}|finite",
                "preprocessing|{\"mean\": [0], \"deviation\": [1]}|for 1 channels, its input of shape [6 × 5 × 2] has"
                        + " 2",
                "preprocessing|{\"mean\": [0, 0, 0], \"deviation\": [1, 1, 1]}|for 3 channels",
                "preprocessing|{\"mean\": [0, 0], \"deviation\": [1]}|2 means and 1 deviations",
                "preprocessing|{\"mean\": [], \"deviation\": []}|0 means",
                "preprocessing|{\"mean\": [0, 0]}|expected an array",
                "preprocessing|[]|expected an object",
                "test_time|flop|its test_time is 'flop', expected one of [none, flip, flip-and-shift]",
                "test_time|FLIP|its test_time is 'FLIP'",
                "input_shape|[]|bad.safetensors",
                "input_shape|[6, 5]|bad.safetensors",
                "input_shape|[6, 0, 2]|at least 1",
                "input_shape|[-6, 5, 2]|expected an integer",
                "input_shape|[100000, 100000, 2]|2³¹",
                "input_shape|\"6\"|expected an array",
                "input_shape|[10000, 10000, 2]|its input has shape [10000 × 10000 × 2], 200,000,000 elements",
                "class_names|[\"a\", \"b\"]|names 2 classes",
                "class_names|[\"a\", \"b\", \"c\", \"d\"]|the net's output is [3], but the file names 4 classes",
                "class_names|[]|names 0 classes",
                "class_names|[1, 2, 3]|expected a string",
                "class_names|{}|expected an array",
                "layers|[{\"type\": \"attention\"}]|type 'attention'",
                "layers|[{\"kind\": \"dense\"}]|(no type)",
                "layers|[{\"type\": \"dense\"}]|missing or invalid field",
                "layers|[]|the architecture has 0 parameters",
                "layers|not json|bad JSON",
                "layers|{}|expected an array",
            })
    void rejectsInvalidMetadata(String key, String value, String message) throws IOException {
        refuses(Bytes.withMetadata(good, key, value), message);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"type\": \"dense\", \"units\": 1000000}",
                "{\"type\": \"dense\", \"units\": 30000000}",
                "{\"type\": \"dense\", \"units\": 2147483647}",
                "{\"type\": \"conv2d\", \"filters\": 2000000, \"kernel\": [3, 3], \"stride\": [1, 1],"
                        + " \"padding\": \"same\", \"bias\": true}",
                "{\"type\": \"conv2d\", \"filters\": 3, \"kernel\": [20000, 20000], \"stride\": [1, 1],"
                        + " \"padding\": \"same\", \"bias\": true}",
            })
    void rejectsHugeArchitecturesWithoutAllocatingMemory(String layer) throws IOException {
        byte[] bad = Bytes.withMetadata(good, "layers", "[" + layer + ", {\"type\": \"flatten\"}]");
        var threads = (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
        refuses(bad, ""); // loads all classes first
        long before = threads.getCurrentThreadAllocatedBytes();
        long storage = backend.memory().storageAllocations();
        refuses(bad, "");
        assertThat(threads.getCurrentThreadAllocatedBytes() - before).isLessThan(5_000_000);
        assertThat(backend.memory().storageAllocations()).isEqualTo(storage);
    }

    /**
     * Reading a file with a few changed bytes gives a net that can be evaluated or throws a {@link FormatException}.
     */
    @Test
    void corruptedFilesGiveANetOrAFormatException() {
        int header = 8 + (int) ByteBuffer.wrap(good).order(ByteOrder.LITTLE_ENDIAN).getLong(0);
        RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(20_260_301);
        byte[] likely = "0123456789-+.eE\"'[]{}:,\\\n\u0000 nulltrue".getBytes(StandardCharsets.UTF_8);
        int refused = 0;
        for (int round = 0; round < 4_000; round++) {
            byte[] bad = good.clone();
            int changes = 1 + random.nextInt(3);
            for (int i = 0; i < changes; i++) {
                int place = random.nextInt(round % 8 == 0 ? 12 : round % 8 == 1 ? bad.length : header);
                bad[place] = random.nextBoolean() ? likely[random.nextInt(likely.length)] : (byte) random.nextInt(256);
            }
            try (Scope _ = backend.openScope("round " + round)) {
                Sequential net =
                        ModelFile.of("bad.safetensors", Safetensors.parse("bad.safetensors", bad)).build(backend);
                if (net.inputShape().elements() <= 1000) {
                    SavedNet.outputs(net);
                }
            } catch (FormatException e) {
                refused++;
                assertThat(e.getMessage()).startsWith("bad.safetensors");
            } catch (RuntimeException e) {
                throw new AssertionError("round " + round, e);
            }
        }
        assertThat(refused).isBetween(1_000, 3_999);
    }
}
