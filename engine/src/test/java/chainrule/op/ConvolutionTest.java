package chainrule.op;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

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

class ConvolutionTest {
    private final Backend backend = new ReferenceBackend();

    @BeforeEach
    void open() {
        backend.openScope("test");
    }

    @AfterEach
    void close() {
        backend.close();
    }

    private static Window window(String padding, int h, int w, int c, int kh, int kw, int sh, int sw) {
        return padding.equals("same") ? Window.same(h, w, c, kh, kw, sh, sw) : Window.valid(h, w, c, kh, kw, sh, sw);
    }

    @ParameterizedTest
    @CsvSource({
        "same,  1, 5, 4, 2, 3, 3, 1, 1, 2",
        "valid, 2, 5, 4, 2, 3, 2, 1, 1, 3",
        "same,  2, 5, 7, 1, 3, 3, 2, 2, 2",
        "valid, 1, 7, 6, 3, 2, 3, 3, 2, 1",
        "same,  1, 3, 3, 2, 5, 5, 1, 1, 1",
        "same,  3, 1, 1, 2, 3, 3, 1, 1, 2",
        "valid, 2, 4, 3, 2, 1, 1, 1, 1, 3",
        "same,  1, 6, 5, 1, 2, 4, 1, 3, 2",
        "valid, 2, 6, 6, 1, 2, 2, 3, 3, 2",
    })
    void gradients(String padding, int n, int h, int w, int c, int kh, int kw, int sh, int sw, int filters) {
        Window window = window(padding, h, w, c, kh, kw, sh, sw);
        Tensor x = TestTensors.variable(backend, "x", 1, n, h, w, c);
        Tensor weight = TestTensors.variable(backend, "weight", 2, kh, kw, c, filters);
        Tensor bias = TestTensors.variable(backend, "bias", 3, filters);
        TestTensors.check(backend, t -> t.run(new Convolution(x, weight, bias, window)), x, weight, bias);
        TestTensors.check(backend, t -> t.run(new Convolution(x, weight, null, window)), x, weight);
    }

    @ParameterizedTest
    @CsvSource({
        "same, 2, 5, 4, 2, 3, 2, 2, 1, 3",
        "same, 1, 4, 5, 1, 2, 3, 1, 1, 2", // padded on the left
        "valid, 2, 5, 4, 2, 3, 2, 1, 2, 3",
    })
    void valueIsTheSumOverTheWindow(
            String padding, int n, int h, int w, int c, int kh, int kw, int sh, int sw, int filters) {
        Window window = window(padding, h, w, c, kh, kw, sh, sw);
        Tensor x = TestTensors.variable(backend, "x", 1, n, h, w, c);
        Tensor weight = TestTensors.variable(backend, "weight", 2, kh, kw, c, filters);
        Tensor bias = TestTensors.variable(backend, "bias", 3, filters);
        Tensor y = new Tape(backend).run(new Convolution(x, weight, bias, window));
        assertThat(y.shape()).isEqualTo(Shape.of(n, window.outHeight(), window.outWidth(), filters));
        double[] xs = backend.download(x);
        double[] ws = backend.download(weight);
        double[] bs = backend.download(bias);
        double[] ys = backend.download(y);
        int at = 0;
        for (int image = 0; image < n; image++) {
            for (int i = 0; i < window.outHeight(); i++) {
                for (int j = 0; j < window.outWidth(); j++) {
                    for (int f = 0; f < filters; f++) {
                        double sum = bs[f];
                        for (int p = 0; p < kh * kw * c; p++) {
                            int row = i * sh - window.padTop() + p / (kw * c);
                            int col = j * sw - window.padLeft() + p / c % kw;
                            if (row >= 0 && row < h && col >= 0 && col < w) {
                                sum += xs[((image * h + row) * w + col) * c + p % c] * ws[p * filters + f];
                            }
                        }
                        assertThat(ys[at++]).isCloseTo(sum, within(1e-12));
                    }
                }
            }
        }
    }

    @Test
    void computesNoGradientForConstantOperands() {
        Window window = Window.same(3, 3, 1, 3, 3, 1, 1);
        Tensor x = TestTensors.variable(backend, "x", 1, 1, 3, 3, 1);
        Tensor weight = Tensor.constant(backend, "weight", Shape.of(3, 3, 1, 2), TestTensors.normal(2, 18));
        Tape tape = new Tape(backend);
        Tensor y = tape.run(new Convolution(x, weight, null, window));
        Gradients gradients = tape.backward(y, Tensor.constant(backend, "dy", y.shape(), new double[18]), (_, _) -> {});
        assertThat(gradients.of(x).shape()).isEqualTo(x.shape());
        assertThatThrownBy(() -> gradients.of(weight)).hasMessageContaining("weight [3 × 3 × 1 × 2]");
        TestTensors.check(backend, t -> t.run(new Convolution(x, weight, null, window)), x);
    }

    @Test
    void rejectsShapesThatDoNotFit() {
        Window window = Window.same(3, 3, 2, 3, 3, 1, 1);
        Tensor x = TestTensors.variable(backend, "x", 1, 1, 3, 3, 2);
        Tensor flat = TestTensors.variable(backend, "flat", 1, 1, 18);
        Tensor weight = TestTensors.variable(backend, "weight", 2, 3, 3, 2, 4);
        Tensor other = TestTensors.variable(backend, "other", 2, 3, 3, 1, 4);
        Tensor bias = TestTensors.variable(backend, "bias", 2, 3);
        assertThatThrownBy(() -> new Convolution(flat, weight, null, window))
                .isInstanceOf(ShapeException.class)
                .hasMessageContainingAll("convolution", "flat [1 × 18]", "[N × 3 × 3 × 2]", "reshape");
        assertThatThrownBy(() -> new Convolution(x, other, null, window))
                .isInstanceOf(ShapeException.class)
                .hasMessageContainingAll("x [1 × 3 × 3 × 2]", "other [3 × 3 × 1 × 4]", "[3 × 3 × 2 × …]");
        assertThatThrownBy(() -> new Convolution(x, weight, bias, window))
                .isInstanceOf(ShapeException.class)
                .hasMessageContainingAll("bias [3]", "weight [3 × 3 × 2 × 4]");
    }
}
