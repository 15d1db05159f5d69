package chainrule.data;

import chainrule.tensor.Shape;

import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.PushbackInputStream;
import java.util.List;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;

/**
 * Reads the IDX format of MNIST, gzipped or not: a big-endian magic number (2049 for labels, 2051 for images), the
 * sizes, then one byte per value.
 *
 * @see <a href="http://yann.lecun.com/exdb/mnist/">LeCun, Cortes, Burges: The MNIST database</a>
 */
public final class Idx {
    private static final int LABELS = 2049;
    private static final int IMAGES = 2051;
    private static final int LARGEST = 1 << 30;
    private static final int BUFFER = 1 << 16;

    private Idx() {}

    /** Opens a file of the data set. */
    @FunctionalInterface
    public interface Source {
        InputStream open() throws IOException;
    }

    /** Pixels with their sizes. */
    private record Images(int count, int rows, int columns, byte[] pixels) {}

    /**
     * Reads a pair of files.
     *
     * @param name of the data set
     * @param imagesFile name of the images file, for messages
     * @param labelsFile name of the labels file, for messages
     * @return images of shape [rows, columns, 1]
     * @throws DataException if a file is not IDX, is truncated or too long, has a label out of range, or if the numbers
     *     of images and labels differ
     */
    public static ByteImages read(
            String name, String imagesFile, Source images, String labelsFile, Source labels, List<String> classNames) {
        Images read = readImages(imagesFile, images);
        byte[] classes = readLabels(labelsFile, labels, classNames.size());
        if (read.count() != classes.length) {
            throw new DataException(
                    imagesFile
                            + " has "
                            + read.count()
                            + " images, but "
                            + labelsFile
                            + " has "
                            + classes.length
                            + " labels");
        }
        return new ByteImages(name, Shape.of(read.rows(), read.columns(), 1), read.pixels(), classes, classNames);
    }

    private static Images readImages(String file, Source source) {
        return read(
                file,
                source,
                in -> {
                    requireMagic(file, in.readInt(), IMAGES, "images");
                    int count = positive(file, "number of images", in.readInt());
                    int rows = positive(file, "number of rows", in.readInt());
                    int columns = positive(file, "number of columns", in.readInt());
                    long pixels =
                            Math.min((long) rows * columns, Integer.MAX_VALUE); // so that the total can't overflow
                    return new Images(count, rows, columns, body(file, in, count * pixels));
                });
    }

    private static byte[] readLabels(String file, Source source, int classes) {
        return read(
                file,
                source,
                in -> {
                    requireMagic(file, in.readInt(), LABELS, "labels");
                    byte[] labels = body(file, in, positive(file, "number of labels", in.readInt()));
                    for (int i = 0; i < labels.length; i++) {
                        if ((labels[i] & 0xFF) >= classes) {
                            throw new DataException(
                                    file
                                            + ": label "
                                            + i
                                            + " is "
                                            + (labels[i] & 0xFF)
                                            + ", expected 0 to "
                                            + (classes - 1));
                        }
                    }
                    return labels;
                });
    }

    private interface Reader<T> {
        T read(DataInputStream in) throws IOException;
    }

    private static <T> T read(String file, Source source, Reader<T> reader) {
        try (InputStream raw = source.open();
                DataInputStream in = new DataInputStream(new BufferedInputStream(decompressed(raw)))) {
            return reader.read(in);
        } catch (EOFException e) {
            throw new DataException(file + " is truncated", e);
        } catch (ZipException e) {
            throw new DataException(file + " is not a valid gzip file: " + e.getMessage(), e);
        } catch (IOException e) {
            throw new DataException(file + " cannot be read: " + e.getMessage(), e);
        }
    }

    /** Decompresses the file if it begins with the magic number of gzip, whatever its name is. */
    private static InputStream decompressed(InputStream file) throws IOException {
        PushbackInputStream in = new PushbackInputStream(file, 2);
        byte[] start = in.readNBytes(2);
        in.unread(start);
        boolean gzip = start.length == 2 && start[0] == 0x1F && start[1] == (byte) 0x8B;
        return gzip ? new GZIPInputStream(in, BUFFER) : in;
    }

    private static void requireMagic(String file, int found, int expected, String what) {
        if (found != expected) {
            throw new DataException(
                    file
                            + " does not contain "
                            + what
                            + ": its magic number is "
                            + found
                            + ", expected "
                            + expected
                            + (found == IMAGES
                                    ? " (it contains images)"
                                    : found == LABELS ? " (it contains labels)" : ""));
        }
    }

    private static int positive(String file, String what, int value) {
        if (value < 1) {
            throw new DataException(file + ": " + what + " is " + value + ", expected at least 1");
        }
        return value;
    }

    /** Reads exactly that many bytes; the array grows with the data, so a wrong header cannot allocate much memory. */
    private static byte[] body(String file, InputStream in, long length) throws IOException {
        if (length > LARGEST) {
            throw new DataException(file + " declares " + length + " bytes, expected at most " + LARGEST);
        }
        byte[] bytes = in.readNBytes((int) length);
        if (bytes.length < length) {
            throw new DataException(file + " is truncated: it has " + bytes.length + " of " + length + " bytes");
        }
        if (in.read() >= 0) {
            throw new DataException(file + " has more than the " + length + " bytes its header declares");
        }
        return bytes;
    }
}
