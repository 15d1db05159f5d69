package chainrule.simd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import chainrule.backend.Backend;
import chainrule.backend.Elementwise;
import chainrule.backend.Matrix;
import chainrule.backend.Memory.Buffer;
import chainrule.backend.Moments;
import chainrule.backend.Scope;
import chainrule.data.Batch;
import chainrule.layer.Activation;
import chainrule.layer.BatchNorm;
import chainrule.layer.Conv2d;
import chainrule.layer.Dense;
import chainrule.layer.Dropout;
import chainrule.layer.Flatten;
import chainrule.layer.Sequential;
import chainrule.loss.Loss;
import chainrule.op.Add;
import chainrule.op.Apply;
import chainrule.optimizer.Sgd;
import chainrule.tensor.Gradients;
import chainrule.tensor.Parameter;
import chainrule.tensor.Shape;
import chainrule.tensor.Tape;
import chainrule.tensor.Tensor;
import chainrule.train.Trainer;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** Gradients that overwrite dy have the same bits as gradients in separate storage. */
class InPlaceGradientTest {
    private static final int ROWS = 131;

    private static Matrix random(Backend backend, int rows, int cols, int seed) {
        Random random = new Random(seed);
        Buffer buffer = backend.allocate(rows * cols, "random");
        backend.upload(random.doubles(rows * cols, -1, 1).toArray(), buffer);
        return Matrix.of(buffer, rows, cols);
    }

    /** A result that may take the storage of dy, like a result in the gradient store. */
    private static final class Result extends Matrix {
        private final Backend backend;
        private final Matrix dy;
        private Buffer buffer;
        private boolean replaced;

        Result(Backend backend, Matrix dy) {
            super(dy.rows(), dy.cols());
            this.backend = backend;
            this.dy = dy;
        }

        @Override
        public Buffer buffer() {
            if (buffer == null) {
                buffer = backend.allocate(dy.elements(), "dx");
            }
            return buffer;
        }

        @Override
        public void replace(Matrix operand) {
            assertThat(operand).isSameAs(dy);
            buffer = dy.buffer();
            replaced = true;
        }
    }

    /** A primitive that computes dx from dy. */
    private interface Primitive {
        void run(Backend backend, Matrix dy, Matrix dx);
    }

    private static void assertSameBitsInPlace(int cols, Primitive primitive) {
        double[][] results = new double[2][];
        for (boolean inPlace : new boolean[] {false, true}) {
            try (Backend backend = new SimdBackend(2, inPlace);
                    Scope _ = backend.openScope("test")) {
                Matrix dy = random(backend, ROWS, cols, 1);
                Result dx = new Result(backend, dy);
                primitive.run(backend, dy, dx);
                assertThat(dx.replaced).isEqualTo(inPlace);
                results[inPlace ? 1 : 0] = backend.download(dx);
            }
        }
        assertThat(results[1]).isEqualTo(results[0]);
    }

    @ParameterizedTest
    @EnumSource
    void mapGradientHasTheSameBitsInPlace(Elementwise f) {
        assertSameBitsInPlace(
                7,
                (backend, dy, dx) ->
                        backend.mapGradient(f, 0.1, random(backend, ROWS, 7, 2), random(backend, ROWS, 7, 3), dy, dx));
    }

    @Test
    void multiplyHasTheSameBitsInPlace() {
        assertSameBitsInPlace(7, (backend, dy, dx) -> backend.multiply(dy, random(backend, ROWS, 7, 2), dx));
    }

    @ParameterizedTest
    @ValueSource(ints = {7, 16, 32, 48})
    void batchNormalizationHasTheSameBitsInPlace(int cols) {
        assertSameBitsInPlace(
                cols,
                (backend, dy, dx) ->
                        backend.batchNormGradient(
                                random(backend, ROWS, cols, 2),
                                moments(backend, cols),
                                random(backend, 1, cols, 4),
                                dy,
                                dx,
                                null,
                                null));
        assertSameBitsInPlace(
                cols,
                (backend, dy, dx) ->
                        backend.normalizeGradient(
                                random(backend, ROWS, cols, 2),
                                moments(backend, cols),
                                random(backend, 1, cols, 4),
                                dy,
                                dx,
                                null,
                                null));
    }

    private static Moments moments(Backend backend, int cols) {
        Buffer variance = backend.allocate(cols, "variance");
        backend.fill(variance, 0.7);
        return new Moments(random(backend, 1, cols, 3), variance, 1e-5);
    }

    @Test
    void trainsAWholeNetToTheSameBits() {
        assertThat(trained(true)).isDeepEqualTo(trained(false));
    }

    /**
     * The backward pass does not overwrite the caller's initial gradient, and adds a second contribution to the first.
     */
    @Test
    void addsContributionsToATensorUsedTwice() {
        try (Backend backend = new SimdBackend(1);
                Scope _ = backend.openScope("test")) {
            Tensor x = Tensor.variable(backend, "x", Shape.of(3), 1, -1, 2);
            Tape tape = new Tape(backend);
            Tensor inner = tape.run(new Apply(Elementwise.LEAKY_RELU, 0.5, x));
            Tensor once = tape.run(new Apply(Elementwise.RELU, 0, inner));
            Tensor again = tape.run(new Apply(Elementwise.IDENTITY, 0, inner));
            Tensor sum = tape.run(new Add(once, again));
            Tensor y = tape.run(new Apply(Elementwise.IDENTITY, 0, sum));
            Tensor dy = Tensor.constant(backend, "dy", Shape.of(3), 10, 20, 30);
            Gradients gradients = tape.backward(y, dy, (_, _) -> {});
            assertThat(backend.download(gradients.of(x).buffer())).containsExactly(20, 10, 60);
            assertThat(backend.download(dy.buffer())).containsExactly(10, 20, 30);
            assertThatThrownBy(() -> gradients.of(inner)).hasMessageContaining("passed on and recycled");
        }
    }

    private static double[][] trained(boolean inPlace) {
        try (Backend backend = new SimdBackend(2, inPlace)) {
            Sequential net =
                    Sequential.build(
                            backend,
                            5,
                            Shape.of(6, 6, 2),
                            List.of(
                                    Conv2d.same(16, 3),
                                    new Activation(Elementwise.RELU),
                                    new BatchNorm(),
                                    new Dropout(0.3),
                                    new Activation(Elementwise.GELU),
                                    new Flatten(),
                                    new Dense(3)));
            Trainer trainer = new Trainer(net, Loss.SOFTMAX_CROSS_ENTROPY, new Sgd(0.1));
            Random random = new Random(9);
            float[] inputs = new float[4 * 72];
            for (int i = 0; i < inputs.length; i++) {
                inputs[i] = random.nextFloat();
            }
            float[] targets = {1, 0, 0, 0, 1, 0, 0, 0, 1, 1, 0, 0};
            for (int step = 0; step < 5; step++) {
                trainer.step(new Batch(4, Shape.of(6, 6, 2), inputs, 3, targets));
            }
            List<double[]> weights = new ArrayList<>();
            for (Parameter p : net.parameters()) {
                weights.add(backend.download(p.buffer()));
                p.buffer().close();
            }
            return weights.toArray(double[][]::new);
        }
    }
}
