package chainrule.experiments.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import chainrule.data.DataException;
import chainrule.experiments.MnistSlice;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.zip.GZIPInputStream;

/** The four files with common names, compressed or not. */
class MnistTest {
    private static final int TRAIN = 40;
    private static final int TEST = 20;

    @TempDir Path temporary;
    private Path slice;
    private final Map<String, byte[]> unpacked = new LinkedHashMap<>();

    @BeforeEach
    void unpack() throws IOException {
        slice = MnistSlice.write(temporary.resolve("slice"), TRAIN, TEST);
        for (String name :
                new String[] {
                    MnistSlice.TRAIN_IMAGES, MnistSlice.TRAIN_LABELS, MnistSlice.TEST_IMAGES, MnistSlice.TEST_LABELS
                }) {
            byte[] packed = Files.readAllBytes(slice.resolve(name));
            unpacked.put(name, new GZIPInputStream(new ByteArrayInputStream(packed)).readAllBytes());
        }
    }

    /** Writes the files to a folder, unpacked or not; the pattern changes their names: part, kind, digit. */
    private Path folder(boolean packed, String train, String test, String pattern) {
        Path folder = temporary.resolve("other");
        unpacked.forEach(
                (name, content) -> {
                    boolean images = name.contains("images");
                    String changed =
                            String.format(
                                    Locale.ROOT,
                                    pattern,
                                    name.startsWith("train") ? train : test,
                                    images ? "images" : "labels",
                                    images ? 3 : 1);
                    try {
                        Files.createDirectories(folder.resolve(changed).getParent());
                        Files.write(
                                folder.resolve(changed), packed ? Files.readAllBytes(slice.resolve(name)) : content);
                    } catch (IOException e) {
                        throw new UncheckedIOException(e);
                    }
                });
        return folder;
    }

    private void readsTheSlice(Path folder) {
        Mnist expected = Mnist.load(slice);
        Mnist read = Mnist.load(folder);
        assertThat(read.train().pixels()).isEqualTo(expected.train().pixels());
        assertThat(read.test().pixels()).isEqualTo(expected.test().pixels());
        for (int i = 0; i < TEST; i++) {
            assertThat(read.test().label(i)).isEqualTo(expected.test().label(i));
        }
        assertThat(read.describe()).contains("40 training and 20 test images", folder.toString());
    }

    @ParameterizedTest
    @CsvSource({
        "true, train, t10k, %s-%s-idx%d-ubyte.gz",
        "false, train, t10k, %s-%s-idx%d-ubyte.gz",
        "false, train, t10k, %s-%s-idx%d-ubyte",
        "false, train, t10k, %s-%s.idx%d-ubyte",
        "true, train, t10k, %s-%s.idx%d-ubyte.gz",
        "true, train, test, emnist-digits-%s-%s-idx%d-ubyte.gz",
        "false, train, test, emnist-mnist-%s-%s-idx%d-ubyte",
        "false, train, t10k, %1$s-%2$s-idx%3$d-ubyte/%1$s-%2$s-idx%3$d-ubyte",
        "false, Train, T10K, %s-%s.IDX%d-UBYTE",
    })
    void readsCommonFileNames(boolean packed, String train, String test, String pattern) {
        readsTheSlice(folder(packed, train, test, pattern));
    }

    @Test
    void prefersTheOriginalNames() {
        folder(false, "train", "test", "emnist-letters-%s-%s-idx%d-ubyte");
        folder(false, "train", "t10k", "%s-%s.idx%d-ubyte");
        readsTheSlice(folder(true, "train", "t10k", "%s-%s-idx%d-ubyte.gz"));
    }

    @Test
    void rejectsFilesOfSeveralDataSets() {
        folder(true, "train", "test", "emnist-digits-%s-%s-idx%d-ubyte.gz");
        Path folder = folder(true, "train", "test", "emnist-letters-%s-%s-idx%d-ubyte.gz");
        assertThatThrownBy(() -> Mnist.load(folder))
                .isInstanceOf(DataException.class)
                .hasMessageStartingWith(folder.toString())
                .hasMessageContainingAll("several data sets", "emnist-digits-…", "emnist-letters-…");
    }

    @Test
    void ignoresHiddenFiles() throws IOException {
        Path folder = folder(true, "train", "t10k", "%s-%s-idx%d-ubyte.gz");
        Files.write(folder.resolve("._train-images-idx3-ubyte.gz"), new byte[] {0, 5, 22, 7});
        readsTheSlice(folder);
        Files.delete(folder.resolve("train-images-idx3-ubyte.gz"));
        assertThatThrownBy(() -> Mnist.load(folder))
                .isInstanceOf(DataException.class)
                .hasMessageStartingWith(folder.resolve("train-images-idx3-ubyte.gz") + " is missing");
    }

    @ParameterizedTest
    @ValueSource(strings = {MnistSlice.TRAIN_IMAGES, MnistSlice.TEST_IMAGES})
    void namesImagesOfAnotherSize(String name) throws IOException {
        int count = name.equals(MnistSlice.TRAIN_IMAGES) ? TRAIN : TEST;
        byte[] large =
                ByteBuffer.allocate(16 + count * 32 * 30).putInt(2051).putInt(count).putInt(32).putInt(30).array();
        Files.write(slice.resolve(name), large);
        assertThatThrownBy(() -> Mnist.load(slice))
                .isInstanceOf(DataException.class)
                .hasMessage(slice.resolve(name) + " holds images of 32 × 30 pixels, expected 28 × 28");
    }

    @Test
    void namesTheFileOfEveryFault() throws IOException {
        for (String name : unpacked.keySet()) {
            Path file = slice.resolve(name);
            byte[] intact = Files.readAllBytes(file);
            for (byte[] bad : new byte[][] {{}, {1, 2, 3}, "<html>not found</html>".getBytes(StandardCharsets.UTF_8)}) {
                Files.write(file, bad);
                assertThatThrownBy(() -> Mnist.load(slice))
                        .isInstanceOf(DataException.class)
                        .hasMessageContaining(file.toString());
            }
            Files.write(file, intact);
        }
    }
}
