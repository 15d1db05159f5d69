package chainrule.experiments.image;

import chainrule.data.DataException;

import com.drew.imaging.png.PngChunk;
import com.drew.imaging.png.PngChunkReader;
import com.drew.imaging.png.PngChunkType;
import com.drew.imaging.png.PngProcessingException;
import com.drew.lang.ByteArrayReader;
import com.drew.lang.SequentialByteArrayReader;

import java.awt.color.ColorSpace;
import java.awt.image.BufferedImage;
import java.awt.image.ColorModel;
import java.awt.image.IndexColorModel;
import java.awt.image.Raster;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.Locale;
import java.util.Set;

import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import javax.imageio.stream.ImageInputStream;
import javax.imageio.stream.MemoryCacheImageInputStream;

/**
 * Decodes PNG and JPEG files. All commands use this decoder, so that they see the same pixels.
 *
 * <ul>
 *   <li>Samples are read as stored. {@link BufferedImage#getRGB} is not used: it treats gray as linear light and
 *       returns 137 for 64.
 *   <li>Samples of 16 bits are scaled to 8 and rounded; samples of fewer than 8 bits are scaled up; a palette is looked
 *       up.
 *   <li>Transparent pixels are composited: {@code α·color + (1 − α)·background}.
 *   <li>CMYK becomes RGB without a color profile: {@code (255 − c)(255 − k)/255}.
 * </ul>
 */
final class ImageDecoder {
    private static final long MOST_PIXELS = 100_000_000;

    /** This many pixels need only a few megabytes and are accepted from any file. */
    private static final long MOST_PIXELS_OF_ANY = 1 << 20;

    /**
     * The maximum number of pixels per byte of the file. An empty page as PNG comes close; a photo has fewer than 100.
     */
    private static final int MOST_PER_BYTE = 1000;

    private static final byte[] PNG = {(byte) 0x89, 'P', 'N', 'G', '\r', '\n', 0x1A, '\n'};
    private static final byte[] JPEG = {(byte) 0xFF, (byte) 0xD8, (byte) 0xFF};

    /** The offset of the color type in a PNG file, 0 for gray; the bits per sample precede it. */
    private static final int PNG_COLOR_TYPE = 25;

    private static final int NONE = -1;

    private ImageDecoder() {}

    /** A picture as stored, and its orientation. */
    record Decoded(RgbImage stored, ExifOrientation orientation) {
        RgbImage upright() {
            return orientation.upright(stored);
        }
    }

    /**
     * Decodes the whole content of a PNG or JPEG file.
     *
     * @param name of the file, for messages
     * @throws DataException naming the file, if it is not an image, or if it claims too many pixels, in total or for
     *     its number of bytes
     */
    static Decoded decode(String name, byte[] content, Background background) {
        ImageReader reader = reader(name, content);
        try (ImageInputStream in = new MemoryCacheImageInputStream(new ByteArrayInputStream(content))) {
            reader.setInput(in, true, true);
            requirePixels(name, (long) reader.getWidth(0) * reader.getHeight(0), content.length);
            boolean png = begins(content, PNG);
            int transparent = png ? transparentGray(content) : NONE;
            RgbImage stored = rgb(name, reader.read(0), transparent, background);
            return new Decoded(stored, ExifOrientation.of(content, png));
        } catch (DataException e) {
            throw e;
        } catch (IOException | RuntimeException e) { // decoders throw many kinds of exceptions for broken files
            throw new DataException(name + " is not an intact image: " + reason(e), e);
        } finally {
            reader.dispose();
        }
    }

    /** Accepts only PNG and JPEG: the JDK's other decoders are not needed and could be attacked. */
    private static ImageReader reader(String name, byte[] content) {
        String format = begins(content, PNG) ? "png" : begins(content, JPEG) ? "jpeg" : null;
        if (format == null) {
            throw new DataException(name + " is not a PNG or JPEG image");
        }
        return ImageIO.getImageReadersByFormatName(format).next();
    }

    private static boolean begins(byte[] content, byte[] with) {
        return content.length >= with.length && Arrays.equals(content, 0, with.length, with, 0, with.length);
    }

    private static void requirePixels(String name, long pixels, int bytes) {
        if (pixels > MOST_PIXELS) {
            throw new DataException(name + " claims " + pixels + " pixels, expected at most " + MOST_PIXELS);
        }
        if (pixels > MOST_PIXELS_OF_ANY && pixels / bytes > MOST_PER_BYTE) {
            throw new DataException(
                    String.format(
                            Locale.ROOT,
                            "%s claims %d pixels in a file of %d bytes, expected at most %d per byte",
                            name,
                            pixels,
                            bytes,
                            MOST_PER_BYTE));
        }
    }

