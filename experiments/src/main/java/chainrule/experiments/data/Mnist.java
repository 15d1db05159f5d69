package chainrule.experiments.data;

import chainrule.data.ByteImages;
import chainrule.data.DataException;
import chainrule.data.Idx;
import chainrule.tensor.Shape;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;

/**
 * MNIST: the copy that ships with the project, or the same four files in a folder of the user's.
 *
 * @param train 60,000 images
 * @param test 10,000 images
 * @param source where they came from, for a run's header
 * @param sha256 of the four files as they were read, one after another
 */
public record Mnist(ByteImages train, ByteImages test, String source, String sha256) {
    private static final List<String> DIGITS = List.of("0", "1", "2", "3", "4", "5", "6", "7", "8", "9");

    /**
     * Reads the four .gz files, images as vectors of 784 numbers.
     *
     * @param folder that holds them, or null for the copy that ships with the project
     * @throws DataException naming the file that is missing or damaged
     */
    public static Mnist load(Path folder) {
        MessageDigest digest = sha256Digest();
        ByteImages train = read("MNIST train", folder, "train", digest);
        ByteImages test = read("MNIST test", folder, "t10k", digest);
        String source = folder == null ? "shipped with the project" : folder.toString();
        return new Mnist(train, test, source, HexFormat.of().formatHex(digest.digest()));
    }

    private static ByteImages read(String name, Path folder, String prefix, MessageDigest digest) {
        String images = prefix + "-images-idx3-ubyte.gz";
        String labels = prefix + "-labels-idx1-ubyte.gz";
        return Idx.read(
                        name,
                        place(folder, images),
                        () -> open(folder, images, digest),
                        place(folder, labels),
                        () -> open(folder, labels, digest),
                        DIGITS)
                .reshaped(Shape.of(784));
    }

    private static String place(Path folder, String file) {
        return folder == null ? file : folder.resolve(file).toString();
    }

    private static InputStream open(Path folder, String file, MessageDigest digest) throws IOException {
        if (folder == null) {
            return new DigestInputStream(Mnist.class.getResourceAsStream("/mnist/" + file), digest);
        }
        Path path = folder.resolve(file);
        if (!Files.isRegularFile(path)) {
            throw new DataException(
                    path
                            + " is missing: --data must name a folder with the four MNIST files "
                            + "train-images-idx3-ubyte.gz, train-labels-idx1-ubyte.gz, t10k-images-idx3-ubyte.gz and "
                            + "t10k-labels-idx1-ubyte.gz; leave it out to use the copy that ships with the project");
        }
        return new DigestInputStream(Files.newInputStream(path), digest);
    }

    private static MessageDigest sha256Digest() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    /** The same pictures as images of shape [28, 28, 1], for convolutional nets. */
    public Mnist asImages() {
        Shape image = Shape.of(28, 28, 1);
        return new Mnist(train.reshaped(image), test.reshaped(image), source, sha256);
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
