package chainrule.fuzz;

import chainrule.backend.Scope;
import chainrule.backend.reference.ReferenceBackend;
import chainrule.data.Preprocessing;
import chainrule.io.ModelFile;
import chainrule.io.Safetensors;
import chainrule.io.Snapshot;
import chainrule.layer.Activation;
import chainrule.layer.Conv2d;
import chainrule.layer.Dense;
import chainrule.layer.Flatten;
import chainrule.layer.Sequential;
import chainrule.tensor.Shape;
import chainrule.train.CheckpointTargets;

import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;

import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

import javax.imageio.ImageIO;

/**
 * Writes the seeds that are not plain text: small valid files, made with the project's writers where they exist. The
 * seeds are committed because compressed bytes may differ between versions of a library; a reader that reads no {@code
 * good-} seed fails its test.
 */
final class Seeds {
    private final Path corpus;

    private Seeds(Path corpus) {
        this.corpus = corpus;
    }

    /** @param arguments the folder of the corpus: {@code fuzz/src/test/resources/corpus} */
    public static void main(String[] arguments) throws IOException {
        Seeds seeds = new Seeds(Path.of(arguments[0]));
        seeds.data();
        seeds.nets();
        seeds.checkpoints();
        seeds.archives();
        seeds.images();
    }

    private void write(String target, String name, byte[] content) throws IOException {
        Files.write(Files.createDirectories(corpus.resolve(target)).resolve("good-" + name), content);
    }

    private void data() throws IOException {
        byte[] images = ByteBuffer.allocate(16 + 12).putInt(2051).putInt(2).putInt(3).putInt(2).array();
        write("idx-gzip", "2x3x2", Wrap.gzip(images));
        write("idx-unpacked", "2x3x2", images);
        write("idx-images", "2x3x2", images);
        write("idx-labels", "3", ByteBuffer.allocate(11).putInt(2049).putInt(3).put(new byte[] {0, 1, 2}).array());
        byte[] records = new byte[2 * 3073];
        records[0] = 9;
        write("cifar-binary", "2-records", records);
    }

    private void nets() throws IOException {
        try (ReferenceBackend backend = new ReferenceBackend();
                Scope _ = backend.openScope("seeds")) {
            Sequential net =
                    Sequential.build(
                            backend,
                            1,
                            Shape.of(4, 4, 1),
                            Conv2d.same(2, 3),
                            Activation.named("relu"),
                            new Flatten(),
                            new Dense(2));
            Path file = Files.createTempFile("seed", ".safetensors");
            ModelFile.save(file, net, "mnist", List.of("a", "b"), Preprocessing.none(1));
            write("model-file", "conv", Files.readAllBytes(file));
            write("safetensors", "conv", Files.readAllBytes(file));
            new Snapshot()
                    .put("number", 3)
                    .put("word", "tanh")
                    .put("tensor", new int[] {3}, new double[] {1, Double.NaN, 3}, true)
                    .write(file);
            write("snapshot", "three", Files.readAllBytes(file));
            for (String name : List.of("good-sgd", "good-adam")) { // the target's wrapping makes files of the texts
                byte[] text = Files.readAllBytes(corpus.resolve("trace").resolve(name));
                write("trace-file", name.substring(5), Targets.named("trace").wrapping().apply(text));
            }
            Files.delete(file);
        }
    }

    private void checkpoints() throws IOException {
        write("checkpoint", "unchanged", new byte[0]);
        Safetensors file = Safetensors.parse("whole", CheckpointTargets.whole());
        StringBuilder words = new StringBuilder();
        file.metadata()
                .forEach(
                        (name, text) -> {
                            if (!name.startsWith("settings.")) { // the settings must match the run
                                words.append(name).append('=').append(text).append('\n');
                            }
                        });
        write("checkpoint", "all-words", words.toString().getBytes(StandardCharsets.UTF_8));
        StringBuilder tensors = new StringBuilder();
        for (String name : file.names()) {
            tensors.append('#').append(name).append('=');
            Arrays.stream(file.values(name)).forEach(value -> tensors.append(value).append(' '));
            tensors.append('\n');
        }
        write("checkpoint", "all-tensors", tensors.toString().getBytes(StandardCharsets.UTF_8));
    }

