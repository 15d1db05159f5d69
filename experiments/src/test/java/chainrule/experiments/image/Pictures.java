package chainrule.experiments.image;

import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.IntBinaryOperator;
import java.util.zip.CRC32;

import javax.imageio.ImageIO;

/** Picture files made by tests. */
public final class Pictures {
    private Pictures() {}

    /** Writes a picture whose colours are given as ARGB by column and row. */
    public static Path write(Path file, String format, int type, int width, int height, IntBinaryOperator argb) {
        BufferedImage image = new BufferedImage(width, height, type);
        for (int y = 0; y < height; y++) {
            for (int x = 0; x < width; x++) {
                image.setRGB(x, y, argb.applyAsInt(x, y));
            }
        }
        return write(file, format, image);
    }

    /** A grey picture of 8 bits, written byte for byte: setRGB would convert between colour spaces. */
    public static Path grey(Path file, int width, int height, IntBinaryOperator level) {
        BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_BYTE_GRAY);
        for (int y = 0; y < height; y++) {
            for (int x = 0; x < width; x++) {
                image.getRaster().setSample(x, y, 0, level.applyAsInt(x, y));
            }
        }
        return write(file, "png", image);
    }

    private static Path write(Path file, String format, BufferedImage image) {
        try {
            if (!ImageIO.write(image, format, file.toFile())) {
                throw new IllegalStateException("no writer for " + format);
            }
            return file;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A PNG file that claims a size and holds no pixels. */
    public static Path claiming(Path file, int width, int height) {
        try {
            ByteArrayOutputStream header = new ByteArrayOutputStream();
            DataOutputStream out = new DataOutputStream(header);
            out.write("IHDR".getBytes(StandardCharsets.US_ASCII));
            out.writeInt(width);
            out.writeInt(height);
            out.write(new byte[] {8, 2, 0, 0, 0});
            CRC32 sum = new CRC32();
            sum.update(header.toByteArray());
            ByteArrayOutputStream png = new ByteArrayOutputStream();
            DataOutputStream all = new DataOutputStream(png);
            all.write(new byte[] {(byte) 0x89, 'P', 'N', 'G', '\r', '\n', 0x1A, '\n'});
            all.writeInt(13);
            all.write(header.toByteArray());
            all.writeInt((int) sum.getValue());
            return Files.write(file, png.toByteArray());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
