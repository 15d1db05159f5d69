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
    private final Backend k = new ReferenceBackend();

    @BeforeEach
    void open() {
        k.openScope("test");
    }

    @AfterEach
    void close() {
        k.close();
    }

    @ParameterizedTest
    @CsvSource({
        "1, 4, 4, 1, 2, 2, 2, 2", // side by side
        "2, 5, 7, 3, 2, 3, 2, 3", // a rest at the border
        "2, 5, 5, 2, 3, 3, 2, 2", // overlapping
        "1, 4, 6, 2, 3, 2, 1, 1", // overlapping, one step
        "1, 7, 7, 1, 2, 2, 3, 3", // gaps
        "3, 1, 1, 2, 1, 1, 1, 1",
        "2, 3, 4, 2, 3, 4, 1, 1", // the whole image
    })
    void gradients(int n, int h, int w, int c, int kh, int kw, int sh, int sw) {
        Window window = Window.valid(h, w, c, kh, kw, sh, sw);
        Tensor x = TestTensors.distinct(k, "x", 1, n, h, w, c);
        TestTensors.check(k, t -> t.run(new MaxPool(x, window)), x);
        TestTensors.check(k, t -> t.run(new AveragePool(x, window)), x);
        TestTensors.check(k, t -> t.run(AveragePool.global(x)), x);
    }

    @ParameterizedTest
    @CsvSource({"1, 5, 4, 2, 3, 3, 2, 2", "2, 3, 3, 1, 2, 2, 1, 1"})
    void gradientsOfPaddedWindows(int n, int h, int w, int c, int kh, int kw, int sh, int sw) {
        Window window = Window.same(h, w, c, kh, kw, sh, sw);
        Tensor x = TestTensors.distinct(k, "x", 1, n, h, w, c);
        TestTensors.check(k, t -> t.run(new MaxPool(x, window)), x);
        TestTensors.check(k, t -> t.run(new AveragePool(x, window)), x);
    }

    @Test
    void maximaAndMeansByHand() {
        Tensor x = Tensor.variable(k, "x", Shape.of(1, 2, 3, 1), 1, 5, 2, 4, 3, 6);
        Window window = Window.valid(2, 3, 1, 2, 2, 1, 1);
        Tape tape = new Tape(k);
        assertThat(k.download(tape.run(new MaxPool(x, window)).buffer())).containsExactly(5, 6);
        assertThat(k.download(tape.run(new AveragePool(x, window)).buffer())).containsExactly(3.25, 4);
        Tensor mean = tape.run(AveragePool.global(x));
        assertThat(mean.shape()).isEqualTo(Shape.of(1, 1, 1, 1));
        assertThat(k.download(mean.buffer())).containsExactly(3.5);
    }

    @Test
    void theFirstOfEqualMaximaGetsTheGradientAndOverlapsAddUp() {
        Tensor x = Tensor.variable(k, "x", Shape.of(1, 1, 3, 1), 7, 7, 7);
        Tape tape = new Tape(k);
        Tensor y = tape.run(new MaxPool(x, Window.valid(1, 3, 1, 1, 2, 1, 1)));
        Gradients g = tape.backward(y, Tensor.constant(k, "dy", y.shape(), 1, 10), (_, _) -> {});
        assertThat(k.download(g.of(x).buffer())).containsExactly(1, 10, 0);
        Tensor z = tape.run(new AveragePool(x, Window.valid(1, 3, 1, 1, 2, 1, 1)));
        g = tape.backward(z, Tensor.constant(k, "dz", z.shape(), 1, 10), (_, _) -> {});
        assertThat(k.download(g.of(x).buffer())).containsExactly(0.5, 5.5, 5);
    }

    @Test
    void shapeErrors() {
        Tensor x = TestTensors.variable(k, "x", 1, 2, 4, 4, 3);
        Tensor rows = TestTensors.variable(k, "rows", 1, 2, 4);
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
