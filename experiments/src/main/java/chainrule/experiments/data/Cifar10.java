package chainrule.experiments.data;

import chainrule.data.ByteImages;
import chainrule.data.CifarBinary;
import chainrule.data.DataException;

import java.net.URI;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.SequencedMap;
import java.util.stream.IntStream;

/**
 * CIFAR-10 in its binary format, from a place the user names or from the user's cache, which is downloaded when it is
 * needed for the first time.
 *
 * @param train 50,000 images, 5,000 of each class
 * @param test 10,000 images, 1,000 of each class
 * @param source their place, for a run's header
 * @see <a href="https://www.cs.toronto.edu/~kriz/cifar.html">A. Krizhevsky: Learning Multiple Layers of Features from
 *     Tiny Images, 2009</a>
 */
public record Cifar10(ByteImages train, ByteImages test, String source) {
    private static final int RECORDS = 10_000;

    /** The archive and the six files in it that hold images. */
    static final PackedDataSet ORIGINAL =
            new PackedDataSet(
                    "CIFAR-10",
                    "cifar10",
                    new RemoteFile(
                            "cifar-10-binary.tar.gz",
                            URI.create("https://www.cs.toronto.edu/~kriz/cifar-10-binary.tar.gz"),
                            170_052_171,
                            "c4a38c50a1bc5f3a1c5537f2155ab9d68f9f25eb1ed8d9ddda3db29a59bca1dd"),
                    "cifar-10-batches-bin",
                    sha256(),
                    new ArchiveLimits(50, 31_000_000, 200_000_000, 50));

    private static SequencedMap<String, String> sha256() {
        SequencedMap<String, String> files = new LinkedHashMap<>();
        files.put("data_batch_1.bin", "cee916563c9f80d84e3cc88e17fdc0941787f1244f00a67874d45b261883ada5");
        files.put("data_batch_2.bin", "a591ca11fa1708a91ee40f54b3da4784ccd871ecf2137de63f51ada8b3fa57ed");
        files.put("data_batch_3.bin", "bbe8596564c0f86427f876058170b84dac6670ddf06d79402899d93ceea26f67");
        files.put("data_batch_4.bin", "014e562d6e23c72197cc727519169a60359f5eccd8945ad5a09d710285ff4e48");
        files.put("data_batch_5.bin", "755304fc0b379caeae8c14f0dac912fbc7d6cd469eb67a1029a08a39453a9add");
        files.put("test_batch.bin", "8e2eb146ae340b09e24670f29cabc6326dba54da8789dab6768acf480273f65b");
        return files;
    }

    /**
     * Reads the images.
     *
     * @param data a folder with the six files or with the archive, or the archive; null for the user's cache in {@link
     *     DataHome}
     * @throws DataException naming the file that is missing or damaged, or explaining what to download and where to
     *     put it
     */
    public static Cifar10 load(Path data) {
        return data == null
                ? read(DataCache.of(ORIGINAL).files(), "the original files")
                : read(ORIGINAL.in(data), data.toString());
    }

    private static Cifar10 read(PackedDataSet.Found found, String source) {
        List<CifarBinary.File> train =
                IntStream.rangeClosed(1, 5).mapToObj(i -> file(found, "data_batch_" + i + ".bin")).toList();
        return new Cifar10(
                CifarBinary.read("CIFAR-10 train", train, RECORDS),
                CifarBinary.read("CIFAR-10 test", List.of(file(found, "test_batch.bin")), RECORDS),
                source);
    }

    private static CifarBinary.File file(PackedDataSet.Found found, String name) {
        return new CifarBinary.File(found.describe(name), () -> found.opener().open(name));
    }

    /** One line for a run's header. */
    public String describe() {
        return String.format(
                Locale.ROOT, "CIFAR-10, %,d training and %,d test images, %s", train.size(), test.size(), source);
    }
}
