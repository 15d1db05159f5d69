package chainrule.experiments.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.assertj.core.api.Assertions.withinPercentage;

import chainrule.data.DataException;
import chainrule.tensor.Shape;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;

class ImageFileTest {
    private static final Shape GRAY = Shape.of(16, 16, 1);
    private static final Shape RGB = Shape.of(16, 16, 3);

    @TempDir Path temporary;

    @Test
    void readsEveryGrayLevelAsStored() {
        Path file = Pictures.gray(temporary.resolve("levels.png"), 16, 16, (x, y) -> 16 * y + x);
        float[] gray = ImageFile.read(file, GRAY);
        float[] rgb = ImageFile.read(file, RGB);
        for (int i = 0; i < 256; i++) {
            assertThat(gray[i]).isEqualTo(i / 255f);
            assertThat(Arrays.copyOfRange(rgb, 3 * i, 3 * i + 3)).containsOnly(i / 255f);
        }
    }

    @Test
    void readsColorsByChannelOrLuma() {
        Path file =
                Pictures.write(
                        temporary.resolve("colors.png"),
                        "png",
                        BufferedImage.TYPE_INT_RGB,
                        16,
                        16,
                        (x, y) -> 200 << 16 | 100 << 8 | 16 * y + x);
        float[] rgb = ImageFile.read(file, RGB);
        float[] gray = ImageFile.read(file, GRAY);
        for (int i = 0; i < 256; i++) {
            assertThat(Arrays.copyOfRange(rgb, 3 * i, 3 * i + 3)).containsExactly(200 / 255f, 100 / 255f, i / 255f);
            assertThat(gray[i]).isEqualTo(Math.round(0.299f * 200 + 0.587f * 100 + 0.114f * i) / 255f);
        }
    }

    @Test
    void transparentPixelsShowTheBackground() {
        Path file =
                Pictures.write(
                        temporary.resolve("alpha.png"),
                        "png",
                        BufferedImage.TYPE_INT_ARGB,
                        16,
                        16,
                        (x, _) -> x < 8 ? 0x00123456 : 0xFF808080);
        float[] onWhite = ImageFile.read(file, GRAY);
        float[] onBlack = ImageFile.read(file, GRAY, Background.BLACK).values(1);
        for (int i = 0; i < 256; i++) {
            assertThat(onWhite[i]).isEqualTo(i % 16 < 8 ? 1 : 128 / 255f);
            assertThat(onBlack[i]).isEqualTo(i % 16 < 8 ? 0 : 128 / 255f);
        }
    }

    @Test
    void scalesRowsToRowsAndColumnsToColumns() {
        for (int scale : new int[] {1, 2, 5, 40}) {
            Path file =
                    Pictures.gray(
                            temporary.resolve("large.png"), 4 * scale, 2 * scale, (x, _) -> x < 2 * scale ? 0 : 255);
            float[] gray = ImageFile.read(file, Shape.of(2, 4, 1));
            assertThat(gray).containsExactly(new float[] {0, 0, 1, 1, 0, 0, 1, 1}, within(0.13f)); // edges are smoothed
        }
        Path small = Pictures.gray(temporary.resolve("small.png"), 1, 1, (_, _) -> 102);
        assertThat(ImageFile.read(small, GRAY)).containsOnly(0.4f);
    }

    /** Sizes between two and four times the target's, where sampling four neighbors misses pixels. */
    @Test
    void shrinkingKeepsThinLines() {
        for (int size : new int[] {40, 57, 84, 100, 111, 150, 223}) {
            for (int at = size / 3; at < size / 3 + 8; at++) {
                int line = at;
                Path file = Pictures.gray(temporary.resolve("line.png"), size, size, (x, _) -> x == line ? 255 : 0);
                double ink = 0;
                for (float value : ImageFile.read(file, Shape.of(28, 28, 1))) {
                    ink += value;
                }
                assertThat(ink).as("line %d of %d", at, size).isCloseTo(28.0 * 28 / size, withinPercentage(30));
            }
        }
    }

