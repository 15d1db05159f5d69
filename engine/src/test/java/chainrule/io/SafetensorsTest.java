package chainrule.io;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

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
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;

class SafetensorsTest {
    private static final String GOOD =
            """
            {"__metadata__": {"a": "1", "b": "two"},
             "f": {"dtype": "F32", "shape": [2, 1], "data_offsets": [0, 8]},
             "d": {"dtype": "F64", "shape": [], "data_offsets": [8, 16]},
             "i": {"dtype": "I32", "shape": [2], "data_offsets": [16, 24]},
             "none": {"dtype": "F32", "shape": [0, 5], "data_offsets": [24, 24]}}\
            """;

    private static final byte[] DATA =
            ByteBuffer.allocate(24)
                    .order(ByteOrder.LITTLE_ENDIAN)
                    .putFloat(1.5f)
                    .putFloat(-0.1f)
                    .putDouble(Math.PI)
                    .putInt(-7)
                    .putInt(Integer.MAX_VALUE)
                    .array();

    @TempDir Path temporary;

    private static void refuses(byte[] content, String message) {
        assertThatThrownBy(() -> Safetensors.parse("some.file", content))
                .isInstanceOf(FormatException.class)
                .hasMessageStartingWith("some.file")
                .hasMessageContaining(message)
                .satisfies(e -> assertThat(e.getMessage().lines()).hasSize(1));
    }

    private static void refusesHeader(String header, String message) {
        refuses(Bytes.file(header, DATA), message);
    }

    private static void refusesTensor(String dtype, String shape, String offsets, String message) {
        refusesHeader(
                String.format(
                        Locale.ROOT,
                        "{\"t\": {\"dtype\": %s, \"shape\": %s, \"data_offsets\": %s}}",
                        dtype,
                        shape,
                        offsets),
                message);
    }

    @Test
    void readsAValidFileExactly() throws IOException {
        Path file = Files.write(temporary.resolve("good.safetensors"), Bytes.file(GOOD, DATA));
        Safetensors read = Safetensors.read(file);
        assertThat(read.metadata()).containsEntry("a", "1").containsEntry("b", "two").hasSize(2);
        assertThat(read.names()).containsExactly("f", "d", "i", "none");
        assertThat(read.shape("f")).containsExactly(2, 1);
        assertThat(read.shape("d")).isEmpty();
        assertThat(read.values("f")).containsExactly(1.5, -0.1f);
        assertThat(read.values("d")).containsExactly(Math.PI);
        assertThat(read.values("i")).containsExactly(-7, Integer.MAX_VALUE);
        assertThat(read.values("none")).isEmpty();
        assertThat(read.has("f")).isTrue();
        assertThat(read.has("g")).isFalse();
        assertThatThrownBy(() -> read.values("g")).isInstanceOf(FormatException.class).hasMessageContaining("'g'");
        assertThatThrownBy(() -> read.metadata("c")).isInstanceOf(FormatException.class).hasMessageContaining("'c'");
    }

    @Test
    void namesAMissingFile() {
        Path file = temporary.resolve("nothing.safetensors");
        assertThatThrownBy(() -> Safetensors.read(file))
                .isInstanceOf(FormatException.class)
                .hasMessageStartingWith(file.toString())
                .hasMessageContaining("no such file");
        assertThatThrownBy(() -> Safetensors.read(temporary))
                .isInstanceOf(FormatException.class)
                .hasMessageStartingWith(temporary.toString());
    }

    @Test
    void rejectsTruncatedFiles() {
        byte[] good = Bytes.file(GOOD, DATA);
        for (int length = 0; length < good.length; length++) {
            refuses(Arrays.copyOf(good, length), "some.file");
        }
    }

    @Test
    void rejectsWrongHeaderLengthsWithoutAllocatingMemory() {
        var threads = (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
        for (long length : new long[] {-1, 0, 1, 99_999_999, 100_000_001, 1L << 40, Long.MAX_VALUE, Long.MIN_VALUE}) {
            byte[] file = Bytes.file(GOOD, DATA);
            ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN).putLong(0, length);
            long before = threads.getCurrentThreadAllocatedBytes();
            refuses(file, "the declared header length is " + length + " bytes");
            assertThat(threads.getCurrentThreadAllocatedBytes() - before).isLessThan(5_000_000);
        }
    }

