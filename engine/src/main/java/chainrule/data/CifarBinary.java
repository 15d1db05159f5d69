package chainrule.data;

import chainrule.tensor.Shape;

import java.io.IOException;
import java.io.InputStream;
import java.util.List;

/**
 * Reads the binary format of CIFAR-10: records of 3,073 bytes, each a label (0 … 9) and 32 × 32 pixels in three planes:
 * 1,024 red, 1,024 green, 1,024 blue bytes, row by row. A file consists of records only.
 *
 * @see <a href="https://www.cs.toronto.edu/~kriz/cifar.html">Krizhevsky: Learning Multiple Layers of Features from Tiny
 *     Images, 2009</a>
 */
public final class CifarBinary {
    private static final int SIDE = 32;
    private static final int PLANE = SIDE * SIDE;
    private static final int PIXELS = 3 * PLANE;
    private static final int RECORD = 1 + PIXELS;

    /** The classes, in the order of their labels. */
    public static final List<String> CLASSES =
            List.of("airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck");

    private CifarBinary() {}

    /**
     * One file of the data set.
     *
     * @param name for messages
     */
    public record File(String name, Source source) {}

    /** Opens a file. */
    @FunctionalInterface
    public interface Source {
        InputStream open() throws IOException;
    }

    /**
     * Reads files one after another into one data set.
     *
     * @param name of the data set
     * @param most records per file; 10,000 in the original
     * @return images of shape [32, 32, 3], the three color values of a pixel next to each other
     * @throws DataException naming the file, if it is empty, truncated, too long, or has a label out of range
     */
    public static ByteImages read(String name, List<File> files, int most) {
        List<byte[]> raw = files.stream().map(file -> records(file, most)).toList();
        int count = raw.stream().mapToInt(bytes -> bytes.length / RECORD).sum();
        byte[] pixels = new byte[count * PIXELS];
        byte[] labels = new byte[count];
        int image = 0;
        for (byte[] bytes : raw) {
            for (int from = 0; from < bytes.length; from += RECORD, image++) {
                labels[image] = bytes[from];
                interleave(bytes, from + 1, pixels, image * PIXELS);
            }
        }
        return new ByteImages(name, Shape.of(SIDE, SIDE, 3), pixels, labels, CLASSES);
    }

    /** Converts one image from planes to pixels: from CHW to HWC. */
    private static void interleave(byte[] planes, int from, byte[] pixels, int to) {
        for (int p = 0; p < PLANE; p++) {
            for (int c = 0; c < 3; c++) {
                pixels[to + 3 * p + c] = planes[from + c * PLANE + p];
            }
        }
    }

    private static byte[] records(File file, int most) {
        byte[] bytes;
        try (InputStream in = file.source().open()) {
            bytes = in.readNBytes(most * RECORD + 1);
        } catch (IOException e) {
            throw new DataException(file.name() + " cannot be read: " + e.getMessage(), e);
        }
        if (bytes.length == 0) {
            throw new DataException(file.name() + " is empty, expected records of " + RECORD + " bytes");
        }
        if (bytes.length > most * RECORD) {
            throw new DataException(
                    file.name() + " has more than the expected " + most + " records of " + RECORD + " bytes");
        }
        if (bytes.length % RECORD != 0) {
            throw new DataException(
                    file.name()
                            + " is truncated or not CIFAR-10: its "
                            + bytes.length
                            + " bytes are not a multiple of the record length of "
                            + RECORD
                            + " bytes");
        }
        for (int from = 0; from < bytes.length; from += RECORD) {
            int label = bytes[from] & 0xFF;
            if (label >= CLASSES.size()) {
                throw new DataException(
                        file.name() + ": the label of record " + from / RECORD + " is " + label + ", expected 0 to 9");
            }
        }
        return bytes;
    }
}
