package chainrule.experiments.image;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.awt.image.BufferedImage;
import java.awt.image.DataBuffer;
import java.awt.image.Raster;
import java.awt.image.WritableRaster;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;

import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageWriter;
import javax.imageio.stream.ImageOutputStream;

class ImageDecoderTest {
    private static final int WIDTH = 23;
    private static final int HEIGHT = 17;

    /** The number of samples per pixel, by PNG color type. */
    private static int channels(int colorType) {
        return switch (colorType) {
            case 2 -> 3;
            case 4 -> 2;
            case 6 -> 4;
            default -> 1;
        };
    }

    /** Packs rows as in PNG: samples of less than a byte from the left, two-byte samples with the high byte first. */
    private static byte[] rows(int[] samples, int perRow, int bits) {
        ByteArrayOutputStream rows = new ByteArrayOutputStream();
        for (int from = 0; from < samples.length; from += perRow) {
            rows.write(0);
            int pending = 0;
            int filled = 0;
            for (int i = from; i < from + perRow; i++) {
                pending = pending << bits | samples[i];
                filled += bits;
                if (filled == 16) {
                    rows.write(pending >> 8);
                }
                if (filled % 8 == 0) {
                    rows.write(pending);
                    pending = 0;
                    filled = 0;
                }
            }
            if (filled > 0) {
                rows.write(pending << 8 - filled);
            }
        }
        return rows.toByteArray();
    }

    /** Compares every kind of PNG with the definition of its colors, with and without a transparent color. */
    @ParameterizedTest
    @CsvSource({
        "0,1", "0,2", "0,4", "0,8", "0,16", "2,8", "2,16", "3,1", "3,2", "3,4", "3,8", "4,8", "4,16", "6,8", "6,16"
    })
    void readsEveryKindOfPngAsStored(int colorType, int bits) {
        RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(100 * colorType + bits);
        int channels = channels(colorType);
        int max = (1 << bits) - 1;
        int[] samples = random.ints(WIDTH * HEIGHT * channels, 0, max + 1).toArray();
        byte[] palette = new byte[3 << Math.min(bits, 8)];
        byte[] alphas = new byte[1 << Math.min(bits, 8)];
        random.nextBytes(palette);
        random.nextBytes(alphas);
        byte[] plte = Pictures.chunk("PLTE", palette);
        byte[] rows = rows(samples, WIDTH * channels, bits);
        for (boolean transparent : colorType < 4 ? new boolean[] {false, true} : new boolean[] {false}) {
            ByteBuffer key = ByteBuffer.allocate(2 * channels); // the color of the first pixel
            for (int c = 0; c < channels; c++) {
                key.putShort((short) samples[c]);
            }
            byte[] trns = Pictures.chunk("tRNS", colorType == 3 ? alphas : key.array());
            byte[][] extra =
                    colorType == 3
                            ? transparent ? new byte[][] {plte, trns} : new byte[][] {plte}
                            : transparent ? new byte[][] {trns} : new byte[0][];
            byte[] png = Pictures.png(WIDTH, HEIGHT, bits, colorType, rows, extra);
            for (Background background : Background.values()) {
                int[] expected = new int[3 * WIDTH * HEIGHT];
                for (int i = 0; i < expected.length; i++) {
                    int[] pixel = Arrays.copyOfRange(samples, i / 3 * channels, (i / 3 + 1) * channels);
                    double color = (double) pixel[channels < 3 ? 0 : i % 3] / max;
                    double alpha = channels % 2 == 0 ? (double) pixel[channels - 1] / max : 1;
                    if (colorType == 3) {
                        color = (palette[3 * pixel[0] + i % 3] & 0xFF) / 255.0;
                        alpha = transparent ? (alphas[pixel[0]] & 0xFF) / 255.0 : 1;
                    } else if (transparent && Arrays.equals(pixel, Arrays.copyOf(samples, channels))) {
                        alpha = 0;
                    }
                    double paper = background == Background.WHITE ? 1 : 0;
                    expected[i] = (int) Math.round(255 * (alpha * color + (1 - alpha) * paper));
                }
                byte[] pixels = ImageDecoder.decode("a.png", png, background).upright().pixels();
                int[] read = new int[pixels.length];
                Arrays.setAll(read, i -> pixels[i] & 0xFF);
                assertThat(read).as("transparent: %s, on %s", transparent, background).isEqualTo(expected);
            }
        }
    }

