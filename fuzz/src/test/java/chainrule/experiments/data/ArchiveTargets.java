package chainrule.experiments.data;

import chainrule.data.DataException;
import chainrule.fuzz.Target;
import chainrule.fuzz.Wrap;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import java.util.zip.ZipEntry;
import java.util.zip.ZipException;
import java.util.zip.ZipOutputStream;

/** Archives and the annotations in them. */
public final class ArchiveTargets {
    private static final int MOST_FILE = 1 << 20;
    private static final PackedDataSet SET = set();

    /** Deflate expands one byte to at most 1,032, which are copied while an array grows. */
    private static final Target.Memory DEFLATE = new Target.Memory(3 * 1032, 4 << 20);

    /** For {@code chainrule.fuzz.Targets}. */
    public static final List<Target> ALL =
            List.of(
                    archive("tar-gz", ArchiveTargets::readTar),
                    archive("tar", ArchiveTargets::readTar).wrapped("tar", Wrap::gzip),
                    archive("zip", ArchiveTargets::readZip),
                    archive("zip-names", ArchiveTargets::readZip).wrapped("zip-names", ArchiveTargets::zip),
                    Target.of(
                            "voc",
                            file -> PascalVoc.parse("fuzz.xml", file),
                            new Target.Memory(300, 16 << 20), // a parser takes some megabytes for any text
                            DataException.class));

    private ArchiveTargets() {}

    private static Target archive(String name, Target.Reader reader) {
        return Target.of(name, reader, DEFLATE, DataException.class);
    }

    /** Two files in a folder. */
    private static PackedDataSet set() {
        SequencedMap<String, String> files = new LinkedHashMap<>();
        files.put("a.bin", "");
        files.put("b.bin", "");
        return new PackedDataSet(
                "Fuzz",
                "fuzz",
                new RemoteFile("fuzz.tar.gz", URI.create("https://localhost/fuzz.tar.gz"), 1, ""),
                "folder",
                files,
                new ArchiveLimits(50, MOST_FILE, 2 * MOST_FILE, 50));
    }

    private static void readTar(byte[] archive) throws IOException {
        PackedDataSet.Found found = SET.in(Wrap.file("archive.tar.gz", archive));
        for (String name : SET.sha256().keySet()) {
            found.describe(name);
            found.opener().open(name).readAllBytes();
        }
    }

    private static void readZip(byte[] archive) {
        try (ReadableTree tree = ReadableTree.open(Wrap.file("archive.zip", archive))) {
            tree.folder("annotations");
            for (String name : tree.names("")) {
                tree.read(name, MOST_FILE);
            }
        }
    }

    /** A valid archive whose names are the fuzzer's lines; each file contains its name. */
    private static byte[] zip(byte[] lines) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
            for (String name : new String(lines, StandardCharsets.UTF_8).lines().toList()) {
                try {
                    zip.putNextEntry(new ZipEntry(name));
                    zip.write(name.endsWith("/") ? new byte[0] : name.getBytes(StandardCharsets.UTF_8));
                    zip.closeEntry();
                } catch (ZipException _) {
                    // a name cannot occur twice
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }
}
