package chainrule.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import chainrule.tensor.Shape;

import org.junit.jupiter.api.Test;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.zip.GZIPOutputStream;

class IdxTest {
    private static final List<String> CLASSES = List.of("0", "1", "2");
    private static final byte[] PIXELS = {0, 1, 2, 3, 4, 5, (byte) 254, (byte) 255, 8, 9, 10, 11};
    private static final byte[] LABELS = {2, 0};

    private static byte[] gzip(byte[] content) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (GZIPOutputStream out = new GZIPOutputStream(bytes)) {
            out.write(content);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }

    private static byte[] idx(byte[] body, int... header) {
        ByteBuffer file = ByteBuffer.allocate(4 * header.length + body.length);
        Arrays.stream(header).forEach(file::putInt);
        return file.put(body).array();
    }

    private static byte[] goodImages() {
        return gzip(idx(PIXELS, 2051, 2, 2, 3));
    }

    private static byte[] goodLabels() {
        return gzip(idx(LABELS, 2049, 2));
    }

    private static ByteImages read(byte[] images, byte[] labels) {
        return Idx.read(
                "set",
                "images.gz",
                () -> new ByteArrayInputStream(images),
                "labels.gz",
                () -> new ByteArrayInputStream(labels),
                CLASSES);
    }

    private static void refusesImages(byte[] images, String message) {
        assertThatThrownBy(() -> read(images, goodLabels()))
                .isInstanceOf(DataException.class)
                .hasMessageStartingWith("images.gz")
                .hasMessageContaining(message)
                .satisfies(e -> assertThat(e.getMessage().lines()).hasSize(1));
    }

    private static void refusesLabels(byte[] labels, String message) {
        assertThatThrownBy(() -> read(goodImages(), labels))
                .isInstanceOf(DataException.class)
                .hasMessageStartingWith("labels.gz")
                .hasMessageContaining(message)
                .satisfies(e -> assertThat(e.getMessage().lines()).hasSize(1));
    }

    @Test
    void readsAValidPairOfFiles() {
        ByteImages images = read(goodImages(), goodLabels());
        assertThat(images.name()).isEqualTo("set");
        assertThat(images.size()).isEqualTo(2);
        assertThat(images.inputShape()).isEqualTo(Shape.of(2, 3, 1));
        assertThat(images.label(0)).isEqualTo(2);
        assertThat(images.label(1)).isZero();
        float[] second = new float[6];
        images.input(1, second, 0);
        assertThat(second).containsExactly(254 / 255f, 1f, 8 / 255f, 9 / 255f, 10 / 255f, 11 / 255f);
    }

    @Test
    void rejectsTruncatedFiles() {
        byte[] images = goodImages();
        for (int length = 0; length < images.length; length++) {
            refusesImages(Arrays.copyOf(images, length), "images.gz");
        }
        refusesImages(gzip(idx(Arrays.copyOf(PIXELS, 11), 2051, 2, 2, 3)), "truncated: it has 11 of 12 bytes");
        refusesImages(gzip(new byte[] {0, 0, 8}), "truncated");
        refusesLabels(gzip(idx(new byte[1], 2049, 2)), "truncated: it has 1 of 2 bytes");
    }

    @Test
    void rejectsOversizedFiles() {
        refusesImages(
                gzip(idx(Arrays.copyOf(PIXELS, 13), 2051, 2, 2, 3)), "more than the 12 bytes its header declares");
        refusesLabels(gzip(idx(new byte[3], 2049, 2)), "more than the 2 bytes its header declares");
    }

    @Test
    void rejectsSwappedFilesAndNamesTheirContent() {
        refusesImages(
                goodLabels(), "does not contain images: its magic number is 2049, expected 2051 (it contains labels)");
        refusesLabels(
                goodImages(), "does not contain labels: its magic number is 2051, expected 2049 (it contains images)");
        refusesImages(gzip(idx(PIXELS, 42, 2, 2, 3)), "its magic number is 42, expected 2051");
    }

    @Test
    void readsUncompressedFiles() {
        byte[] images = idx(PIXELS, 2051, 2, 2, 3);
        byte[] labels = idx(LABELS, 2049, 2);
        assertThat(read(images, labels).pixels()).isEqualTo(PIXELS);
        assertThat(read(images, goodLabels()).label(0)).isEqualTo(2);
        assertThat(read(goodImages(), labels).label(0)).isEqualTo(2);
        for (int length = 0; length < images.length; length++) {
            refusesImages(Arrays.copyOf(images, length), "truncated");
        }
        refusesImages(Arrays.copyOf(images, images.length + 1), "more than the 12 bytes");
    }

