package chainrule.io;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.Stream;

class SnapshotTest {
    private static final double[] ODD = {
        0, -0.0, 1.0 / 3, Double.MIN_VALUE, Double.MAX_VALUE, Double.NaN, Double.POSITIVE_INFINITY, -1e-300
    };

    @TempDir Path folder;

    private static Snapshot snapshot() {
        Snapshot snapshot = new Snapshot().put("text", "päron, \"quoted\"\n").put("integer", 1L << 40);
        for (int i = 0; i < ODD.length; i++) {
            snapshot.part("numbers").put("odd" + i, ODD[i]);
        }
        snapshot.part("a").part("b").put("double", new int[] {2, 4}, ODD, true);
        return snapshot.put("float", new int[] {3}, new double[] {(float) 0.1, Float.NaN, -Float.MIN_VALUE}, false)
                .put("empty", new int[] {0, 8}, new double[0], true);
    }

    private Path written() {
        Path file = folder.resolve("snapshot.safetensors");
        snapshot().write(file);
        return file;
    }

    private static long[] bits(double[] values) {
        return Arrays.stream(values).mapToLong(Double::doubleToLongBits).toArray();
    }

    @Test
    void restoresEveryBit() {
        Snapshot read = Snapshot.read(written());
        assertThat(read.text("text")).isEqualTo("päron, \"quoted\"\n");
        assertThat(read.integer("integer", Long.MAX_VALUE)).isEqualTo(1L << 40);
        for (int i = 0; i < ODD.length; i++) {
            double number = read.part("numbers").number("odd" + i);
            assertThat(Double.doubleToLongBits(number)).isEqualTo(Double.doubleToLongBits(ODD[i]));
        }
        assertThat(bits(read.part("a").part("b").values("double", 8))).isEqualTo(bits(ODD));
        assertThat(bits(read.values("float")))
                .isEqualTo(bits(new double[] {(float) 0.1, Double.NaN, -Float.MIN_VALUE}));
        assertThat(read.values("empty", 0)).isEmpty();
        assertThat(read.part("numbers").names()).hasSize(ODD.length).startsWith("odd0", "odd1");
        assertThat(read.has("text")).isTrue();
        assertThat(read.part("a").has("text")).isFalse();
    }

    /** Other libraries can read the file. */
    @Test
    void fileIsSafetensors() {
        Safetensors file = Safetensors.read(written());
        assertThat(file.shape("a.b.double")).containsExactly(2, 4);
        assertThat(file.metadata("sha256")).matches("[0-9a-f]{64}");
    }

    @Test
    void detectsEveryChangedByte() throws IOException {
        byte[] good = Files.readAllBytes(written());
        for (int place = 0; place < good.length; place++) {
            for (int bit : new int[] {0x01, 0x20, 0x80}) {
                byte[] bad = good.clone();
                bad[place] ^= (byte) bit;
                assertThatThrownBy(() -> Snapshot.parse("bad.safetensors", bad))
                        .isInstanceOf(FormatException.class)
                        .hasMessageStartingWith("bad.safetensors is damaged: ");
            }
        }
    }

    @Test
    void rejectsTruncatedFiles() throws IOException {
        byte[] good = Files.readAllBytes(written());
        for (int length = 0; length < good.length; length++) {
            byte[] bad = Arrays.copyOf(good, length);
            assertThatThrownBy(() -> Snapshot.parse("bad.safetensors", bad)).isInstanceOf(FormatException.class);
        }
        byte[] longer = Arrays.copyOf(good, good.length + 8);
        assertThatThrownBy(() -> Snapshot.parse("bad.safetensors", longer))
                .hasMessage("bad.safetensors is damaged: its content does not match its checksum");
    }

    @Test
    void rejectsFilesWithoutAChecksum() {
        byte[] other = new SafetensorsWriter().metadata("format", "pt").bytes();
        assertThatThrownBy(() -> Snapshot.parse("other.safetensors", other))
                .hasMessage("other.safetensors is damaged: it does not begin with a checksum");
        assertThatThrownBy(() -> Snapshot.read(folder)).hasMessageStartingWith(folder + " cannot be read");
    }

    @Test
    void namesMissingAndInvalidEntries() {
        Snapshot s = snapshot().part("x").put("word", "many").put("minus", -1L);
        assertThatThrownBy(() -> s.text("y")).isInstanceOf(FormatException.class).hasMessage("'x.y' is missing");
        assertThatThrownBy(() -> s.values("y")).hasMessage("the tensor 'x.y' is missing");
        assertThatThrownBy(() -> s.number("word")).hasMessage("'x.word' is 'many', expected a number");
        assertThatThrownBy(() -> s.integer("minus", 9))
                .hasMessage("'x.minus' is '-1', expected an integer from 0 to 9");
        assertThatThrownBy(() -> snapshot().values("float", 4))
                .hasMessage("the tensor 'float' has 3 elements, expected 4");
    }

    @Test
    void failedWriteLeavesTheOldFileAndNoTemporaryFile() throws IOException {
        Path file = folder.resolve("folder/snapshot.safetensors");
        assertThatThrownBy(() -> snapshot().write(file))
                .isInstanceOf(UncheckedIOException.class)
                .hasMessage("cannot write " + file + ": its directory does not exist");
        Path inTheWay = Files.createDirectories(folder.resolve("taken.safetensors/child")).getParent();
        assertThatThrownBy(() -> snapshot().write(inTheWay)).hasMessageStartingWith("cannot write " + inTheWay);
        try (Stream<Path> files = Files.list(folder)) {
            assertThat(files).containsExactly(inTheWay);
        }
    }

    @Test
    void deletesOnlyLeftoversOfDeadProcesses() throws IOException, InterruptedException {
        Process process = new ProcessBuilder("true").start();
        process.waitFor();
        Path dead = Files.createFile(folder.resolve(".a.safetensors." + process.pid() + ".tmp"));
        Path alive = Files.createFile(folder.resolve(".a.safetensors." + ProcessHandle.current().pid() + ".tmp"));
        Path other = Files.createFile(folder.resolve("a.safetensors." + process.pid() + ".tmp"));
        DurableFile.deleteLeftovers(folder);
        assertThat(dead).doesNotExist();
        assertThat(alive).exists();
        assertThat(other).exists();
    }
}
