package chainrule.initializer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import chainrule.backend.Backend;
import chainrule.backend.reference.ReferenceBackend;
import chainrule.data.ByteImages;
import chainrule.data.Dataset;
import chainrule.layer.Conv2d;
import chainrule.layer.Sequential;
import chainrule.op.TestTensors;
import chainrule.tensor.RandomStream;
import chainrule.tensor.Shape;
import chainrule.tensor.ShapeException;
import chainrule.tensor.Tape;
import chainrule.tensor.Tensor;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.util.List;

/** {@link Dirac} and {@link Whitening}. */
class ImageInitializersTest {
    private static final RandomStream RANDOM = RandomStream.of(7, "weights");
    private static final int COUNT = 12;
    private static final Shape SHAPE = Shape.of(6, 5, 2);

    /** Neighboring pixels and the two channels of a pixel are similar, as in photos. */
    private static final ByteImages IMAGES = images();

    private static ByteImages images() {
        byte[] pixels = new byte[COUNT * SHAPE.elements()];
        double level = 100;
        for (int i = 0; i < pixels.length; i++) {
            level = Math.clamp(level + 30 * RANDOM.gaussian(i), 0, 255);
            pixels[i] = (byte) level;
        }
        return new ByteImages("noise", SHAPE, pixels, new byte[COUNT], List.of("a", "b", "c"));
    }

    private static Whitening whitening(int kernel, double epsilon) {
        return Whitening.of(SHAPE, IMAGES.inputs(), kernel, epsilon);
    }

    private static Tensor inputs(Backend backend, Dataset data) {
        float[] values = new float[data.size() * data.inputShape().elements()];
        for (int i = 0; i < data.size(); i++) {
            data.input(i, values, i * data.inputShape().elements());
        }
        Tensor x = Tensor.constant("x", data.inputShape().batch(data.size()), backend.allocate(values.length, "x"));
        backend.upload(values, 0, x.buffer());
        return x;
    }

    @ParameterizedTest
    @CsvSource({"4, 4", "3, 5", "5, 3"})
    void diracPassesChannelsThrough(int channels, int filters) {
        try (Backend backend = new ReferenceBackend()) {
            backend.openScope("test");
            Conv2d layer =
                    Conv2d.same(filters, 3).withoutBias().withInitializer(new Dirac(VarianceScaling.fanInUniform()));
            Sequential net = Sequential.build(backend, 1, Shape.of(4, 6, channels), layer);
            Tensor x = TestTensors.variable(backend, "x", 2, 2, 4, 6, channels);
            double[] from = backend.download(x.buffer());
            double[] y = backend.download(net.forward(new Tape(backend), x).buffer());
            for (int pixel = 0; pixel < 2 * 4 * 6; pixel++) {
                for (int c = 0; c < Math.min(channels, filters); c++) {
                    assertThat(y[pixel * filters + c]).isEqualTo(from[pixel * channels + c]);
                }
            }
        }
    }

    @Test
    void diracLeavesTheRemainingFiltersUnchanged() {
        Initializer others = VarianceScaling.fanInUniform();
        Shape shape = Shape.of(3, 3, 2, 5);
        double[] dirac = new Dirac(others).values(shape, RANDOM);
        double[] plain = others.values(shape, RANDOM);
        for (int i = 0; i < dirac.length; i++) {
            if (i % 5 >= 2) {
                assertThat(dirac[i]).isEqualTo(plain[i]).isNotZero();
            } else {
                assertThat(dirac[i]).isIn(0.0, 1.0);
            }
        }
        assertThatThrownBy(() -> new Dirac(others).values(Shape.of(4, 4), RANDOM))
                .isInstanceOf(ShapeException.class)
                .hasMessageContaining("convolution weights", "[4 × 4]");
    }

    /** The mean of y·yᵀ over all patches is diagonal, with λ/(λ + ε) on it; a filter's length is 1/√(λ + ε). */
    @ParameterizedTest
    @ValueSource(doubles = {1e-12, 0.05, 3})
    void whitenedPatchesAreUncorrelatedWithTheDocumentedPower(double epsilon) {
        try (Backend backend = new ReferenceBackend()) {
            backend.openScope("test");
            Whitening whitening = whitening(2, epsilon);
            double[] filters = whitening.values(Shape.of(2, 2, 2, 16), RANDOM);
            Sequential net =
                    Sequential.build(backend, 1, IMAGES.inputShape(), Conv2d.valid(16, 2).withInitializer(whitening));
            double[] y = backend.download(net.forward(new Tape(backend), inputs(backend, IMAGES)).buffer());
            int patches = COUNT * 5 * 4;
            for (int a = 0; a < 8; a++) {
                for (int b = 0; b < 8; b++) {
                    double product = 0;
                    for (int p = 0; p < patches; p++) {
                        product += y[16 * p + a] * y[16 * p + b] / patches;
                    }
                    double power = 1 - epsilon * Math.pow(length(filters, a), 2);
                    assertThat(product).as("%d, %d", a, b).isEqualTo(a == b ? power : 0, within(1e-8));
                }
            }
            for (int i = 0; i < y.length; i++) {
                assertThat(y[i]).isEqualTo(-y[i % 16 < 8 ? i + 8 : i - 8], within(1e-12));
            }
        }
    }

    @Test
    void strongestDirectionComesFirstAndEpsilonLimitsTheWeakest() {
        double[] sharp = whitening(2, 1e-12).values(Shape.of(2, 2, 2, 16), RANDOM);
        double[] limited = whitening(2, 1).values(Shape.of(2, 2, 2, 16), RANDOM);
        double before = 0;
        for (int f = 0; f < 8; f++) {
            double length = length(sharp, f);
            assertThat(length).as("1/√λ of filter %d", f).isGreaterThan(before);
            assertThat(length(limited, f)).isEqualTo(1 / Math.sqrt(1 / (length * length) + 1), within(1e-6));
            before = length;
        }
    }

    private static double length(double[] filters, int f) {
        double square = 0;
        for (int tap = 0; tap < 8; tap++) {
            square += filters[16 * tap + f] * filters[16 * tap + f];
        }
        return Math.sqrt(square);
    }

    @Test
    void rejectsInputsThatDoNotFit() {
        Whitening whitening = whitening(2, 1e-3);
        assertThat(whitening.name()).isEqualTo("whitening");
        assertThatThrownBy(() -> whitening.values(Shape.of(3, 3, 2, 16), RANDOM))
                .isInstanceOf(ShapeException.class)
                .hasMessage("whitening: the filters are [2 × 2 × 2 × 16], the layer's weights [3 × 3 × 2 × 16]");
        assertThatThrownBy(() -> whitening(6, 1e-3))
                .isInstanceOf(ShapeException.class)
                .hasMessageContaining("patches of 6×6 pixels do not fit into inputs [6 × 5 × 2]");
        assertThatThrownBy(() -> Whitening.of(Shape.of(60), IMAGES.inputs(), 2, 1e-3))
                .isInstanceOf(ShapeException.class);
        assertThatThrownBy(() -> Whitening.of(Shape.of(6, 5, 3), IMAGES.inputs(), 2, 1e-3))
                .isInstanceOf(ShapeException.class)
                .hasMessage("whitening: an image has 60 values, expected [6 × 5 × 3]");
        assertThatThrownBy(() -> Whitening.of(SHAPE, List.of(), 2, 1e-3))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("whitening: there are no images");
        assertThatThrownBy(() -> whitening(2, 0)).hasMessageContaining("epsilon 0.0");
    }
}
