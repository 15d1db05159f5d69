package chainrule.experiments.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import chainrule.data.DataException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.zip.ZipOutputStream;

class ReadableTreeTest {
    /** In a C locale Java cannot create a file of this name. */
    private static final String FOREIGN =
            Charset.forName(System.getProperty("sun.jnu.encoding")).newEncoder().canEncode('ä') ? "ä.jpg" : "b.jpg";

    private static final String[] NAMES = {
        "face/images/2.jpg",
        "face/images/10.jpg",
        "face/annotations/2.xml",
        "face/images/more/" + FOREIGN,
        "read me.txt"
    };

    @TempDir Path temporary;

    private Path folder() throws IOException {
        for (String name : NAMES) {
            Path file = temporary.resolve("folder").resolve(name);
            Files.createDirectories(file.getParent());
            Files.writeString(file, name);
        }
        return temporary.resolve("folder");
    }

    private Path zip(String... names) {
        return Zips.write(temporary.resolve("some.zip"), names);
    }

    private static void rejected(Path place, String... parts) {
        assertThatThrownBy(() -> ReadableTree.open(place).close())
                .isInstanceOf(DataException.class)
                .hasMessageStartingWith(place.toString())
                .hasMessageContainingAll(parts)
                .satisfies(e -> assertThat(e.getMessage().lines()).hasSize(1));
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void readsFolderAndZipAlike(boolean packed) throws IOException {
        try (ReadableTree tree = ReadableTree.open(packed ? zip(NAMES) : folder())) {
            assertThat(tree.names("")).containsExactly(Arrays.stream(NAMES).sorted().toArray(String[]::new));
            assertThat(tree.names("face/images/"))
                    .containsExactly("face/images/10.jpg", "face/images/2.jpg", "face/images/more/" + FOREIGN);
            assertThat(tree.names("nothing")).isEmpty();
            for (String name : NAMES) {
                byte[] content = name.getBytes(StandardCharsets.UTF_8);
                assertThat(tree.read(name, content.length)).isEqualTo(content);
                assertThatThrownBy(() -> tree.read(name, content.length - 1))
                        .isInstanceOf(DataException.class)
                        .hasMessage(
                                "%s: %s cannot be read: it is longer than the %d bytes expected at most",
                                tree.place(), name, content.length - 1);
                try (InputStream in = tree.stream(name, 1000)) {
                    assertThat(in.read()).isEqualTo(content[0]);
                    assertThat(in.skip(3)).isEqualTo(3);
                    assertThat(in.readAllBytes()).isEqualTo(Arrays.copyOfRange(content, 4, content.length));
                    assertThat(in.read()).isEqualTo(-1);
                }
            }
            assertThat(tree.folder("images")).contains("face/images/");
            assertThat(tree.folder("Images")).contains("face/images/");
            assertThat(tree.folder("face")).contains("face/");
            assertThat(tree.folder("image")).isEmpty();
            assertThat(tree.folder("face/images")).contains("face/images/");
            for (String name : new String[] {"face", "face/images/3.jpg", "Face/images/2.jpg"}) {
                assertThatThrownBy(() -> tree.read(name, 10))
                        .isInstanceOf(DataException.class)
                        .hasMessage(tree.place() + ": " + name + " is missing");
            }
        }
    }

    @Test
    void rejectsNamesThatLeaveTheFolder() throws IOException {
        Files.writeString(temporary.resolve("secret"), "secret");
        try (ReadableTree tree = ReadableTree.open(folder())) {
            for (String name :
                    new String[] {"../secret", "face/../../secret", temporary.resolve("secret").toString()}) {
                assertThatThrownBy(() -> tree.read(name, 10))
                        .isInstanceOf(DataException.class)
                        .hasMessageContaining("is rejected: a");
            }
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "/etc/passwd|an absolute name",
                "../up|'..'",
                "a/../../up|'..'",
                "a/./b|'.'",
                "a//b|an empty part",
                "a\\..\\up|'..'",
                "..\\up|'..'",
                "\\windows|an absolute name",
                ".//etc/passwd|an absolute name",
                "C:/windows|a colon",
                "a/\u0007b|a control character",
                "../|'..'",
                "/|an empty name",
            })
    void rejectsNamesThatLeaveTheirFolder(String name, String fault) {
        rejected(zip("good", name), "is rejected: ", fault);
    }

    @Test
    void rejectsAVeryLongNameInAShortMessage() {
        rejected(zip("a".repeat(2000)), "a name of 2,000 letters");
        assertThatThrownBy(() -> ReadableTree.open(zip("a".repeat(2000))))
                .satisfies(e -> assertThat(e.getMessage().length()).isLessThan(500));
    }

    @Test
    void rejectsDuplicateNames() throws IOException {
        rejected(Zips.patch(zip("one", "two"), "two", "one"), ": one is rejected: the archive holds two files");
        rejected(zip("one", "One"), "two files of this name"); // one file on Windows and macOS
    }

    /** Files of operating systems and tools, at any depth. */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void ignoresHiddenFilesInMnistFolders(boolean packed) throws IOException {
        String[] names = {
            "a/b.xml",
            "a/._b.xml",
            "._a/b.xml",
            ".hidden",
            "a/.DS_Store",
            "a/.ipynb_checkpoints/b-checkpoint.xml",
            ".git/a/b.xml",
            "__MACOSX/a/b.xml",
            "a/__MACOSX/b.xml",
            "a/_b.xml",
            "a/b.c/d..xml"
        };
        Path place = packed ? zip(names) : temporary.resolve("files");
        for (String name : packed ? new String[0] : names) {
            Files.createDirectories(place.resolve(name).getParent());
            Files.writeString(place.resolve(name), name);
        }
        try (ReadableTree tree = ReadableTree.open(place)) {
            assertThat(tree.names("")).containsExactly("a/_b.xml", "a/b.c/d..xml", "a/b.xml");
            assertThat(tree.hiddenFiles()).isEqualTo(8);
            assertThat(tree.folder("a")).contains("a/");
            assertThat(tree.folder(".git")).isEmpty();
        }
    }

    @Test
    void readsNamesWrittenByWindowsAndTar() {
        String[] names = {"./", ".\\", "set\\", "set\\images\\a.png", "./set/annotations/a.xml", "././b", "c"};
        try (ReadableTree tree = ReadableTree.open(zip(names))) {
            assertThat(tree.names("")).containsExactly("b", "c", "set/annotations/a.xml", "set/images/a.png");
            assertThat(tree.read("set/images/a.png", 100)).asString().isEqualTo("set\\images\\a.png");
            assertThat(tree.folder("images")).contains("set/images/");
        }
        rejected(zip("a/b", "a\\b"), "two files of this name");
    }

    @Test
    void prefersTheFolderNearestToTheTop() {
        try (ReadableTree tree = ReadableTree.open(zip("old/set/images/1", "set/images/1", "b/images/1", "images"))) {
            assertThat(tree.folder("images")).contains("b/images/");
        }
    }

    @Test
    void rejectsFilesThatAreNoArchives() throws IOException {
        rejected(temporary.resolve("nowhere.zip"), "is missing: expected a folder or a zip archive");
        rejected(Files.createFile(temporary.resolve("empty.zip")), "is not a valid zip archive");
        rejected(Files.writeString(temporary.resolve("text.zip"), "no archive"), "is not a valid zip archive");
        byte[] whole = Files.readAllBytes(zip(NAMES));
        for (int length = 1; length < whole.length; length += 61) {
            rejected(
                    Files.write(temporary.resolve("cut.zip"), Arrays.copyOf(whole, length)),
                    "is not a valid zip archive");
        }
    }

    @Test
    void detectsDamagedContent() throws IOException {
        Path file = temporary.resolve("stored.zip");
        try (ZipOutputStream zip = new ZipOutputStream(Files.newOutputStream(file))) {
            Zips.put(zip, "a", "packed content".getBytes(StandardCharsets.UTF_8), false);
        }
        try (ReadableTree tree = ReadableTree.open(Zips.patch(file, "packed", "poked!"))) {
            assertThatThrownBy(() -> tree.read("a", 100))
                    .isInstanceOf(DataException.class)
                    .hasMessageContaining(": a cannot be read: it is damaged: CRC-32 ");
        }
    }

    /** An entry that is larger than the archive's directory states. */
    @Test
    void detectsWrongSizes() throws IOException {
        Path file = temporary.resolve("lies.zip");
        try (ZipOutputStream zip = new ZipOutputStream(Files.newOutputStream(file))) {
            Zips.put(zip, "a", new byte[5000], true);
        }
        byte[] bytes = Files.readAllBytes(file);
        int directory = new String(bytes, StandardCharsets.ISO_8859_1).lastIndexOf("PK\1\2");
        for (int claimed : new int[] {10, 6000}) {
            ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).putInt(directory + 24, claimed);
            Files.write(file, bytes);
            try (ReadableTree tree = ReadableTree.open(file)) {
                assertThatThrownBy(() -> tree.read("a", 10_000))
                        .isInstanceOf(DataException.class)
                        .hasMessageContaining(": a cannot be read: ");
            }
        }
    }

