package chainrule.simd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import chainrule.backend.Backend;
import chainrule.backend.Buffer;
import chainrule.backend.Elementwise;
import chainrule.backend.Scope;
import chainrule.backend.Target;
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
import chainrule.op.Map;
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

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** Gradients that are written over dy have the bits of those that are not. */
class InPlaceGradientTest {
    private static final int ROWS = 131;

    private static Buffer random(Backend k, int length, int seed) {
        Random random = new Random(seed);
        Buffer buffer = k.allocate(length, "random");
        k.upload(random.doubles(length, -1, 1).toArray(), buffer);
        return buffer;
    }

    /** A primitive, with dy and where its result goes. */
    private interface Primitive {
        void run(Backend k, Buffer dy, Target dx);
    }

    private static void sameBits(int length, Primitive primitive) {
        try (Backend k = new SimdBackend(2);
                Scope _ = k.openScope("test")) {
            assertThat(k.inPlaceGradients()).isTrue();
            Buffer apart = k.allocate(length, "dx");
            primitive.run(k, random(k, length, 1), Target.set(apart));
            Buffer dy = random(k, length, 1);
            primitive.run(k, dy, Target.set(dy));
            assertThat(k.download(dy)).isEqualTo(k.download(apart));
        }
    }

    @ParameterizedTest
    @EnumSource
    void ofAMap(Elementwise f) {
        int n = 7 * ROWS;
        sameBits(n, (k, dy, dx) -> k.mapGradient(f, 0.1, random(k, n, 2), random(k, n, 3), dy, dx));
    }

    @Test
    void ofAProduct() {
        int n = 7 * ROWS;
        sameBits(n, (k, dy, dx) -> k.multiply(dy, random(k, n, 2), false, dx.buffer()));
    }

    @ParameterizedTest
    @ValueSource(ints = {7, 16, 32, 48})
    void ofBatchNormalisation(int cols) {
        for (boolean ofBatch : new boolean[] {true, false}) {
            sameBits(ROWS * cols, (k, dy, dx) -> normalization(k, ofBatch, cols, dy, dx));
        }
    }

    private static void normalization(Backend k, boolean ofBatch, int cols, Buffer dy, Target dx) {
        Buffer x = random(k, ROWS * cols, 2);
        Buffer mean = random(k, cols, 3);
        Buffer variance = k.allocate(cols, "variance");
        k.fill(variance, 0.7);
        Buffer gamma = random(k, cols, 4);
        if (ofBatch) {
            k.batchNormGradient(ROWS, cols, x, mean, variance, 1e-5, gamma, dy, dx, null, null);
        } else {
            k.normalizeGradient(ROWS, cols, x, mean, variance, 1e-5, gamma, dy, dx, null, null);
        }
    }

    @Test
    void ofAWholeNet() {
        assertThat(trained(true)).isDeepEqualTo(trained(false));
    }

    /** What a backward pass begins with stays the caller's, and a second contribution is added to the first. */
    @Test
    void ofATensorUsedTwice() {
        try (Backend k = new SimdBackend(1);
                Scope _ = k.openScope("test")) {
            Tensor x = Tensor.variable(k, "x", Shape.of(3), 1, -1, 2);
            Tape tape = new Tape(k);
            Tensor inner = tape.run(new Map(Elementwise.LEAKY_RELU, 0.5, x));
            Tensor once = tape.run(new Map(Elementwise.RELU, 0, inner));
            Tensor again = tape.run(new Map(Elementwise.IDENTITY, 0, inner));
            Tensor sum = tape.run(new Add(once, again));
            Tensor y = tape.run(new Map(Elementwise.IDENTITY, 0, sum));
            Tensor dy = Tensor.constant(k, "dy", Shape.of(3), 10, 20, 30);
            Gradients gradients = tape.backward(y, dy, (_, _) -> {});
            assertThat(k.download(gradients.of(x).buffer())).containsExactly(20, 10, 60);
            assertThat(k.download(dy.buffer())).containsExactly(10, 20, 30);
            assertThatThrownBy(() -> gradients.of(inner)).hasMessageContaining("passed on and recycled");
        }
    }

    private static double[][] trained(boolean inPlace) {
        try (Backend k = inPlace ? new SimdBackend(2) : apart(new SimdBackend(2))) {
            Sequential net =
                    Sequential.build(
                            k,
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
                weights.add(k.download(p.buffer()));
                p.buffer().close();
            }
            return weights.toArray(double[][]::new);
        }
    }

    /** The backend, denying that it can work in place. */
    private static Backend apart(Backend k) {
        return (Backend)
                Proxy.newProxyInstance(
                        Backend.class.getClassLoader(),
                        new Class<?>[] {Backend.class},
                        (_, method, arguments) -> {
                            if (method.getName().equals("inPlaceGradients")) {
                                return false;
                            }
                            try {
                                return method.invoke(k, arguments);
                            } catch (InvocationTargetException e) {
                                throw e.getCause();
                            }
                        });
    }
}
