package chainrule.fuzz;

import chainrule.data.ByteImages;
import chainrule.data.CifarBinary;
import chainrule.data.DataException;
import chainrule.data.Dataset;
import chainrule.data.Idx;

import java.io.ByteArrayInputStream;
import java.nio.ByteBuffer;
import java.util.List;

/** IDX with and without gzip, and CIFAR's binary format. */
final class DataTargets {
    private static final List<String> CLASSES = List.of("a", "b", "c");
    private static final int RECORDS = 4;

    /** Deflate expands one byte to at most 1,032; a growing array is copied at its end. */
    private static final Target.Memory GZIP = new Target.Memory(3 * 1032, 4 << 20);

    static final List<Target> ALL =
            List.of(
                    idx("idx-gzip", file -> readImages(file, 2)),
                    idx("idx-unpacked", file -> readImages(file, 2)),
                    idx("idx-images", file -> readImages(file, count(file))).wrapped("idx-images", Wrap::gzip),
                    idx("idx-labels", DataTargets::readLabels).wrapped("idx-labels", Wrap::gzip),
                    Target.of(
                            "cifar-binary",
                            DataTargets::readCifar,
                            new Target.Memory(8, 1 << 20),
                            DataException.class));

    private DataTargets() {}

    private static Target idx(String name, Target.Reader reader) {
        return Target.of(name, reader, GZIP, DataException.class);
    }

    private static void readImages(byte[] images, int labels) {
        byte[] header = ByteBuffer.allocate(8).putInt(2049).putInt(labels).array();
        byte[] file = java.util.Arrays.copyOf(header, 8 + labels);
        use(read(images, Wrap.gzip(file)));
    }

    private static void readLabels(byte[] labels) {
        byte[] images = ByteBuffer.allocate(28).putInt(2051).putInt(3).putInt(2).putInt(2).array();
        use(read(Wrap.gzip(images), labels));
    }

    private static ByteImages read(byte[] images, byte[] labels) {
        return Idx.read(
                "fuzz",
                "images.gz",
                () -> new ByteArrayInputStream(images),
                "labels.gz",
                () -> new ByteArrayInputStream(labels),
                CLASSES);
    }

    /** The number of labels that the images' header claims, so that labels and images agree where possible. */
    private static int count(byte[] gzipped) {
        try (var in = new java.util.zip.GZIPInputStream(new ByteArrayInputStream(gzipped))) {
            byte[] header = in.readNBytes(8);
            return header.length == 8 ? Math.clamp(ByteBuffer.wrap(header).getInt(4), 1, 1000) : 1;
        } catch (java.io.IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private static void readCifar(byte[] file) {
        use(
                CifarBinary.read(
                        "fuzz",
                        List.of(new CifarBinary.File("batch.bin", () -> new ByteArrayInputStream(file))),
                        RECORDS));
    }

    private static void use(Dataset data) {
        float[] input = new float[data.inputShape().elements()];
        for (int i = 0; i < data.size(); i++) {
            data.input(i, input, 0);
            data.classNames().get(data.label(i));
        }
    }
}