    @Test
    void readsJpegApproximately() {
        Path file =
                Pictures.write(
                        temporary.resolve("soft.jpg"),
                        "jpg",
                        BufferedImage.TYPE_INT_RGB,
                        16,
                        16,
                        (x, y) -> 0x010101 * (8 * (x + y)));
        float[] gray = ImageFile.read(file, GRAY);
        for (int i = 0; i < 256; i++) {
            assertThat(gray[i]).isCloseTo(8 * (i % 16 + i / 16) / 255f, within(0.04f));
        }
    }

    private void rejects(Path file, String message) {
        assertThatThrownBy(() -> ImageFile.read(file, GRAY))
                .isInstanceOf(DataException.class)
                .hasMessageStartingWith(file.toString())
                .hasMessageContaining(message)
                .satisfies(e -> assertThat(e.getMessage().lines()).hasSize(1));
    }

    @Test
    void rejectsFilesThatAreNoImages() throws IOException {
        rejects(temporary.resolve("nowhere.png"), "not a file");
        rejects(temporary, "not a file");
        rejects(Files.writeString(temporary.resolve("text.png"), "not a picture"), "not a PNG or JPEG image");
        rejects(Files.createFile(temporary.resolve("empty.png")), "not a PNG or JPEG image");
        Path gif = temporary.resolve("picture.gif");
        rejects(Pictures.write(gif, "gif", BufferedImage.TYPE_BYTE_GRAY, 3, 3, (_, _) -> 0), "not a PNG or JPEG image");
    }

    @Test
    void rejectsClaimsOfTooManyPixelsBeforeAllocating() {
        Path file = Pictures.claiming(temporary.resolve("huge.png"), 20_000, 20_000);
        rejects(file, "claims 400000000 pixels, expected at most 100000000");
        Path small = Pictures.claiming(temporary.resolve("small.png"), 2_000, 2_000);
        rejects(small, "claims 4000000 pixels in a file of ");
        var threads = (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
        long before = threads.getCurrentThreadAllocatedBytes();
        rejects(file, "claims");
        rejects(small, "claims");
        rejects(Pictures.claiming(temporary.resolve("long.png"), Integer.MAX_VALUE, Integer.MAX_VALUE), "pixels");
        assertThat(threads.getCurrentThreadAllocatedBytes() - before).isLessThan(5_000_000);
    }

    /** Changed or missing bytes give pixels or a {@link DataException}. */
    @Test
    void damagedFilesGivePixelsOrADataException() throws IOException {
        RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(20_260_302);
        int refused = 0;
        for (String format : new String[] {"png", "jpg"}) {
            Path good =
                    Pictures.write(
                            temporary.resolve("good." + format),
                            format,
                            BufferedImage.TYPE_INT_RGB,
                            20,
                            20,
                            (x, y) -> 12345 * x * y);
            byte[] intact = Files.readAllBytes(good);
            for (int round = 0; round < 400; round++) {
                byte[] bad = Arrays.copyOf(intact, round % 4 == 0 ? random.nextInt(intact.length) : intact.length);
                for (int i = 0; i < round % 4 && bad.length > 0; i++) {
                    bad[random.nextInt(bad.length)] = (byte) random.nextInt(256);
                }
                Path file = Files.write(temporary.resolve("bad." + format), bad);
                try {
                    assertThat(ImageFile.read(file, GRAY)).hasSize(256);
                } catch (DataException e) {
                    refused++;
                    assertThat(e.getMessage()).startsWith(file.toString());
                    assertThat(e.getMessage().lines()).hasSize(1);
                } catch (RuntimeException | Error e) {
                    throw new AssertionError(format + ", round " + round, e);
                }
            }
        }
        assertThat(refused).isGreaterThan(100);
    }
}