    private static byte[] jpeg(IIOImage image) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        ImageWriter writer = ImageIO.getImageWritersByFormatName("jpeg").next();
        try (ImageOutputStream out = ImageIO.createImageOutputStream(bytes)) {
            writer.setOutput(out);
            writer.write(image);
        } finally {
            writer.dispose();
        }
        return bytes.toByteArray();
    }

    private static void assertUniform(byte[] file, int... rgb) {
        byte[] pixels = RgbImage.decode("a.jpg", file).pixels();
        for (int i = 0; i < pixels.length; i++) {
            assertThat(Math.abs((pixels[i] & 0xFF) - rgb[i % 3])).as("channel %d", i % 3).isLessThanOrEqualTo(2);
        }
    }

    @Test
    void keepsTheLevelsOfGrayJpegs() throws IOException {
        for (int level : new int[] {0, 1, 64, 128, 192, 255}) {
            BufferedImage gray = new BufferedImage(16, 16, BufferedImage.TYPE_BYTE_GRAY);
            Arrays.fill(((java.awt.image.DataBufferByte) gray.getRaster().getDataBuffer()).getData(), (byte) level);
            assertUniform(jpeg(new IIOImage(gray, null, null)), level, level, level);
        }
    }

    /** Black only, and all four inks, stored inverted as by Adobe programs. */
    @Test
    void convertsCmykWithoutAProfile() throws IOException {
        for (int[] stored : new int[][] {{255, 255, 255, 64}, {200, 100, 50, 255}, {200, 100, 50, 128}}) {
            WritableRaster raster = Raster.createInterleavedRaster(DataBuffer.TYPE_BYTE, 16, 16, 4, null);
            for (int i = 0; i < 256; i++) {
                raster.setPixel(i % 16, i / 16, stored);
            }
            byte[] adobe = "Adobe\0d\0\0\0\0\0".getBytes(StandardCharsets.ISO_8859_1);
            byte[] file = Pictures.withSegment(jpeg(new IIOImage(raster, null, null)), 0xEE, adobe);
            int[] rgb = new int[3];
            Arrays.setAll(rgb, c -> Math.round(stored[c] * stored[3] / 255f));
            assertUniform(file, rgb);
        }
    }

    /** The sides of the scene of the first stored row and column, by the Exif standard. */
    private enum Side {
        TOP,
        BOTTOM,
        LEFT,
        RIGHT
    }

    private static final Side[][] FIRST_ROW_AND_COLUMN = {
        {Side.TOP, Side.LEFT},
        {Side.TOP, Side.RIGHT},
        {Side.BOTTOM, Side.RIGHT},
        {Side.BOTTOM, Side.LEFT},
        {Side.LEFT, Side.TOP},
        {Side.RIGHT, Side.TOP},
        {Side.RIGHT, Side.BOTTOM},
        {Side.LEFT, Side.BOTTOM}
    };

    /** The position in the scene at a distance of {@code steps} from a side. */
    private static void walk(Side side, int steps, int[] place) {
        switch (side) {
            case TOP -> place[1] = steps;
            case BOTTOM -> place[1] = HEIGHT - 1 - steps;
            case LEFT -> place[0] = steps;
            case RIGHT -> place[0] = WIDTH - 1 - steps;
        }
    }

    private static int scene(int x, int y) {
        return 10 * y + 3 * x;
    }

    /** The stored pixels of a camera with this orientation. */
    private static int[] stored(int orientation) {
        Side[] sides = FIRST_ROW_AND_COLUMN[orientation - 1];
        boolean swapped = orientation >= 5;
        int width = swapped ? HEIGHT : WIDTH;
        int[] levels = new int[WIDTH * HEIGHT];
        for (int i = 0; i < levels.length; i++) {
            int[] place = new int[2];
            walk(sides[0], i / width, place);
            walk(sides[1], i % width, place);
            levels[i] = scene(place[0], place[1]);
        }
        return levels;
    }

    private static void assertIsTheScene(RgbImage image, int tolerance) {
        assertThat(image.width()).isEqualTo(WIDTH);
        assertThat(image.height()).isEqualTo(HEIGHT);
        for (int i = 0; i < WIDTH * HEIGHT; i++) {
            int level = image.pixels()[3 * i] & 0xFF;
            assertThat(Math.abs(level - scene(i % WIDTH, i / WIDTH))).as("pixel %d", i).isLessThanOrEqualTo(tolerance);
        }
    }

    private static byte[] orientedPng(int orientation, int noted) {
        int width = orientation >= 5 ? HEIGHT : WIDTH;
        byte[] exif = Pictures.chunk("eXIf", Pictures.exif(noted));
        return Pictures.png(width, WIDTH * HEIGHT / width, 8, 0, rows(stored(orientation), width, 8), exif);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4, 5, 6, 7, 8})
    void rotatesPicturesUpright(int orientation) throws IOException {
        assertIsTheScene(RgbImage.decode("a.png", orientedPng(orientation, orientation)), 0);
        int width = orientation >= 5 ? HEIGHT : WIDTH;
        BufferedImage gray = new BufferedImage(width, WIDTH * HEIGHT / width, BufferedImage.TYPE_BYTE_GRAY);
        gray.getRaster().setPixels(0, 0, width, gray.getHeight(), stored(orientation));
        byte[] jpeg = Pictures.withOrientation(jpeg(new IIOImage(gray, null, null)), orientation);
        assertIsTheScene(RgbImage.decode("a.jpg", jpeg), 12);
    }

    @Test
    void ignoresInvalidOrientations() {
        for (int noted : new int[] {0, 9, 65535}) {
            assertIsTheScene(RgbImage.decode("a.png", orientedPng(1, noted)), 0);
        }
    }

    /** Tools that ignore the orientation annotate the stored picture; its size identifies them. */
    @ParameterizedTest
    @EnumSource(Side.class)
    void keepsTheAnnotatedOrientation(Side side) {
        int orientation = side.ordinal() + 5;
        byte[] png = orientedPng(orientation, orientation);
        assertIsTheScene(RgbImage.decode("a.png", png, WIDTH, HEIGHT), 0);
        assertIsTheScene(RgbImage.decode("a.png", png, 7, 7), 0);
        RgbImage asStored = RgbImage.decode("a.png", png, HEIGHT, WIDTH);
        assertThat(asStored.width()).isEqualTo(HEIGHT);
        assertThat(asStored.values(1)[1]).isEqualTo(stored(orientation)[1] / 255f);
    }
}