    @Test
    void rejectsOtherFormats() {
        refusesLabels(
                "<html>not found</html>".getBytes(java.nio.charset.StandardCharsets.UTF_8), "does not contain labels");
        refusesImages(gzip(new byte[] {'P', 'K', 3, 4, 0}), "does not contain images");
        refusesImages(new byte[] {0x1F, (byte) 0x8B}, "images.gz");
    }

    @Test
    void neverReadsWrongPixelsFromACorruptedFile() {
        byte[] good = goodImages();
        byte[] body = PIXELS;
        for (int i = 0; i < good.length; i++) {
            byte[] bad = good.clone();
            bad[i] ^= 0x5A;
            try {
                assertThat(read(bad, goodLabels()).pixels()).as("byte %d", i).isEqualTo(body);
            } catch (DataException e) {
                assertThat(e).hasMessageStartingWith("images.gz");
            }
        }
        byte[] checksum = good.clone();
        checksum[good.length - 8] ^= 1;
        refusesImages(checksum, "not a valid gzip file");
    }

    @Test
    void rejectsLabelsOutOfRange() {
        refusesLabels(gzip(idx(new byte[] {0, 3}, 2049, 2)), "label 1 is 3, expected 0 to 2");
        refusesLabels(gzip(idx(new byte[] {(byte) 255, 0}, 2049, 2)), "label 0 is 255, expected 0 to 2");
    }

    @Test
    void rejectsDifferentNumbersOfImagesAndLabels() {
        assertThatThrownBy(() -> read(goodImages(), gzip(idx(new byte[3], 2049, 3))))
                .isInstanceOf(DataException.class)
                .hasMessage("images.gz has 2 images, but labels.gz has 3 labels");
    }

    @Test
    void rejectsSizesBelowOne() {
        refusesImages(gzip(idx(PIXELS, 2051, 0, 2, 3)), "number of images is 0");
        refusesImages(gzip(idx(PIXELS, 2051, 2, -2, 3)), "number of rows is -2");
        refusesImages(gzip(idx(PIXELS, 2051, 2, 2, 0)), "number of columns is 0");
        refusesLabels(gzip(idx(LABELS, 2049, -1)), "number of labels is -1");
    }

    /** Includes products that overflow 64 bits to a negative number, to 0 and to a small number. */
    @Test
    void wrongHeaderDoesNotAllocateMuchMemory() {
        byte[][] headers = {
            gzip(idx(PIXELS, 2051, 1 << 20, 32, 32)),
            gzip(idx(PIXELS, 2051, Integer.MAX_VALUE, 28, 28)),
            gzip(idx(PIXELS, 2051, Integer.MAX_VALUE, Integer.MAX_VALUE, Integer.MAX_VALUE)),
            gzip(idx(PIXELS, 2051, 1 << 21, 1 << 21, 1 << 21)),
            gzip(idx(new byte[0], 2051, 1 << 22, 1 << 21, 1 << 21)),
            gzip(idx(new byte[1 << 10], 2051, 1 << 30, 1 << 30, 16 + 1)),
        };
        var threads = (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
        for (byte[] file : headers) {
            long before = threads.getCurrentThreadAllocatedBytes();
            refusesImages(file, "bytes");
            assertThat(threads.getCurrentThreadAllocatedBytes() - before).isLessThan(5_000_000);
        }
        refusesLabels(gzip(idx(LABELS, 2049, Integer.MAX_VALUE)), "declares 2147483647 bytes");
    }

    /** Zeros compress by a factor of one thousand. */
    @Test
    void readsHighlyCompressedImages() {
        byte[] blank = gzip(idx(new byte[20_000_000], 2051, 20, 1000, 1000));
        assertThat(blank.length).isLessThan(20_000_000 / 900);
        ByteImages read = read(blank, gzip(idx(new byte[20], 2049, 20)));
        assertThat(read.size()).isEqualTo(20);
        assertThat(read.pixels()).hasSize(20_000_000).containsOnly(0);
    }

    @Test
    void namesAnUnreadableFile() {
        assertThatThrownBy(
                        () ->
                                Idx.read(
                                        "set",
                                        "images.gz",
                                        () -> {
                                            throw new FileNotFoundException("no such file");
                                        },
                                        "labels.gz",
                                        () -> new ByteArrayInputStream(goodLabels()),
                                        CLASSES))
                .isInstanceOf(DataException.class)
                .hasMessage("images.gz cannot be read: no such file");
    }
}
