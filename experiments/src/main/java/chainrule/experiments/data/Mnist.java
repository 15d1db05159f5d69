package chainrule.experiments.data;

import chainrule.data.ByteImages;
import chainrule.data.DataException;
import chainrule.data.Idx;
import chainrule.tensor.Shape;

import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.util.List;
import java.util.Locale;

/**
 * MNIST: the copy that ships with the project, or the four files in a folder of the user.
 *
 * @param train 60,000 images
 * @param test 10,000 images
 * @param source their place, for a run's header
 * @param sha256 of the four files in the order in which they are read
 */
public record Mnist(ByteImages train, ByteImages test, String source, String sha256) {
    private static final List<String> DIGITS = List.of("0", "1", "2", "3", "4", "5", "6", "7", "8", "9");
    private static final Shape IMAGE = Shape.of(28, 28, 1);

    /** The source of the copy in the project. */
    public static final String SHIPPED = "shipped with the project";

    /**
     * Reads the four files; images are vectors of 784 values.
     *
     * @param folder that holds them, gzipped or not, under any {@linkplain MnistFiles name in use}; null for the copy
     *     that ships with the project
     * @throws DataException naming the file that is missing or damaged, or whose images have another size
     */
    public static Mnist load(Path folder) {
        MessageDigest digest = Sha256.digest();
        MnistFiles files = folder == null ? null : MnistFiles.in(folder);
        ByteImages train = read("MNIST train", files, true, digest);
        ByteImages test = read("MNIST test", files, false, digest);
        String source = folder == null ? SHIPPED : folder.toString();
        return new Mnist(train, test, source, Sha256.text(digest));
    }

    private static ByteImages read(String name, MnistFiles files, boolean train, MessageDigest digest) {
        String prefix = train ? "train" : "t10k";
        File images = files == null ? shipped(prefix + "-images-idx3-ubyte.gz") : placed(files.images(train));
        File labels = files == null ? shipped(prefix + "-labels-idx1-ubyte.gz") : placed(files.labels(train));
        ByteImages read =
                Idx.read(
                        name,
                        images.name(),
                        () -> new DigestInputStream(images.source().open(), digest),
                        labels.name(),
                        () -> new DigestInputStream(labels.source().open(), digest),
                        DIGITS);
        if (!read.inputShape().equals(IMAGE)) {
            throw new DataException(
                    String.format(
                            Locale.ROOT,
                            "%s holds images of %d × %d pixels, expected 28 × 28",
                            images.name(),
                            read.inputShape().size(0),
                            read.inputShape().size(1)));
        }
        return read.reshaped(Shape.of(784));
    }

    /** A file with its name for messages. */
    private record File(String name, Idx.Source source) {}

    private static File shipped(String name) {
        return new File(name, () -> Mnist.class.getResourceAsStream("/mnist/" + name));
    }

    private static File placed(Path file) {
        return new File(file.toString(), () -> Files.newInputStream(file));
    }

    /** The same pictures as images of shape [28, 28, 1], for convolutional nets. */
    public Mnist asImages() {
        return new Mnist(train.reshaped(IMAGE), test.reshaped(IMAGE), source, sha256);
    }

    /** One line for a run's header. */
    public String describe() {
        return String.format(
                Locale.ROOT,
                "MNIST, %,d training and %,d test images, %s, SHA-256 %s…",
                train.size(),
                test.size(),
                source,
                sha256.substring(0, 12));
    }
}
