package chainrule.experiments.image;

import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.IntBinaryOperator;
import java.util.zip.CRC32;
import java.util.zip.DeflaterOutputStream;

import javax.imageio.ImageIO;

/** Picture files made by tests. */
public final class Pictures {
    private Pictures() {}

    /** Writes a picture with ARGB colors by column and row. */
    public static Path write(Path file, String format, int type, int width, int height, IntBinaryOperator argb) {
        BufferedImage image = new BufferedImage(width, height, type);
        for (int y = 0; y < height; y++) {
            for (int x = 0; x < width; x++) {
                image.setRGB(x, y, argb.applyAsInt(x, y));
            }
        }
        return write(file, format, image);
    }

    /** A gray picture of 8 bits, written byte by byte: setRGB would convert between color spaces. */
    public static Path gray(Path file, int width, int height, IntBinaryOperator level) {
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
        return write(file, png(chunk("IHDR", header(width, height, 8, 2))));
    }

    /**
     * A PNG file of any kind; ImageIO cannot write all of them.
     *
     * @param colorType 0 gray, 2 RGB, 3 palette, 4 gray with alpha, 6 RGB with alpha
     * @param rows for each row a 0 and its packed samples
     * @param extra chunks before the pixels: PLTE, tRNS, eXIf
     */
    static byte[] png(int width, int height, int bits, int colorType, byte[] rows, byte[]... extra) {
        ByteArrayOutputStream packed = new ByteArrayOutputStream();
        try (DeflaterOutputStream out = new DeflaterOutputStream(packed)) {
            out.write(rows);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        all.writeBytes(chunk("IHDR", header(width, height, bits, colorType)));
        for (byte[] chunk : extra) {
            all.writeBytes(chunk);
        }
        all.writeBytes(chunk("IDAT", packed.toByteArray()));
        all.writeBytes(chunk("IEND", new byte[0]));
        return png(all.toByteArray());
    }

    private static byte[] png(byte[] chunks) {
        byte[] signature = {(byte) 0x89, 'P', 'N', 'G', '\r', '\n', 0x1A, '\n'};
        return ByteBuffer.allocate(8 + chunks.length).put(signature).put(chunks).array();
    }

    private static byte[] header(int width, int height, int bits, int colorType) {
        return ByteBuffer.allocate(13)
                .putInt(width)
                .putInt(height)
                .put(new byte[] {(byte) bits, (byte) colorType, 0, 0, 0})
                .array();
    }

    static byte[] chunk(String type, byte[] content) {
        byte[] typed = (type + new String(content, StandardCharsets.ISO_8859_1)).getBytes(StandardCharsets.ISO_8859_1);
        CRC32 sum = new CRC32();
        sum.update(typed);
        return ByteBuffer.allocate(12 + content.length)
                .putInt(content.length)
                .put(typed)
                .putInt((int) sum.getValue())
                .array();
    }

    /** Exif data with an orientation only. */
    static byte[] exif(int orientation) {
        return ByteBuffer.allocate(26)
                .put("MM\0*\0\0\0\10".getBytes(StandardCharsets.ISO_8859_1))
                .putShort((short) 1)
                .putShort((short) 0x112)
                .putShort((short) 3)
                .putInt(1)
                .putShort((short) orientation)
                .putInt(0)
                .array();
    }

    /** A JPEG file with an additional segment after its start. */
    public static byte[] withSegment(byte[] jpeg, int marker, byte[] content) {
        return ByteBuffer.allocate(jpeg.length + 4 + content.length)
                .put(jpeg, 0, 2)
                .put((byte) 0xFF)
                .put((byte) marker)
                .putShort((short) (2 + content.length))
                .put(content)
                .put(jpeg, 2, jpeg.length - 2)
                .array();
    }

    /** A JPEG file with an orientation. */
    public static byte[] withOrientation(byte[] jpeg, int orientation) {
        byte[] exif = exif(orientation);
        byte[] named =
                ByteBuffer.allocate(6 + exif.length)
                        .put("Exif\0\0".getBytes(StandardCharsets.ISO_8859_1))
                        .put(exif)
                        .array();
        return withSegment(jpeg, 0xE1, named);
    }

    private static Path write(Path file, byte[] content) {
        try {
            return Files.write(file, content);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
