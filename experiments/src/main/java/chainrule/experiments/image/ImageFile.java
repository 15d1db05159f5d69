package chainrule.experiments.image;

import chainrule.data.DataException;
import chainrule.tensor.Shape;

import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import javax.imageio.stream.ImageInputStream;

/** Reads PNG and JPEG files as a net wants them: bytes/255 in its own size, grey or RGB. */
public final class ImageFile {
    private static final long MOST_PIXELS = 100_000_000;

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
        return decode(file.toString(), file.toFile());
    }

    /**
     * An image in its own size, from the whole content of a PNG or JPEG file.
     *
     * @param name of the file, for messages
     * @throws DataException naming the file, if it cannot be read as an image or claims to be huge
     */
    public static BufferedImage decode(String name, byte[] content) {
        return decode(name, new ByteArrayInputStream(content));
    }

    private static BufferedImage decode(String name, Object source) {
        try (ImageInputStream in = ImageIO.createImageInputStream(source)) {
            var readers = ImageIO.getImageReaders(in);
            if (!readers.hasNext()) {
                throw new DataException(name + " is not an image that can be read; expected PNG or JPEG");
            }
            ImageReader reader = readers.next();
            try {
                reader.setInput(in, true, true);
                long pixels = (long) reader.getWidth(0) * reader.getHeight(0);
                if (pixels > MOST_PIXELS) {
                    throw new DataException(name + " claims " + pixels + " pixels, expected at most " + MOST_PIXELS);
                }
                return reader.read(0);
            } finally {
                reader.dispose();
            }
        } catch (IOException | IllegalArgumentException | IndexOutOfBoundsException e) {
            throw new DataException(name + " is not an intact image: " + e.getMessage(), e);
        }
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
