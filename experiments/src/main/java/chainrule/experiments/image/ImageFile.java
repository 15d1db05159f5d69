package chainrule.experiments.image;

import chainrule.data.DataException;
import chainrule.tensor.Shape;

import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;

import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import javax.imageio.stream.ImageInputStream;
import javax.imageio.stream.MemoryCacheImageInputStream;

/** Reads PNG and JPEG files as a net wants them: bytes/255 in its own size, grey or RGB. */
public final class ImageFile {
    private static final long MOST_PIXELS = 100_000_000;

    /** So many pixels need no more than a few megabytes, whatever file claims them. */
    private static final long MOST_PIXELS_OF_ANY = 1 << 20;

    /** An empty page as PNG comes near; a photo has fewer than 100. */
    private static final int MOST_PER_BYTE = 1000;

    private static final int MOST_BYTES = 1 << 28;
    private static final byte[] PNG = {(byte) 0x89, 'P', 'N', 'G', '\r', '\n', 0x1A, '\n'};
    private static final byte[] JPEG = {(byte) 0xFF, (byte) 0xD8, (byte) 0xFF};

    private ImageFile() {}

    /**
     * An image scaled to the shape a net takes.
     *
     * @param shape [height, width, 1 or 3]
     * @throws DataException naming the file, if it cannot be read as an image
     */
    public static float[] read(Path file, Shape shape) {
        BufferedImage scaled = scale(decode(file), shape.size(1), shape.size(0));
        int channels = shape.size(2);
        float[] values = new float[shape.elements()];
        for (int i = 0; i < shape.size(0) * shape.size(1); i++) {
            int rgb = scaled.getRGB(i % shape.size(1), i / shape.size(1));
            int r = rgb >> 16 & 0xFF;
            int g = rgb >> 8 & 0xFF;
            int b = rgb & 0xFF;
            if (channels == 1) {
                values[i] = Math.round(0.299f * r + 0.587f * g + 0.114f * b) / 255f; // Rec. 601 luma
            } else {
                values[3 * i] = r / 255f;
                values[3 * i + 1] = g / 255f;
                values[3 * i + 2] = b / 255f;
            }
        }
        return values;
    }

    private static BufferedImage decode(Path file) {
        if (!Files.isRegularFile(file)) {
            throw new DataException(file + " is not a file");
        }
        try (InputStream in = Files.newInputStream(file)) {
            byte[] content = in.readNBytes(MOST_BYTES + 1);
            if (content.length > MOST_BYTES) {
                throw new DataException(file + " has more than " + MOST_BYTES + " bytes");
            }
            return decode(file.toString(), content);
        } catch (IOException e) {
            throw new DataException(file + " cannot be read: " + e.getMessage(), e);
        }
    }

    /**
     * An image in its own size, from the whole content of a PNG or JPEG file.
     *
     * @param name of the file, for messages
     * @throws DataException naming the file, if it cannot be read as an image or claims to be huge, be it for any image or
     *     for one of so few bytes
     */
    public static BufferedImage decode(String name, byte[] content) {
        ImageReader reader = reader(name, content);
        try (ImageInputStream in = new MemoryCacheImageInputStream(new ByteArrayInputStream(content))) {
            reader.setInput(in, true, true);
            requirePixels(name, (long) reader.getWidth(0) * reader.getHeight(0), content.length);
            return reader.read(0);
        } catch (DataException e) {
            throw e;
        } catch (IOException | RuntimeException e) { // the decoders' answers to broken files are of many kinds
            throw new DataException(name + " is not an intact image: " + reason(e), e);
        } finally {
            reader.dispose();
        }
    }

    /** The JDK reads more formats than these, each with decoders of its own that nobody here needs. */
    private static ImageReader reader(String name, byte[] content) {
        String format = begins(content, PNG) ? "png" : begins(content, JPEG) ? "jpeg" : null;
        if (format == null) {
            throw new DataException(name + " is not an image that can be read; expected PNG or JPEG");
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
                            "%s claims %d pixels in a file of %d bytes, expected at most %d a byte",
                            name,
                            pixels,
                            bytes,
                            MOST_PER_BYTE));
        }
    }

    private static String reason(Exception e) {
        return e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage().lines().findFirst().orElse("");
    }

    /** Onto black, as transparent pixels are; halved step by step where it shrinks a lot, so that no line is lost. */
    private static BufferedImage scale(BufferedImage image, int width, int height) {
        BufferedImage current = image;
        while (current.getWidth() >= 4 * width && current.getHeight() >= 4 * height) {
            current = draw(current, current.getWidth() / 2, current.getHeight() / 2);
        }
        return draw(current, width, height);
    }

    private static BufferedImage draw(BufferedImage image, int width, int height) {
        BufferedImage target = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
        Graphics2D g = target.createGraphics();
        g.setRenderingHint(RenderingHints.KEY_INTERPOLATION, RenderingHints.VALUE_INTERPOLATION_BILINEAR);
        g.drawImage(image, 0, 0, width, height, null);
        g.dispose();
        return target;
    }
}
