package chainrule.backend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import chainrule.backend.Memory.Buffer;
import chainrule.backend.reference.ReferenceBackend;
import chainrule.tensor.Shape;
import chainrule.tensor.Tensor;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Matrices, images and tensors as views of a buffer. */
class MatrixTest {
    private final Backend backend = new ReferenceBackend();

    @BeforeEach
    void open() {
        backend.openScope("test");
    }

    @AfterEach
    void close() {
        backend.close();
    }

    private static void assertSizes(Matrix m, int rows, int cols) {
        assertThat(m.rows()).isEqualTo(rows);
        assertThat(m.cols()).isEqualTo(cols);
        assertThat(m.elements()).isEqualTo(rows * cols);
    }

    @Test
    void bufferIsASingleRow() {
        assertSizes(backend.allocate(6, "x"), 1, 6);
    }

    @Test
    void matrixRejectsABufferOfAnotherLength() {
        Buffer x = backend.allocate(6, "x");
        assertSizes(Matrix.of(x, 3, 2), 3, 2);
        assertThatThrownBy(() -> Matrix.of(x, 2, 2))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("'x' (6 elements) is not a 2 × 2 matrix");
        assertThatThrownBy(() -> Matrix.of(backend.allocate(0, "wrapped"), 65_536, 65_536))
                .as("65,536² is 0 as an int")
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void transposeSwapsRowsAndColumnsOfTheSameElements() {
        Matrix x = BackendContract.matrix(backend, 2, 1, 2, 3, 4, 5, 6);
        Matrix t = x.T();
        assertSizes(t, 3, 2);
        assertThat(t.transposed()).isTrue();
        assertThat(t.buffer()).isSameAs(x.buffer());
        assertSizes(t.T(), 2, 3);
        assertThat(t.T().transposed()).isFalse();
    }

    @Test
    void onlySumsAccumulate() {
        Matrix x = BackendContract.matrix(backend, 2, 1, 2, 3, 4, 5, 6);
        assertThat(x.accumulate()).isFalse();
        assertThat(x.sum().accumulate()).isTrue();
        assertThat(x.sum().buffer()).isSameAs(x.buffer());
        assertSizes(x.sum(), 2, 3);
    }

    @Test
    void imagesHaveOneRowPerPixelAndOneColumnPerChannel() {
        Buffer x = backend.allocate(2 * 3 * 4 * 5, "x");
        assertSizes(new Images(x, 2, 3, 4, 5), 24, 5);
        assertThatThrownBy(() -> new Images(x, 2, 3, 4, 4))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("'x' (120 elements) does not hold images [2 × 3 × 4 × 4]");
    }

    @Test
    void tensorHasItsLastAxisAsColumns() {
        Tensor x = Tensor.constant("x", Shape.of(2, 3, 4, 5), backend.allocate(120, "x"));
        assertSizes(x, 24, 5);
        assertThat(x.images()).usingRecursiveComparison().isEqualTo(new Images(x.buffer(), 2, 3, 4, 5));
        assertThat(x.images()).hasToString("'x' (120 elements) as images [2 × 3 × 4 × 5]");
        assertSizes(Tensor.constant("loss", Shape.of(), backend.allocate(1, "loss")), 1, 1);
        assertSizes(Tensor.constant("bias", Shape.of(7), backend.allocate(7, "bias")), 1, 7);
    }
}
