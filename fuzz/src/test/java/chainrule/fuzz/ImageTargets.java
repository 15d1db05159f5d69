package chainrule.fuzz;

import chainrule.data.DataException;
import chainrule.experiments.image.ImageFile;
import chainrule.experiments.image.RgbImage;
import chainrule.tensor.Shape;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.zip.CRC32;
import java.util.zip.DeflaterOutputStream;

/** PNG and JPEG, as photos and as input of a net. */
final class ImageTargets {
    private static final byte[] SIGNATURE = {(byte) 0x89, 'P', 'N', 'G', '\r', '\n', 0x1A, '\n'};
    private static final Set<String> COMPRESSED = Set.of("IDAT", "zTXt", "iTXt", "iCCP");

    /**
     * A million pixels in any file, then 1,000 per byte of the file; each pixel once in the decoder's format and once
     * in the project's, some 20 bytes together.
     */
    private static final Target.Memory PIXELS = new Target.Memory(20_000, 32 << 20);

    static final List<Target> ALL =
            List.of(
                    image("png"),
                    image("png-chunks").wrapped("png-chunks", ImageTargets::png),
                    image("jpeg"),
                    Target.of("image-for-net", ImageTargets::readForNet, PIXELS, DataException.class));

    private ImageTargets() {}

    private static Target image(String name) {
        return Target.of(name, file -> RgbImage.decode("fuzz", file), PIXELS, DataException.class);
    }

    private static void readForNet(byte[] file) {
        ImageFile.read(Wrap.file("image", file), Shape.of(7, 5, 3));
    }

    /**
     * An image of the chunks that the fuzzer names: 4 letters, two bytes of length, the content. Checksums are right,
     * and the content of compressed chunks is compressed.
     */
    private static byte[] png(byte[] chunks) {
        ByteArrayOutputStream file = new ByteArrayOutputStream();
        file.writeBytes(SIGNATURE);
        for (int at = 0; at + 6 <= chunks.length; ) {
            String type = new String(chunks, at, 4, StandardCharsets.ISO_8859_1);
            int end = Math.min(chunks.length, at + 6 + (chunks[at + 4] & 0xFF) * 256 + (chunks[at + 5] & 0xFF));
            byte[] content = Arrays.copyOfRange(chunks, at + 6, end);
            chunk(file, type, COMPRESSED.contains(type) ? compressed(type, content) : content);
            at = end;
        }
        return file.toByteArray();
    }

    private static void chunk(ByteArrayOutputStream file, String type, byte[] content) {
        byte[] typed =
                ByteBuffer.allocate(4 + content.length)
                        .put(type.getBytes(StandardCharsets.ISO_8859_1))
                        .put(content)
                        .array();
        CRC32 crc = new CRC32();
        crc.update(typed);
        file.writeBytes(ByteBuffer.allocate(4).putInt(content.length).array());
        file.writeBytes(typed);
        file.writeBytes(ByteBuffer.allocate(4).putInt((int) crc.getValue()).array());
    }

    private static byte[] compressed(String type, byte[] content) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        if (!type.equals("IDAT")) { // keyword, terminator, method
            bytes.writeBytes("k\0\0".getBytes(StandardCharsets.ISO_8859_1));
        }
        try (DeflaterOutputStream out = new DeflaterOutputStream(bytes)) {
            out.write(content);
        } catch (java.io.IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }
}