    @Test
    void rejectsArchivesAboveTheLimits() throws IOException {
        Path file = temporary.resolve("much.zip");
        try (ZipOutputStream zip = new ZipOutputStream(Files.newOutputStream(file))) {
            Zips.put(zip, "a", new byte[3 << 20], true);
            Zips.put(zip, "b", new byte[1 << 20], false);
        }
        ArchiveLimits enough = new ArchiveLimits(2, 3 << 20, 4 << 20, 2000);
        new ZipTree(file, enough).close();
        for (ArchiveLimits limits :
                new ArchiveLimits[] {
                    new ArchiveLimits(1, enough.fileBytes(), enough.totalBytes(), enough.ratio()),
                    new ArchiveLimits(2, enough.fileBytes() - 1, enough.totalBytes(), enough.ratio()),
                    new ArchiveLimits(2, enough.fileBytes(), enough.totalBytes() - 1, enough.ratio()),
                    new ArchiveLimits(2, enough.fileBytes(), enough.totalBytes(), 100),
                }) {
            assertThatThrownBy(() -> new ZipTree(file, limits))
                    .as(limits.toString())
                    .isInstanceOf(DataException.class)
                    .hasMessageContaining("is rejected: ");
        }
        rejected(file, "much.zip: a is rejected", "more than 200 times as many");
    }

    /** Two entries with the same packed bytes. */
    @Test
    void rejectsOverlappingEntries() throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        byte[] content = new byte[1000];
        try (ZipOutputStream zip = new ZipOutputStream(out)) {
            Zips.put(zip, "a", content, false);
        }
        byte[] one = out.toByteArray();
        String text = new String(one, StandardCharsets.ISO_8859_1);
        int directory = text.lastIndexOf("PK\1\2");
        int end = text.lastIndexOf("PK\5\6");
        ByteArrayOutputStream many = new ByteArrayOutputStream();
        many.write(one, 0, directory);
        for (char name = 'a'; name < 'e'; name++) {
            byte[] entry = Arrays.copyOfRange(one, directory, end);
            entry[46] = (byte) name;
            many.write(entry);
        }
        byte[] tail = Arrays.copyOfRange(one, end, one.length);
        ByteBuffer fields = ByteBuffer.wrap(tail).order(ByteOrder.LITTLE_ENDIAN);
        fields.putShort(8, (short) 4).putShort(10, (short) 4).putInt(12, 4 * (end - directory));
        many.write(tail);
        rejected(
                Files.write(temporary.resolve("shared.zip"), many.toByteArray()),
                "its entries claim 4,000 packed bytes");
    }
}
