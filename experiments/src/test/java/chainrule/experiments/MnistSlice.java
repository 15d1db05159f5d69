package chainrule.experiments;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;

/** The first images of the MNIST that ships with the project, as a folder for {@code --data}. */
public final class MnistSlice {
    public static final String TRAIN_IMAGES = "train-images-idx3-ubyte.gz";
    public static final String TRAIN_LABELS = "train-labels-idx1-ubyte.gz";
    public static final String TEST_IMAGES = "t10k-images-idx3-ubyte.gz";
    public static final String TEST_LABELS = "t10k-labels-idx1-ubyte.gz";

    private MnistSlice() {}

    /** Writes the four files. */
    public static Path write(Path folder, int train, int test) {
        images(folder, TRAIN_IMAGES, train);
        labels(folder, TRAIN_LABELS, train);
        images(folder, TEST_IMAGES, test);
        labels(folder, TEST_LABELS, test);
        return folder;
    }

    private static void images(Path folder, String file, int count) {
        copy(folder, file, count, 16, 784);
    }

    private static void labels(Path folder, String file, int count) {
        copy(folder, file, count, 8, 1);
    }

    private static void copy(Path folder, String file, int count, int header, int each) {
        try {
            Files.createDirectories(folder);
            try (DataInputStream in =
                            new DataInputStream(
                                    new GZIPInputStream(MnistSlice.class.getResourceAsStream("/mnist/" + file)));
                    DataOutputStream out =
                            new DataOutputStream(new GZIPOutputStream(Files.newOutputStream(folder.resolve(file))))) {
                out.writeInt(in.readInt());
                in.readInt();
                out.writeInt(count);
                out.write(in.readNBytes(header - 8 + count * each));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
