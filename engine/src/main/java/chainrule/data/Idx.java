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
 * The IDX format of MNIST, gzipped or not: a big-endian magic number (2049 labels, 2051 images), the sizes, then one byte
 * a number.
 *
 * @see <a href="http://yann.lecun.com/exdb/mnist/">LeCun, Cortes, Burges: The MNIST database</a>
 */
public final class Idx {
    private static final int LABELS = 2049;
    private static final int IMAGES = 2051;
    private static final int LARGEST = 1 << 30;
    private static final int BUFFER = 1 << 16;

    private Idx() {}

    /** Opens a file of the data set; its name is for messages. */
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
     * @param imagesFile and labelsFile name the files in messages
     * @return images of shape [rows, columns, 1]
     * @throws DataException if a file is not IDX, is cut short or too long, holds a label that has no class, or if the two
     *     do not belong together
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
                DataInputStream in = new DataInputStream(new BufferedInputStream(unpacked(raw)))) {
            return reader.read(in);
        } catch (EOFException e) {
            throw new DataException(file + " is cut short", e);
        } catch (ZipException e) {
            throw new DataException(file + " is not an intact gzip file: " + e.getMessage(), e);
        } catch (IOException e) {
            throw new DataException(file + " cannot be read: " + e.getMessage(), e);
        }
    }

    /** Whatever a file's name says: gzip has bytes of its own at its start. */
    private static InputStream unpacked(InputStream file) throws IOException {
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
                            + " does not hold "
                            + what
                            + ": its magic number is "
                            + found
                            + ", expected "
                            + expected
                            + (found == IMAGES ? " (it holds images)" : found == LABELS ? " (it holds labels)" : ""));
        }
    }

    private static int positive(String file, String what, int value) {
        if (value < 1) {
            throw new DataException(file + ": " + what + " is " + value + ", expected at least 1");
        }
        return value;
    }

    /** Exactly that many bytes; grows as they arrive, so that a lying header allocates nothing. */
    private static byte[] body(String file, InputStream in, long length) throws IOException {
        if (length > LARGEST) {
            throw new DataException(file + " claims to hold " + length + " bytes, expected at most " + LARGEST);
        }
        byte[] bytes = in.readNBytes((int) length);
        if (bytes.length < length) {
            throw new DataException(file + " is cut short: it holds " + bytes.length + " of " + length + " bytes");
        }
        if (in.read() >= 0) {
            throw new DataException(file + " holds more than the " + length + " bytes its header announces");
        }
        return bytes;
    }
}
