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

    private void refused(String... parts) {
        assertThatThrownBy(() -> TarGz.read(archive, LIMITS, (_, in) -> in.readAllBytes()))
                .isInstanceOf(DataException.class)
                .hasMessageStartingWith(archive.toString())
                .hasMessageContainingAll(parts)
                .satisfies(e -> assertThat(e.getMessage().lines()).hasSize(1))
                .satisfies(e -> assertThat(e.getMessage().length()).isLessThan(500));
    }

    @Test
    void filesAreShownOneAfterAnother() {
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
                    in.close(); // the archive goes on
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
    void namesThatLeadElsewhereAreRefused(String name, String fault) {
        Tars.write(archive, "good", name);
        refused("is refused: ", fault);
    }

    @Test
    void leavesHiddenFilesOut() {
        Tars.write(archive, "a/b", "a/._b", "._a", ".git/a/b", "__MACOSX/a/b", "./c");
        assertThat(names()).containsExactly("a/b", "c");
    }

    @Test
    void foldersThatLeadElsewhereAreRefused() {
        try (Tars tar = new Tars(archive)) {
            tar.folder("../up");
        }
        refused("is refused: ", "'..'");
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
    void linksAndDevicesAreRefused(byte kind) {
        try (Tars tar = new Tars(archive)) {
            tar.link("shortcut", kind, "/etc/passwd");
        }
        refused(": shortcut is refused: it is not a plain file");
    }

    @Test
    void twoFilesOfOneNameAreRefused() {
        Tars.write(archive, "a", "./a");
        refused(": a is refused: the archive holds two files of this name");
        Tars.write(archive, "a", "A");
        refused(": A is refused: the archive holds two files of this name");
    }

    @Test
    void archivesThatHoldTooMuchAreRefused() {
        byte[] noise = new byte[100_000];
        new Random(1).nextBytes(noise);
        Tars.write(archive, "a b c d e f g h i j".split(" "));
        assertThat(names()).hasSize(10);
        Tars.write(archive, "a b c d e f g h i j k".split(" "));
        refused(" is refused: it holds more than 10 files");
        try (Tars tar = new Tars(archive)) {
            tar.file("a", noise);
        }
        assertThat(names()).hasSize(1);
        try (Tars tar = new Tars(archive)) {
            tar.file("a", Arrays.copyOf(noise, 100_001));
        }
        refused(": a is refused: it has 100,001 bytes unpacked, more than 100,000");
    }

    /** However the bytes are distributed, and whether or not anybody reads them. */
    @Test
    void whatBecomesMuchLargerIsRefused() {
        try (Tars tar = new Tars(archive)) {
            for (char name = 'a'; name < 'k'; name++) {
                tar.file(Character.toString(name), new byte[100_000]); // only zeros: packs to nearly nothing
            }
            tar.longName(1_500_000).file("a", new byte[1]); // a name, which is no file
        }
        refused(" is refused: ", "packed bytes become at least ", "more than 50 times as many");
        assertThatThrownBy(this::names).isInstanceOf(DataException.class).hasMessageContaining("50 times");
    }

    @Test
    void theTotalIsLimited() throws IOException {
        byte[] noise = new byte[1 << 20];
        new Random(1).nextBytes(noise);
        try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(archive))) {
            for (int i = 0; i < 3; i++) {
                out.write(new byte[512]); // an empty archive, with three megabytes behind it
                out.write(new byte[512]);
                out.write(noise);
            }
        }
        refused(" is refused: it has more than 2,097,152 bytes unpacked");
    }

    @Test
    void archivesCutShortAreNoticed() throws IOException {
        byte[] noise = new byte[50_000];
        new Random(1).nextBytes(noise);
        try (Tars tar = new Tars(archive)) {
            tar.file("a", noise).file("b", noise);
        }
        byte[] whole = Files.readAllBytes(archive);
        for (int length : new int[] {0, 1, 9, 10, 500, 49_000, 60_000, whole.length - 9, whole.length - 1}) {
            Files.write(archive, Arrays.copyOf(whole, length));
            refused(" is cut short");
            assertThatThrownBy(this::names).isInstanceOf(DataException.class); // read or not
        }
    }

    @Test
    void aWholeGzipWithHalfATarIsNoticed() throws IOException {
        try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(archive))) {
            byte[] tar = new byte[512];
            byte[] name = "a".getBytes(StandardCharsets.UTF_8);
            System.arraycopy(name, 0, tar, 0, 1);
            byte[] size = "00000002000\0".getBytes(StandardCharsets.UTF_8);
            System.arraycopy(size, 0, tar, 124, 12);
            out.write(tar);
            out.write(new byte[100]);
        }
        refused("");
    }

    @Test
    void whateverIsDamagedEndsInTheSameException() throws IOException {
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
    void whatIsNoArchiveIsRefused() throws IOException {
        Files.writeString(archive, "no archive at all");
        refused("is not a tar.gz archive that can be read");
        assertThat(TarGz.is(archive)).isFalse();
        Files.delete(archive);
        refused("is not a tar.gz archive that can be read");
        Tars.write(archive, "a");
        assertThat(TarGz.is(archive)).isTrue();
    }
}