    @Test
    void rejectsOverlappingTensors() {
        refusesHeader(
                """
                {"a": {"dtype": "F32", "shape": [2], "data_offsets": [0, 8]},
                 "b": {"dtype": "F32", "shape": [2], "data_offsets": [4, 12]}}\
                """,
                "overlap");
        refusesHeader(
                """
                {"a": {"dtype": "F32", "shape": [2], "data_offsets": [0, 8]},
                 "b": {"dtype": "F32", "shape": [2], "data_offsets": [0, 8]}}\
                """,
                "overlap");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "[0, 28]|[7]|outside the 24 bytes",
                "[-4, 4]|[2]|some.file",
                "[8, 4]|[1]|outside",
                "[4]|[1]|outside",
                "[0, 4, 8]|[1]|outside",
                "[0, 9223372036854775807]|[1]|outside",
                "[0, 99999999999999999999]|[1]|some.file",
                "[0, 8]|[3]|needs 12 bytes, has 8",
                "[0, 8]|[]|needs 4 bytes, has 8",
                "[0, 8]|[-2]|expected an integer",
                "[0, 8]|[-1, -2]|expected an integer",
                "[0, 4]|[4294967297]|expected an integer",
                "[0, 4]|[65536, 65536, 65536, 65536, 1]|shape",
                "[0, 4]|[1.5]|some.file",
                "[0, 4]|[1.0]|expected an integer from 0 to 2147483647, found 1.0",
                "[0, 4]|[1e0]|expected an integer",
                "[0, 4.0]|[1]|expected an integer",
                "[-0, 4]|[1]|expected an integer",
                "[0.5, 4.5]|[1]|some.file",
                "[0, 4]|[\"x\"]|some.file",
                "[0, 4]|[null]|some.file",
                "[0, 4]|[[1]]|some.file",
                "[0, 4]|1|some.file",
                "[0, null]|[1]|some.file",
                "null|[1]|some.file",
                "{}|[1]|some.file",
            })
    void rejectsWrongOffsetsAndShapes(String offsets, String shape, String message) {
        refusesTensor("\"F32\"", shape, offsets, message);
    }

    @Test
    void rejectsUnknownTypes() {
        refusesTensor("\"I4\"", "[4]", "[0, 8]", "'t' has type I4, expected one of [BOOL, F4, ");
        refusesTensor("\"f32\"", "[2]", "[0, 8]", "'t' has type f32");
        refusesTensor("null", "[4]", "[0, 8]", "some.file");
        refusesTensor("{}", "[4]", "[0, 8]", "some.file");
        refusesHeader("{\"t\": {\"shape\": [1], \"data_offsets\": [0, 4]}}", "'t' has no dtype");
        refusesHeader("{\"t\": 7}", "some.file");
    }

    /** Every type with values that depend on its width, sign and rounding. */
    @Test
    void convertsValuesOfEverySupportedType() {
        ByteBuffer data = ByteBuffer.allocate(1000).order(ByteOrder.LITTLE_ENDIAN);
        Map<String, double[]> expected = new LinkedHashMap<>();
        StringBuilder header = new StringBuilder("{");
        add(header, expected, "BOOL", data, 3, 0, 1, 1);
        data.put((byte) 0).put((byte) 1).put((byte) 255);
        add(header, expected, "U8", data, 3, 0, 128, 255);
        data.put((byte) 0).put((byte) 128).put((byte) 255);
        add(header, expected, "I8", data, 3, 127, -128, -1);
        data.put((byte) 127).put((byte) -128).put((byte) -1);
        add(header, expected, "I16", data, 4, -2, Short.MIN_VALUE);
        data.putShort((short) -2).putShort(Short.MIN_VALUE);
        add(header, expected, "U16", data, 4, 65534, 1);
        data.putShort((short) -2).putShort((short) 1);
        double inf = Double.POSITIVE_INFINITY;
        add(header, expected, "F16", data, 14, 1, -2, 65504, 0x1p-24, inf, Double.NaN, -0.0);
        for (int bits : new int[] {0x3C00, 0xC000, 0x7BFF, 0x0001, 0x7C00, 0x7E00, 0x8000}) {
            data.putShort((short) bits);
        }
        add(header, expected, "BF16", data, 12, 1, -2, 0x1.FEp127, 0x1p-133, -inf, Double.NaN);
        for (int bits : new int[] {0x3F80, 0xC000, 0x7F7F, 0x0001, 0xFF80, 0x7FC0}) {
            data.putShort((short) bits);
        }
        add(header, expected, "I32", data, 4, -7);
        data.putInt(-7);
        add(header, expected, "U32", data, 4, 4294967289.0);
        data.putInt(-7);
        add(header, expected, "F32", data, 4, 0.1f);
        data.putFloat(0.1f);
        add(header, expected, "F64", data, 8, 0.1);
        data.putDouble(0.1);
        add(header, expected, "I64", data, 16, -9007199254740992.0, Long.MIN_VALUE);
        data.putLong(-(1L << 53) - 1).putLong(Long.MIN_VALUE); // a tie, rounded to even
        add(header, expected, "U64", data, 32, 0x1p64, 0x1p63, 0x1p63 + 2048, 7);
        data.putLong(-1).putLong(Long.MIN_VALUE).putLong(Long.MIN_VALUE + 1025).putLong(7);
        byte[] bytes = Arrays.copyOf(data.array(), data.position());
        Safetensors read = Safetensors.parse("types", Bytes.file(header.append('}').toString(), bytes));
        expected.forEach((type, values) -> assertThat(read.values(type)).as(type).containsExactly(values));
    }

    private static void add(
            StringBuilder header,
            Map<String, double[]> expected,
            String type,
            ByteBuffer data,
            int bytes,
            double... values) {
        header.append(expected.isEmpty() ? "" : ",")
                .append(
                        String.format(
                                Locale.ROOT,
                                "\"%s\": {\"dtype\": \"%s\", \"shape\": [%d], ",
                                type,
                                type,
                                values.length))
                .append(
                        String.format(
                                Locale.ROOT, "\"data_offsets\": [%d, %d]}", data.position(), data.position() + bytes));
        expected.put(type, values);
    }

    /** A file may contain unsupported types; only reading their values throws. */
    @ParameterizedTest
    @CsvSource({
        "F4, 8, 4",
        "F6_E2M3, 4, 3",
        "F6_E3M2, 8, 6",
        "F8_E5M2, 3, 3",
        "F8_E4M3, 3, 3",
        "F8_E8M0, 3, 3",
        "F8_E4M3FNUZ, 3, 3",
        "F8_E5M2FNUZ, 3, 3",
        "C64, 2, 16",
    })
    void acceptsFilesWithUnsupportedTypes(String type, int count, int bytes) {
        String header =
                String.format(
                        Locale.ROOT,
                        """
                        {"t": {"dtype": "%s", "shape": [%d], "data_offsets": [0, %d]},
                         "f": {"dtype": "F32", "shape": [1], "data_offsets": [%d, %d]}}\
                        """,
                        type,
                        count,
                        bytes,
                        bytes,
                        bytes + 4);
        byte[] data = new byte[bytes + 4];
        Safetensors read = Safetensors.parse("some.file", Bytes.file(header, data));
        assertThat(read.values("f")).containsExactly(0);
        assertThat(read.shape("t")).containsExactly(count);
        assertThatThrownBy(() -> read.values("t"))
                .isInstanceOf(FormatException.class)
                .hasMessageStartingWith("some.file: tensor 't' has the unsupported type " + type);
        refuses(Bytes.file(header.replace("[" + count + "]", "[" + (count + 1) + "]"), data), "needs");
    }

    @Test
    void rejectsBytesThatBelongToNoTensor() {
        String one = "\"t\": {\"dtype\": \"F32\", \"shape\": [1], \"data_offsets\": [%d, %d]}";
        String empty = "\"e\": {\"dtype\": \"F32\", \"shape\": [0], \"data_offsets\": [%d, %d]}";
        byte[] four = new byte[4];
        byte[] eight = new byte[8];
        Safetensors.parse("good", Bytes.file("{" + String.format(Locale.ROOT, one, 0, 4) + "}", four));
        refuses(
                Bytes.file("{" + String.format(Locale.ROOT, one, 4, 8) + "}", eight),
                "the 4 bytes of data from 0 on belong to no tensor");
        refuses(
                Bytes.file("{" + String.format(Locale.ROOT, one, 0, 4) + "}", eight),
                "the 4 bytes of data from 4 on belong to no tensor");
        refuses(Bytes.file("{}", four), "the 4 bytes of data from 0 on");
        String apart =
                "{"
                        + String.format(Locale.ROOT, one, 0, 4)
                        + ","
                        + String.format(Locale.ROOT, one.replace("\"t\"", "\"u\""), 8, 12)
                        + "}";
        refuses(Bytes.file(apart, new byte[12]), "the 4 bytes of data from 4 on belong to no tensor");
        for (int at : new int[] {0, 4}) {
            Safetensors.parse(
                    "good",
                    Bytes.file(
                            "{"
                                    + String.format(Locale.ROOT, one, 0, 4)
                                    + ","
                                    + String.format(Locale.ROOT, empty, at, at)
                                    + "}",
                            four));
        }
        refuses(
                Bytes.file(
                        "{"
                                + String.format(Locale.ROOT, one, 0, 4)
                                + ","
                                + String.format(Locale.ROOT, empty, 2, 2)
                                + "}",
                        four),
                "overlap");
    }

    @Test
    void nullMetadataIsEmpty() {
        String header =
                "{\"__metadata__\": null, \"e\": {\"dtype\": \"F32\", \"shape\": [0], \"data_offsets\": [0, 0]}}";
        assertThat(Safetensors.parse("good", Bytes.file(header, new byte[0])).metadata()).isEmpty();
    }

    @Test
    void rejectsInvalidUtf8() {
        byte[] good = Bytes.file("{\"__metadata__\": {\"a\": \"ABC\"}}", new byte[0]);
        assertThat(Safetensors.parse("good", good).metadata("a")).isEqualTo("ABC");
        byte[] bad = good.clone();
        bad[new String(good, StandardCharsets.ISO_8859_1).indexOf('B')] = (byte) 0xFF;
        refuses(bad, "its header is not UTF-8");
        refuses(Bytes.file("\uFEFF{\"__metadata__\": {\"a\": \"ABC\"}}", new byte[0]), "byte-order mark");
        refuses(Bytes.file("{\"__metadata__\": {\"a\": \"\\ud800\"}}", new byte[0]), "urrogate");
        refuses(Bytes.file("{\"__metadata__\": {\"\\udc00\": \"a\"}}", new byte[0]), "urrogate");
    }

    @Test
    void recognizesGitLfsPointers() {
        String pointer = "version https://git-lfs.github.com/spec/v1\noid sha256:4d7a21\nsize 12345\n";
        refuses(
                pointer.getBytes(StandardCharsets.UTF_8),
                "some.file is a Git LFS pointer, not the model: run git lfs pull");
    }

    @Test
    void rejectsHeadersThatAreNotJson() {
        for (String header :
                new String[] {
                    "not json at all",
                    "[]",
                    "7",
                    "null",
                    "  ",
                    "{\"a\"",
                    "{\"__metadata__\": []}",
                    "{\"__metadata__\": {\"a\": {}}}",
                    "{\"__metadata__\": {\"a\": null}}",
                    "{} {}",
                    "{'f': {dtype: F32; shape=[1]; data_offsets=[0,4]}}",
                    "<html><body>404</body></html>",
                }) {
            refusesHeader(header, "some.file");
        }
        refuses(new byte[500], "some.file");
        refuses("GIF89a and so on, for a while".getBytes(StandardCharsets.UTF_8), "some.file");
    }

    @Test
    void rejectsDeepNesting() {
        for (int depth : new int[] {128, 300, 1_000_000}) {
            refusesHeader("[".repeat(depth), "some.file");
            refusesHeader("{\"a\":".repeat(depth), "some.file");
            refusesHeader("{\"t\": {\"dtype\": \"F32\", \"shape\": " + "[".repeat(depth), "some.file");
        }
    }

    @Test
    void rejectsDuplicateNames() {
        refusesHeader(
                """
                {"t": {"dtype": "F32", "shape": [2], "data_offsets": [0, 8]},
                 "t": {"dtype": "F32", "shape": [2], "data_offsets": [8, 16]}}\
                """,
                "'t'");
        refusesHeader(
                "{\"t\": {\"dtype\": \"F32\", \"dtype\": \"F32\", \"shape\": [1], \"data_offsets\": [0, 4]}}", "");
        refusesHeader("{\"__metadata__\": {\"a\": \"1\"}, \"__metadata__\": {\"a\": \"2\"}}", "");
    }

    /** Reading a trace with a few changed bytes gives a trace or throws a {@link FormatException}. */
    @Test
    void corruptedTracesGiveATraceOrAFormatException() {
        byte[] good = Bytes.trace("mlp5-sigmoid-half-sum-squares");
        int header = 8 + (int) ByteBuffer.wrap(good).order(ByteOrder.LITTLE_ENDIAN).getLong(0);
        RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(20_260_101);
        byte[] likely = "0123456789-+.eE\"'[]{}:,\\\n\u0000 nulltrue".getBytes(StandardCharsets.UTF_8);
        int refused = 0;
        for (int round = 0; round < 4_000; round++) {
            byte[] bad = good.clone();
            int changes = 1 + random.nextInt(3);
            for (int i = 0; i < changes; i++) {
                int place = random.nextInt(round % 8 == 0 ? 12 : header);
                bad[place] = random.nextBoolean() ? likely[random.nextInt(likely.length)] : (byte) random.nextInt(256);
            }
            try {
                Trace trace = Trace.of("fuzz", Safetensors.parse("fuzz", bad));
                trace.optimizer();
                trace.batch();
            } catch (FormatException e) {
                refused++;
                assertThat(e).hasMessageContaining("fuzz");
            }
        }
        assertThat(refused).isGreaterThan(1_000);
    }

    /** Sizes are long: as an int, 2³² + 100 bytes would be 100. */
    @ParameterizedTest
    @ValueSource(longs = {Integer.MAX_VALUE, 1L << 31, (1L << 32) + 100})
    void rejectsFilesLargerThanAnArray(long bytes) {
        assertThatThrownBy(() -> SafetensorsWriter.size(bytes))
                .isInstanceOf(FormatException.class)
                .hasMessageContaining(String.format(Locale.ROOT, "a file of %,d bytes", bytes));
        assertThat(SafetensorsWriter.size(Integer.MAX_VALUE - 8)).isEqualTo(Integer.MAX_VALUE - 8);
    }
}
