package chainrule.experiments.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import chainrule.data.DataException;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.SequencedMap;
import java.util.stream.Stream;

/** A data set of two small files, from every possible place. */
@Timeout(60)
class PackedDataSetTest {
    private static final Download.Policy QUICK = new Download.Policy(2, Duration.ofMillis(1), Duration.ofSeconds(10));

    @TempDir Path temporary;

    private TestServer server;
    private PackedDataSet set;
    private final ByteArrayOutputStream shown = new ByteArrayOutputStream();
    private Path home;

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    @BeforeEach
    void open() throws IOException {
        Path archive = archive(temporary.resolve("original"), "one", "two");
        server = new TestServer(Files.readAllBytes(archive));
        Files.delete(archive);
        home = temporary.resolve("home");
        SequencedMap<String, String> files = new LinkedHashMap<>();
        files.put("one.bin", Sha256.of(bytes("one")));
        files.put("two.bin", Sha256.of(bytes("two")));
        RemoteFile remote =
                new RemoteFile("pair.tar.gz", server.uri("/pair"), server.content.length, Sha256.of(server.content));
        set = new PackedDataSet("Pair", "pair", remote, "pair-bin", files, ArchiveLimits.DATA_SET);
    }

    @AfterEach
    void close() throws IOException {
        server.close();
    }

    private static Path archive(Path file, String one, String two) {
        try (Tars tar = new Tars(file)) {
            tar.folder("pair-bin").file("pair-bin/read me", bytes("no data"));
            tar.file("pair-bin/one.bin", bytes(one)).file("pair-bin/two.bin", bytes(two));
        }
        return file;
    }

    private Path folder(String name, String one, String two) throws IOException {
        Path folder = Files.createDirectories(temporary.resolve(name));
        Files.write(folder.resolve("one.bin"), bytes(one));
        Files.write(folder.resolve("two.bin"), bytes(two));
        return folder;
    }

