package chainrule.experiments.data;

import chainrule.data.ByteImages;
import chainrule.data.CifarBinary;
import chainrule.data.DataException;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;

/**
 * CIFAR-10 from a folder of its binary files.
 *
 * @param train 50,000 images, 5,000 of each class
 * @param test 10,000 images, 1,000 of each class
 * @param source where they came from, for a run's header
 */
public record Cifar10(ByteImages train, ByteImages test, String source) {
    private static final int RECORDS = 10_000;

    /**
     * Reads the six files.
     *
     * @param folder that holds data_batch_1.bin to data_batch_5.bin and test_batch.bin
     * @throws DataException naming the file that is missing or damaged
     */
    public static Cifar10 load(Path folder) {
        if (folder == null) {
            throw new DataException(
                    "CIFAR-10 does not ship with the project: --data must name a folder with its files");
        }
        List<CifarBinary.File> train =
                IntStream.rangeClosed(1, 5).mapToObj(i -> file(folder, "data_batch_" + i + ".bin")).toList();
        return new Cifar10(
                CifarBinary.read("CIFAR-10 train", train, RECORDS),
                CifarBinary.read("CIFAR-10 test", List.of(file(folder, "test_batch.bin")), RECORDS),
                folder.toString());
    }

    private static CifarBinary.File file(Path folder, String name) {
        Path path = folder.resolve(name);
        if (!Files.isRegularFile(path)) {
            throw new DataException(
                    path
                            + " is missing: --data must name a folder with the CIFAR-10 files data_batch_1.bin to "
                            + "data_batch_5.bin and test_batch.bin");
        }
        return new CifarBinary.File(path.toString(), () -> Files.newInputStream(path));
    }

    /** One line for a run's header. */
    public String describe() {
        return "CIFAR-10, %,d training and %,d test images, %s".formatted(train.size(), test.size(), source);
    }
}
