package chainrule.op;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import chainrule.backend.Backend;
import chainrule.backend.Window;
import chainrule.backend.reference.ReferenceBackend;
import chainrule.tensor.Gradients;
import chainrule.tensor.Shape;
import chainrule.tensor.ShapeException;
import chainrule.tensor.Tape;
import chainrule.tensor.Tensor;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PoolTest {
    private final Backend backend = new ReferenceBackend();

    @BeforeEach
    void open() {
        backend.openScope("test");
    }

    @AfterEach
    void close() {
        backend.close();
    }

    @ParameterizedTest
    @CsvSource({
        "1, 4, 4, 1, 2, 2, 2, 2", // side by side
        "2, 5, 7, 3, 2, 3, 2, 3", // a remainder at the border
        "2, 5, 5, 2, 3, 3, 2, 2", // overlapping
        "1, 4, 6, 2, 3, 2, 1, 1", // overlapping, one step
        "1, 7, 7, 1, 2, 2, 3, 3", // gaps
        "3, 1, 1, 2, 1, 1, 1, 1",
        "2, 3, 4, 2, 3, 4, 1, 1", // the whole image
    })
    void gradients(int n, int h, int w, int c, int kh, int kw, int sh, int sw) {
        Window window = Window.valid(h, w, c, kh, kw, sh, sw);
        Tensor x = TestTensors.distinct(backend, "x", 1, n, h, w, c);
        TestTensors.check(backend, t -> t.run(new MaxPool(x, window)), x);
        TestTensors.check(backend, t -> t.run(new AveragePool(x, window)), x);
        TestTensors.check(backend, t -> t.run(AveragePool.global(x)), x);
    }

    @ParameterizedTest
    @CsvSource({"1, 5, 4, 2, 3, 3, 2, 2", "2, 3, 3, 1, 2, 2, 1, 1"})
    void gradientsOfPaddedWindows(int n, int h, int w, int c, int kh, int kw, int sh, int sw) {
        Window window = Window.same(h, w, c, kh, kw, sh, sw);
        Tensor x = TestTensors.distinct(backend, "x", 1, n, h, w, c);
        TestTensors.check(backend, t -> t.run(new MaxPool(x, window)), x);
        TestTensors.check(backend, t -> t.run(new AveragePool(x, window)), x);
    }

    @Test
    void computesMaximaAndMeans() {
        Tensor x = Tensor.variable(backend, "x", Shape.of(1, 2, 3, 1), 1, 5, 2, 4, 3, 6);
        Window window = Window.valid(2, 3, 1, 2, 2, 1, 1);
        Tape tape = new Tape(backend);
        assertThat(backend.download(tape.run(new MaxPool(x, window)).buffer())).containsExactly(5, 6);
        assertThat(backend.download(tape.run(new AveragePool(x, window)).buffer())).containsExactly(3.25, 4);
        Tensor mean = tape.run(AveragePool.global(x));
        assertThat(mean.shape()).isEqualTo(Shape.of(1, 1, 1, 1));
        assertThat(backend.download(mean)).containsExactly(3.5);
    }

    @Test
    void firstOfEqualMaximaGetsTheGradientAndOverlapsAdd() {
        Tensor x = Tensor.variable(backend, "x", Shape.of(1, 1, 3, 1), 7, 7, 7);
        Tape tape = new Tape(backend);
        Tensor y = tape.run(new MaxPool(x, Window.valid(1, 3, 1, 1, 2, 1, 1)));
        Gradients g = tape.backward(y, Tensor.constant(backend, "dy", y.shape(), 1, 10), (_, _) -> {});
        assertThat(backend.download(g.of(x))).containsExactly(1, 10, 0);
        Tensor z = tape.run(new AveragePool(x, Window.valid(1, 3, 1, 1, 2, 1, 1)));
        g = tape.backward(z, Tensor.constant(backend, "dz", z.shape(), 1, 10), (_, _) -> {});
        assertThat(backend.download(g.of(x))).containsExactly(0.5, 5.5, 5);
    }

    @Test
    void shapeErrors() {
        Tensor x = TestTensors.variable(backend, "x", 1, 2, 4, 4, 3);
        Tensor rows = TestTensors.variable(backend, "rows", 1, 2, 4);
        Window window = Window.valid(4, 4, 1, 2, 2, 2, 2);
        assertThatThrownBy(() -> new MaxPool(x, window))
                .isInstanceOf(ShapeException.class)
                .hasMessageContainingAll("max pool", "x [2 × 4 × 4 × 3]", "[N × 4 × 4 × 1]");
        assertThatThrownBy(() -> new AveragePool(rows, window))
                .isInstanceOf(ShapeException.class)
                .hasMessageContainingAll("average pool", "rows [2 × 4]");
        assertThatThrownBy(() -> AveragePool.global(rows))
                .isInstanceOf(ShapeException.class)
                .hasMessageContainingAll("global average pool", "rows [2 × 4]", "reshape");
    }
}