    private static String reason(Exception e) {
        return e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage().lines().findFirst().orElse("");
    }

    /**
     * The transparent level of a gray PNG of 1, 2 or 4 bits. The JDK's reader scales the samples to 8 bits but compares
     * them with the unscaled level.
     */
    private static int transparentGray(byte[] content) throws IOException {
        if (content.length <= PNG_COLOR_TYPE || content[PNG_COLOR_TYPE] != 0 || content[PNG_COLOR_TYPE - 1] >= 8) {
            return NONE;
        }
        int max = (1 << content[PNG_COLOR_TYPE - 1]) - 1;
        try {
            Set<PngChunkType> transparency = Set.of(PngChunkType.tRNS);
            for (PngChunk chunk : new PngChunkReader().extract(new SequentialByteArrayReader(content), transparency)) {
                return new ByteArrayReader(chunk.getBytes()).getUInt16(0) * 255 / max;
            }
            return NONE;
        } catch (PngProcessingException e) {
            throw new IOException(e.getMessage(), e);
        }
    }

    private static RgbImage rgb(String name, BufferedImage image, int transparentGray, Background background) {
        Raster raster = image.getRaster();
        Pixel pixel = pixel(name, image.getColorModel(), raster, transparentGray, background);
        int width = image.getWidth();
        int height = image.getHeight();
        int bands = raster.getNumBands();
        int[] row = new int[bands * width];
        byte[] pixels = new byte[3 * width * height];
        for (int y = 0; y < height; y++) {
            raster.getPixels(0, y, width, 1, row);
            for (int x = 0; x < width; x++) {
                pixel.write(row, x * bands, pixels, 3 * (y * width + x));
            }
        }
        return new RgbImage(width, height, pixels);
    }

    /** Converts the samples of one pixel to red, green and blue. */
    @FunctionalInterface
    private interface Pixel {
        void write(int[] samples, int from, byte[] rgb, int to);
    }

    private static Pixel pixel(
            String name, ColorModel colors, Raster raster, int transparentGray, Background background) {
        if (colors instanceof IndexColorModel palette) {
            return indexed(palette, background);
        }
        int bands = raster.getNumBands();
        int max = (1 << raster.getSampleModel().getSampleSize(0)) - 1;
        if (colors.getColorSpace().getType() == ColorSpace.TYPE_CMYK && bands == 4) {
            return ImageDecoder::cmyk;
        }
        int colored = colors.hasAlpha() ? bands - 1 : bands;
        if (colored != 1 && colored != 3) {
            throw new DataException(name + " has " + bands + " channels; expected gray, RGB or CMYK");
        }
        int second = colored == 1 ? 0 : 1;
        int third = colored == 1 ? 0 : 2;
        if (!colors.hasAlpha()) {
            return (samples, from, rgb, to) -> {
                rgb[to] = level(samples[from], max);
                rgb[to + 1] = level(samples[from + second], max);
                rgb[to + 2] = level(samples[from + third], max);
            };
        }
        return (samples, from, rgb, to) -> {
            int alpha = samples[from] == transparentGray ? 0 : samples[from + colored];
            rgb[to] = composited(samples[from], alpha, max, background);
            rgb[to + 1] = composited(samples[from + second], alpha, max, background);
            rgb[to + 2] = composited(samples[from + third], alpha, max, background);
        };
    }

    private static Pixel indexed(IndexColorModel palette, Background background) {
        return (samples, from, rgb, to) -> {
            int argb = palette.getRGB(samples[from]);
            int alpha = argb >>> 24;
            rgb[to] = composited(argb >> 16 & 0xFF, alpha, 255, background);
            rgb[to + 1] = composited(argb >> 8 & 0xFF, alpha, 255, background);
            rgb[to + 2] = composited(argb & 0xFF, alpha, 255, background);
        };
    }

    private static void cmyk(int[] samples, int from, byte[] rgb, int to) {
        int light = 255 - samples[from + 3];
        for (int c = 0; c < 3; c++) {
            rgb[to + c] = (byte) (((255 - samples[from + c]) * light + 127) / 255);
        }
    }

    private static byte level(int sample, int max) {
        return (byte) ((255 * sample + max / 2) / max);
    }

    private static byte composited(int sample, int alpha, int max, Background background) {
        long behind = background == Background.WHITE ? (long) max * (max - alpha) : 0;
        long whole = (long) max * max;
        return (byte) ((255 * ((long) sample * alpha + behind) + whole / 2) / whole);
    }
}
