package chainrule.cuda;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import chainrule.backend.Backend;
import chainrule.backend.Memory.Buffer;
import chainrule.backend.Scope;
import chainrule.backend.ejml.EjmlBackend;
import chainrule.backend.reference.ReferenceBackend;
import chainrule.cuda.emulator.Settings;
import chainrule.data.Batch;
import chainrule.layer.Activation;
import chainrule.layer.AveragePool2d;
import chainrule.layer.BatchNorm;
import chainrule.layer.Conv2d;
import chainrule.layer.Dense;
import chainrule.layer.Dropout;
import chainrule.layer.Flatten;
import chainrule.layer.MaxPool2d;
import chainrule.layer.Sequential;
import chainrule.loss.Loss;
import chainrule.optimizer.Adam;
import chainrule.tensor.Parameter;
import chainrule.tensor.Shape;
import chainrule.train.Trainer;

import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/** Whole training steps: near the reference, the same bits in every order, and without a fault under the checker. */
class CudaTrainingTest {
    private static final Shape IMAGE = Shape.of(9, 8, 3);
    private static final int IMAGES = 7;
    private static final int CLASSES = 10;
    private static final int STEPS = 20;

    @BeforeAll
    static void needsTheEmulatedDevice() {
        Emulated.require();
    }

    /** The losses of all steps, then all parameters. */
    private static List<Double> train(Backend backend, int steps) {
        List<Double> figures = new ArrayList<>();
        try (Scope _ = backend.openScope("test")) {
            Sequential net =
                    Sequential.build(
                            backend,
                            3,
                            IMAGE,
                            Conv2d.same(5, 3),
                            new BatchNorm(),
                            Activation.named("gelu"),
                            MaxPool2d.of(2),
                            Conv2d.same(8, 3),
                            Activation.named("relu"),
                            AveragePool2d.of(3, 1),
                            new Flatten(),
                            new Dense(33),
                            Activation.named("tanh"),
                            new Dropout(0.2),
                            new Dense(CLASSES));
            Trainer trainer = new Trainer(net, Loss.SOFTMAX_CROSS_ENTROPY, Adam.withDecay(0.003, 0.01)).seed(5);
            for (int step = 0; step < steps; step++) {
                figures.add(trainer.step(batch(step % 3)).loss());
            }
            for (Parameter parameter : net.parameters()) {
                for (double figure : backend.download(parameter.buffer())) {
                    figures.add(figure);
                }
            }
        }
        return figures;
    }

    private static Batch batch(int seed) {
        SplittableRandom random = new SplittableRandom(seed);
        float[] inputs = new float[IMAGES * IMAGE.elements()];
        float[] targets = new float[IMAGES * CLASSES];
        for (int i = 0; i < inputs.length; i++) {
            inputs[i] = (float) random.nextDouble(-1, 1);
        }
        for (int i = 0; i < IMAGES; i++) {
            targets[i * CLASSES + random.nextInt(CLASSES)] = 1;
        }
        return new Batch(IMAGES, IMAGE, inputs, CLASSES, targets);
    }

    private static List<Double> train(Settings settings, boolean cublas, int steps) {
        try (CudaBackend backend = Emulated.backend(settings, cublas)) {
            return train(backend, steps);
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void agreesWithTheReferenceAndGivesTheSameBitsInEveryOrder(boolean cublas) {
        List<Double> expected;
        try (ReferenceBackend reference = new ReferenceBackend()) {
            expected = train(reference, STEPS);
        }
        Settings standard = Settings.standard();
        List<Double> actual = train(standard, cublas, STEPS);
        for (int step = 0; step < STEPS; step++) {
            assertThat(actual.get(step)).as("loss of step %d", step + 1).isCloseTo(expected.get(step), within(1e-4));
        }
        assertThat(actual.get(STEPS - 1)).as("it learns").isLessThan(0.8 * actual.getFirst());
        assertThat(train(standard, cublas, STEPS)).as("again").isEqualTo(actual);
        assertThat(train(standard.withThreads(1), cublas, STEPS)).as("one CPU thread").isEqualTo(actual);
        for (Settings.Order order : List.of(Settings.Order.REVERSE, Settings.Order.RANDOM)) {
            assertThat(train(standard.withOrder(order), cublas, STEPS)).as("%s", order).isEqualTo(actual);
            Settings lazy = standard.withOrder(order).withLazy(true);
            assertThat(train(lazy, cublas, STEPS)).as("lazily, %s", order).isEqualTo(actual);
        }
    }

    @Test
    void hasNoFaultUnderTheChecker() {
        Settings checked = Settings.standard().withCheck(true);
        try {
            List<Double> actual = train(checked, false, 2);
            assertThat(Emulated.device().report()).isEmpty();
            assertThat(actual).isEqualTo(train(Settings.standard(), false, 2));
        } finally {
            Emulated.device().configure(Settings.standard());
        }
    }

    /** A run that moves from CPU to GPU keeps its masks. */
    @ParameterizedTest
    @ValueSource(ints = {1, 3, 4, 1001, 4096})
    void dropoutMasksHaveTheBitsOfTheCpu(int length) {
        try (Backend cpu = new EjmlBackend(2);
                Backend gpu = Emulated.backend(Settings.standard().withOrder(Settings.Order.RANDOM), false);
                Scope _ = cpu.openScope("cpu");
                Scope _ = gpu.openScope("gpu")) {
            for (double rate : new double[] {0, 0.1, 0.5, 0.9}) {
                long key = 0x9E37_79B9_7F4A_7C15L * length;
                assertThat(mask(gpu, key, rate, length)).containsExactly(mask(cpu, key, rate, length));
            }
        }
    }

    private static double[] mask(Backend backend, long key, double rate, int length) {
        Buffer mask = backend.allocate(length, "mask");
        backend.dropoutMask(key, rate, mask);
        return backend.download(mask);
    }
}