    private static String content(PackedDataSet.Found found, String name) throws IOException {
        try (InputStream in = found.opener().open(name)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    private static void holds(PackedDataSet.Found found, String one, String two) throws IOException {
        assertThat(content(found, "one.bin")).isEqualTo(one);
        assertThat(content(found, "two.bin")).isEqualTo(two);
    }

    private DataCache cache() {
        return new DataCache(
                set,
                home,
                QUICK,
                file -> DownloadDisplay.lines(file, new PrintStream(shown, true, StandardCharsets.UTF_8)));
    }

    private List<String> cached() throws IOException {
        try (Stream<Path> files = Files.list(home.resolve("pair"))) {
            return files.map(file -> file.getFileName().toString()).sorted().toList();
        }
    }

    /** Files at a place that the user names are not verified. */
    @Test
    void readsTheUsersFilesWithAnyContent() throws IOException {
        Path folder = folder("mine", "eins", "zwei");
        holds(set.in(folder), "eins", "zwei");
        assertThat(set.in(folder).describe("one.bin")).isEqualTo(folder.resolve("one.bin").toString());
        folder("around/pair-bin", "uno", "due");
        holds(set.in(temporary.resolve("around")), "uno", "due");
        Path archive = archive(temporary.resolve("any name"), "un", "deux");
        holds(set.in(archive), "un", "deux");
        assertThat(set.in(archive).describe("one.bin")).isEqualTo(archive + ": one.bin");
        Path download = Files.createDirectories(temporary.resolve("download"));
        archive(download.resolve("pair.tar.gz"), "ichi", "ni");
        holds(set.in(download), "ichi", "ni");
        assertThat(server.requests).isEmpty();
    }

    private void rejected(Path data, String... parts) {
        assertThatThrownBy(() -> set.in(data))
                .isInstanceOf(DataException.class)
                .hasMessageStartingWith(data.toString())
                .hasMessageContainingAll(parts);
    }

    @Test
    void reportsWrongPaths() throws IOException {
        String expected = "expected a folder with the Pair files one.bin, two.bin, or the archive pair.tar.gz";
        rejected(temporary.resolve("nowhere"), " is missing: " + expected);
        Path folder = folder("half", "a", "b");
        Files.delete(folder.resolve("two.bin"));
        rejected(folder, folder.resolve("two.bin") + " is missing: " + expected);
        rejected(Files.writeString(temporary.resolve("text"), "text"), " is not a tar.gz archive: " + expected);
        rejected(Tars.write(temporary.resolve("other"), "pair-bin/one.bin"), " does not contain two.bin");
        rejected(Tars.write(temporary.resolve("twice"), "a/one.bin", "b/one.bin", "two.bin"), "two files one.bin");
    }

    @Test
    void downloadsOnlyOnce() throws IOException {
        holds(cache().files(), "one", "two");
        assertThat(cached()).containsExactly("one.bin", "two.bin"); // the archive is deleted
        assertThat(shown.toString(StandardCharsets.UTF_8).lines())
                .startsWith(
                        String.format(
                                Locale.ROOT, "downloading %s (%,d bytes)", server.uri("/pair"), server.content.length))
                .endsWith("  100 %");
        holds(cache().files(), "one", "two");
        assertThat(server.requests).hasSize(1);
    }

    @Test
    void continuesAnInterruptedFirstRun() throws IOException {
        server.then(server.cutAfter(60), TestServer.status("404 Not Found"));
        assertThatThrownBy(() -> cache().files()).isInstanceOf(DataException.class);
        assertThat(cached()).containsExactly("pair.tar.gz.part");
        holds(cache().files(), "one", "two");
        assertThat(cached()).containsExactly("one.bin", "two.bin");
        assertThat(server.requests.getLast()).containsKey("range");
        assertThat(shown.toString(StandardCharsets.UTF_8))
                .contains("  the connection was lost: ", ", trying again at byte 60");
    }

    @Test
    void explainsManualDownloadWithoutServer() {
        server.then(TestServer.status("404 Not Found"));
        assertThatThrownBy(() -> cache().files())
                .isInstanceOf(DataException.class)
                .hasMessage(
                        "Pair is not on this machine and could not be downloaded: %s: the server answers 404 (file not"
                                + " found). Download %s (%,d bytes) by other means and put it into %s, or name it with"
                                + " --data",
                        server.uri("/pair"), server.uri("/pair"), server.content.length, home.resolve("pair"));
    }

    @Test
    void usesAndKeepsTheArchiveOfTheUser() throws IOException {
        Files.createDirectories(home.resolve("pair"));
        archive(home.resolve("pair/pair.tar.gz"), "one", "two");
        holds(cache().files(), "one", "two");
        assertThat(cached()).containsExactly("one.bin", "pair.tar.gz", "two.bin");
        assertThat(server.requests).isEmpty();
    }

    @Test
    void rejectsAnotherArchiveAndLeavesNoFile() throws IOException {
        Files.createDirectories(home.resolve("pair"));
        Path archive = archive(home.resolve("pair/pair.tar.gz"), "one", "zwei");
        assertThatThrownBy(() -> cache().files())
                .isInstanceOf(DataException.class)
                .hasMessageStartingWith(archive + " is not the expected file: two.bin in it has SHA-256 ")
                .hasMessageEndingWith("delete it to download it again");
        assertThat(cached()).containsExactly("one.bin", "pair.tar.gz"); // the first file is correct
        Files.delete(archive);
        holds(cache().files(), "one", "two");
    }

    @Test
    void detectsLaterDamage() throws IOException {
        PackedDataSet.Found found = cache().files();
        Files.write(home.resolve("pair/two.bin"), bytes("twö"));
        assertThat(content(found, "one.bin")).isEqualTo("one");
        assertThatThrownBy(() -> content(found, "two.bin"))
                .isInstanceOf(IOException.class)
                .hasMessageStartingWith("it is damaged: SHA-256 ")
                .hasMessageEndingWith("delete it to download it again");
        Files.delete(home.resolve("pair/two.bin"));
        holds(cache().files(), "one", "two");
    }

    @Test
    void reportsAnUnwritableDirectory() throws IOException {
        Files.writeString(home, "in the way");
        assertThatThrownBy(() -> cache().files())
                .isInstanceOf(DataException.class)
                .hasMessageContaining(home.resolve("pair").toString())
                .hasMessageContaining("cannot be written");
    }
}