    private void archives() throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (TarArchiveOutputStream tar = new TarArchiveOutputStream(bytes)) {
            tar.setLongFileMode(TarArchiveOutputStream.LONGFILE_POSIX);
            put(tar, "folder/a.bin", "a");
            put(tar, "folder/b.bin", "b");
            put(tar, "folder/" + "x".repeat(101), "long");
        }
        write("tar", "posix", bytes.toByteArray());
        write("tar-gz", "posix", Wrap.gzip(bytes.toByteArray()));
        bytes.reset();
        try (TarArchiveOutputStream tar = new TarArchiveOutputStream(bytes)) {
            tar.setLongFileMode(TarArchiveOutputStream.LONGFILE_GNU);
            tar.setBigNumberMode(TarArchiveOutputStream.BIGNUMBER_STAR);
            put(tar, "x".repeat(101), "long");
            put(tar, "b.bin", "b");
            put(tar, "a.bin", "a");
        }
        write("tar", "gnu", bytes.toByteArray());
        bytes.reset();
        try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
            zip.putNextEntry(entry("annotations/"));
            zip.putNextEntry(entry("annotations/a.xml"));
            zip.write("<annotation/>".repeat(20).getBytes(StandardCharsets.UTF_8));
            zip.putNextEntry(entry("images/a.png"));
            zip.write(1);
        }
        write("zip", "voc", bytes.toByteArray());
    }

    private static ZipEntry entry(String name) {
        ZipEntry entry = new ZipEntry(name);
        entry.setTime(0);
        return entry;
    }

    private static void put(TarArchiveOutputStream tar, String name, String content) throws IOException {
        TarArchiveEntry entry = new TarArchiveEntry(name);
        entry.setSize(content.length());
        entry.setModTime(0);
        tar.putArchiveEntry(entry);
        tar.write(content.getBytes(StandardCharsets.UTF_8));
        tar.closeArchiveEntry();
    }

    private void images() throws IOException {
        int[] types = {
            BufferedImage.TYPE_INT_RGB,
            BufferedImage.TYPE_INT_ARGB,
            BufferedImage.TYPE_BYTE_GRAY,
            BufferedImage.TYPE_BYTE_BINARY,
            BufferedImage.TYPE_BYTE_INDEXED,
            BufferedImage.TYPE_USHORT_GRAY
        };
        for (int type : types) {
            write("png", "type-" + type, encoded(type, "png"));
        }
        write("image-for-net", "png", encoded(BufferedImage.TYPE_INT_RGB, "png"));
        write("jpeg", "color", encoded(BufferedImage.TYPE_INT_RGB, "jpeg"));
        write("jpeg", "gray", encoded(BufferedImage.TYPE_BYTE_GRAY, "jpeg"));
        write("image-for-net", "jpeg", encoded(BufferedImage.TYPE_BYTE_GRAY, "jpeg"));
        ByteBuffer chunks = ByteBuffer.allocate(6 + 13 + 6 + 6 + 6);
        chunks.put("IHDR\0\15".getBytes(StandardCharsets.ISO_8859_1)).putInt(2).putInt(2);
        chunks.put(new byte[] {8, 0, 0, 0, 0});
        chunks.put("IDAT\0\6".getBytes(StandardCharsets.ISO_8859_1)).put(new byte[] {0, 1, 2, 0, 3, 4});
        chunks.put("IEND\0\0".getBytes(StandardCharsets.ISO_8859_1));
        write("png-chunks", "2x2", chunks.array());
        byte[] exif = "MM\0*\0\0\0\10\0\1\1\22\0\3\0\0\0\1\0\6\0\0\0\0\0\0".getBytes(StandardCharsets.ISO_8859_1);
        int header = 6 + 13;
        ByteBuffer rotated = ByteBuffer.allocate(chunks.capacity() + 6 + exif.length).put(chunks.array(), 0, header);
        rotated.put("eXIf\0".getBytes(StandardCharsets.ISO_8859_1)).put((byte) exif.length).put(exif);
        rotated.put(chunks.array(), header, chunks.capacity() - header);
        write("png-chunks", "2x2-rotated", rotated.array());
    }

    private static byte[] encoded(int type, String format) throws IOException {
        BufferedImage image = new BufferedImage(9, 7, type);
        for (int i = 0; i < 63; i++) {
            image.setRGB(i % 9, i / 9, 0x01020304 * i);
        }
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        if (!ImageIO.write(image, format, bytes)) {
            throw new IOException("no writer for " + format);
        }
        return bytes.toByteArray();
    }
}
