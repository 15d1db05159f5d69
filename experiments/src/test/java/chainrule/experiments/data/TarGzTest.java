package chainrule.experiments.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import chainrule.data.DataException;

import org.apache.commons.compress.archivers.tar.TarConstants;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.zip.GZIPOutputStream;

class TarGzTest {
    private static final ArchiveLimits LIMITS = new ArchiveLimits(10, 100_000, 1 << 21, 50);

    @TempDir Path temporary;
    private Path archive;

    @BeforeEach
    void name() {
        archive = temporary.resolve("some.tar.gz");
    }

    private List<String> names() {
        List<String> names = new ArrayList<>();
        TarGz.read(archive, LIMITS, (name, _) -> names.add(name));
        return names;
    }

    private void rejected(String... parts) {
        assertThatThrownBy(() -> TarGz.read(archive, LIMITS, (_, in) -> in.readAllBytes()))
                .isInstanceOf(DataException.class)
                .hasMessageStartingWith(archive.toString())
                .hasMessageContainingAll(parts)
                .satisfies(e -> assertThat(e.getMessage().lines()).hasSize(1))
                .satisfies(e -> assertThat(e.getMessage().length()).isLessThan(500));
    }

    @Test
    void visitsFilesOneAfterAnother() {
        String longName = "set/" + "deep/".repeat(40) + "c";
        try (Tars tar = new Tars(archive)) {
            tar.folder(".").folder("set").file("set/a", new byte[] {1, 2}).file("./set/b", new byte[0]);
            tar.file(longName, new byte[1000]);
        }
        assertThat(names()).containsExactly("set/a", "set/b", longName);
        List<byte[]> contents = new ArrayList<>();
        TarGz.read(archive, LIMITS, (_, in) -> contents.add(in.readAllBytes()));
        assertThat(contents.get(0)).containsExactly(1, 2);
        assertThat(contents.get(1)).isEmpty();
        assertThat(contents.get(2)).isEqualTo(new byte[1000]);
        TarGz.read(
                archive,
                LIMITS,
                (_, in) -> {
                    in.read();
                    in.close(); // the archive has more entries
                });
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "/etc/passwd|an absolute name",
                "../up|'..'",
                "a/../../up|'..'",
                "a//b|an empty part",
                "a\\..\\up|a backslash",
                "C:/windows|a colon",
                "a/\u0007b|a control character",
                ".//etc/passwd|an absolute name",
            })
    void rejectsNamesThatLeaveTheirFolder(String name, String fault) {
        Tars.write(archive, "good", name);
        rejected("is rejected: ", fault);
    }

    @Test
    void ignoresHiddenFilesInMnistFolders() {
        Tars.write(archive, "a/b", "a/._b", "._a", ".git/a/b", "__MACOSX/a/b", "./c");
        assertThat(names()).containsExactly("a/b", "c");
    }

    @Test
    void rejectsFoldersThatLeaveTheArchive() {
        try (Tars tar = new Tars(archive)) {
            tar.folder("../up");
        }
        rejected("is rejected: ", "'..'");
    }

    @ParameterizedTest
    @ValueSource(
            bytes = {
                TarConstants.LF_SYMLINK,
                TarConstants.LF_LINK,
                TarConstants.LF_CHR,
                TarConstants.LF_BLK,
                TarConstants.LF_FIFO
            })
    void rejectsLinksAndDevices(byte kind) {
        try (Tars tar = new Tars(archive)) {
            tar.link("shortcut", kind, "/etc/passwd");
        }
        rejected(": shortcut is rejected: it is a link or another special file");
    }

    @Test
    void rejectsDuplicateNames() {
        Tars.write(archive, "a", "./a");
        rejected(": a is rejected: the archive holds two files of this name");
        Tars.write(archive, "a", "A");
        rejected(": A is rejected: the archive holds two files of this name");
    }

    @Test
    void rejectsArchivesAboveTheLimits() {
        byte[] noise = new byte[100_000];
        new Random(1).nextBytes(noise);
        Tars.write(archive, "a b c d e f g h i j".split(" "));
        assertThat(names()).hasSize(10);
        Tars.write(archive, "a b c d e f g h i j k".split(" "));
        rejected(" is rejected: it holds more than 10 files");
        try (Tars tar = new Tars(archive)) {
            tar.file("a", noise);
        }
        assertThat(names()).hasSize(1);
        try (Tars tar = new Tars(archive)) {
            tar.file("a", Arrays.copyOf(noise, 100_001));
        }
        rejected(": a is rejected: it has 100,001 bytes unpacked, more than 100,000");
    }

    /** For any distribution of the bytes, read or not. */
    @Test
    void rejectsHighCompressionRatios() {
        try (Tars tar = new Tars(archive)) {
            for (char name = 'a'; name < 'k'; name++) {
                tar.file(Character.toString(name), new byte[100_000]); // zeros compress well
            }
            tar.longName(1_500_000).file("a", new byte[1]); // a long name, not a file
        }
        rejected(" is rejected: ", "packed bytes become at least ", "more than 50 times as many");
        assertThatThrownBy(this::names).isInstanceOf(DataException.class).hasMessageContaining("50 times");
    }

    @Test
    void limitsTheTotalSize() throws IOException {
        byte[] noise = new byte[1 << 20];
        new Random(1).nextBytes(noise);
        try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(archive))) {
            for (int i = 0; i < 3; i++) {
                out.write(new byte[512]); // an empty archive, followed by three megabytes
                out.write(new byte[512]);
                out.write(noise);
            }
        }
        rejected(" is rejected: it has more than 2,097,152 bytes unpacked");
    }

    @Test
    void detectsTruncatedArchives() throws IOException {
        byte[] noise = new byte[50_000];
        new Random(1).nextBytes(noise);
        try (Tars tar = new Tars(archive)) {
            tar.file("a", noise).file("b", noise);
        }
        byte[] whole = Files.readAllBytes(archive);
        for (int length : new int[] {0, 1, 9, 10, 500, 49_000, 60_000, whole.length - 9, whole.length - 1}) {
            Files.write(archive, Arrays.copyOf(whole, length));
            rejected(" is truncated");
            assertThatThrownBy(this::names).isInstanceOf(DataException.class); // read or not
        }
    }

    @Test
    void detectsATruncatedTarInACompleteGzip() throws IOException {
        try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(archive))) {
            byte[] tar = new byte[512];
            byte[] name = "a".getBytes(StandardCharsets.UTF_8);
            System.arraycopy(name, 0, tar, 0, 1);
            byte[] size = "00000002000\0".getBytes(StandardCharsets.UTF_8);
            System.arraycopy(size, 0, tar, 124, 12);
            out.write(tar);
            out.write(new byte[100]);
        }
        rejected("");
    }

    @Test
    void reportsAnyDamageAsDataException() throws IOException {
        try (Tars tar = new Tars(archive)) {
            tar.folder("set")
                    .file("set/a", new byte[700])
                    .file("set/b", new byte[90])
                    .file("x".repeat(200), new byte[5]);
        }
        byte[] packed = Files.readAllBytes(archive);
        byte[] raw = new java.util.zip.GZIPInputStream(Files.newInputStream(archive)).readAllBytes();
        Random random = new Random(3);
        int refused = 0;
        for (int round = 0; round < 600; round++) {
            byte[] bad = (round % 2 == 0 ? packed : raw).clone();
            for (int i = 0; i < 3; i++) {
                bad[random.nextInt(bad.length)] = (byte) random.nextInt(256);
            }
            try (OutputStream file = Files.newOutputStream(archive)) {
                OutputStream out = round % 2 == 0 ? file : new GZIPOutputStream(file);
                out.write(bad);
                out.close();
            }
            try {
                TarGz.read(archive, LIMITS, (_, in) -> in.readAllBytes());
            } catch (DataException e) {
                refused++;
                assertThat(e.getMessage()).startsWith(archive.toString());
            } catch (RuntimeException e) {
                throw new AssertionError("round " + round, e);
            }
        }
        assertThat(refused).isBetween(200, 599);
    }

    @Test
    void rejectsFilesThatAreNoArchives() throws IOException {
        Files.writeString(archive, "no archive at all");
        rejected("is not a valid tar.gz archive");
        assertThat(TarGz.is(archive)).isFalse();
        Files.delete(archive);
        rejected("is not a valid tar.gz archive");
        Tars.write(archive, "a");
        assertThat(TarGz.is(archive)).isTrue();
    }
}
