package chainrule.experiments.image;

import chainrule.data.DataException;
import chainrule.tensor.Shape;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;

/** Reads PNG and JPEG files and scales them to the input size of a net. */
public final class ImageFile {
    private static final int MOST_BYTES = 1 << 28;

    private ImageFile() {}

    /**
     * The values of an image scaled to the input shape of a net, transparent pixels on white.
     *
     * @param shape [height, width, 1 or 3]
     * @throws DataException naming the file, if it cannot be read as an image
     */
    public static float[] read(Path file, Shape shape) {
        return read(file, shape, Background.WHITE).values(shape.size(2));
    }

    /**
     * The upright image of a file, scaled by {@link Resample} without keeping its aspect ratio.
     *
     * @param shape [height, width, …]
     * @param background behind transparent pixels
     * @throws DataException naming the file, if it cannot be read as an image
     */
    public static RgbImage read(Path file, Shape shape, Background background) {
        RgbImage image = ImageDecoder.decode(file.toString(), content(file, MOST_BYTES), background).upright();
        return Resample.rectangle(image, 0, 0, image.width(), image.height(), shape.size(1), shape.size(0));
    }

    /**
     * The bytes of a file.
     *
     * @throws DataException naming the file, if it cannot be read or has more than {@code most} bytes
     */
    public static byte[] content(Path file, int most) {
        if (!Files.isRegularFile(file)) {
            throw new DataException(file + " is not a file");
        }
        try (InputStream in = Files.newInputStream(file)) {
            byte[] content = in.readNBytes(most + 1);
            if (content.length > most) {
                throw new DataException(file + " has more than " + most + " bytes");
            }
            return content;
        } catch (IOException e) {
            throw new DataException(file + " cannot be read: " + e.getMessage(), e);
        }
    }
}
