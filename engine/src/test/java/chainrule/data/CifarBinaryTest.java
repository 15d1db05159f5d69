package chainrule.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import chainrule.tensor.Shape;

import org.junit.jupiter.api.Test;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;

class CifarBinaryTest {
    private static final int RECORD = 3073;

    /** Records whose red, green and blue planes hold i, i + 1 and i + 2 in record i. */
    private static byte[] records(int... labels) {
        byte[] bytes = new byte[labels.length * RECORD];
        for (int i = 0; i < labels.length; i++) {
            bytes[i * RECORD] = (byte) labels[i];
            for (int color = 0; color < 3; color++) {
                int from = i * RECORD + 1 + 1024 * color;
                Arrays.fill(bytes, from, from + 1024, (byte) (i + color));
            }
        }
        return bytes;
    }

    private static CifarBinary.File file(String name, byte[] bytes) {
        return new CifarBinary.File(name, () -> new ByteArrayInputStream(bytes));
    }

    private static ByteImages read(byte[]... files) {
        List<CifarBinary.File> list = Arrays.stream(files).map(bytes -> file("batch.bin", bytes)).toList();
        return CifarBinary.read("set", list, 3);
    }

    private static void refuses(byte[] bytes, String... parts) {
        assertThatThrownBy(() -> read(bytes)).isInstanceOf(DataException.class).message().contains(parts);
    }

    @Test
    void concatenatesFilesAndInterleavesColors() {
        byte[] second = records(0, 1);
        second[RECORD + 1 + 33] = (byte) 200; // record 1, red, row 1, column 1
        ByteImages images = read(records(9, 3, 5), second);
        assertThat(images.inputShape()).isEqualTo(Shape.of(32, 32, 3));
        assertThat(images.size()).isEqualTo(5);
        assertThat(images.labels()).containsExactly(9, 3, 5, 0, 1);
        assertThat(Arrays.copyOfRange(images.pixels(), 2 * 3072, 2 * 3072 + 6)).containsExactly(2, 3, 4, 2, 3, 4);
        int place = 4 * 3072 + 3 * 33;
        assertThat(Arrays.copyOfRange(images.pixels(), place, place + 3)).containsExactly(200, 2, 3);
        assertThat(images.classNames()).hasSize(10).startsWith("airplane").endsWith("truck");
    }

    @Test
    void rejectsDamagedFilesByName() {
        byte[] whole = records(1, 2);
        refuses(new byte[0], "batch.bin is empty");
        refuses(Arrays.copyOf(whole, whole.length - 1), "batch.bin is truncated", "6145 bytes");
        refuses(Arrays.copyOf(whole, whole.length + 1), "batch.bin is truncated or not CIFAR-10");
        refuses(records(1, 2, 3, 4), "batch.bin has more than the expected 3 records");
        refuses(records(1, 10), "label of record 1 is 10", "0 to 9");
        refuses(records(255), "label of record 0 is 255");
    }

    @Test
    void namesAnUnreadableFile() {
        CifarBinary.File broken =
                new CifarBinary.File(
                        "far.bin",
                        () -> {
                            throw new IOException("the line is dead");
                        });
        assertThatThrownBy(() -> CifarBinary.read("set", List.of(broken), 3))
                .isInstanceOf(DataException.class)
                .hasMessage("far.bin cannot be read: the line is dead");
    }
}
