package chainrule.layer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import chainrule.backend.Backend;
import chainrule.backend.ejml.EjmlBackend;
import chainrule.backend.reference.ReferenceBackend;
import chainrule.loss.SoftmaxCrossEntropy;
import chainrule.op.TestTensors;
import chainrule.tensor.Gradients;
import chainrule.tensor.Parameter;
import chainrule.tensor.RandomStream;
import chainrule.tensor.Shape;
import chainrule.tensor.Tape;
import chainrule.tensor.Tensor;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import java.util.ArrayList;
import java.util.List;

/** All layers together, in training mode, on both backends of the engine. */
class ConvolutionalNetTest {
    private static final RandomStream STEP = RandomStream.of(11, "step");
    private static final Shape IMAGE = Shape.of(9, 8, 2);
    private final Backend backend = new ReferenceBackend();

    @BeforeEach
    void open() {
        backend.openScope("test");
    }

    @AfterEach
    void close() {
        backend.close();
    }

    private static Sequential net(Backend backend) {
        return Sequential.build(
                backend,
                5,
                IMAGE,
                Conv2d.same(3, 3).withoutBias(),
                new BatchNorm(),
                Activation.named("tanh"),
                MaxPool2d.of(3, 2),
                Conv2d.valid(4, 2),
                Activation.named("lecun"),
                AveragePool2d.of(2, 1),
                new Dropout(0.3),
                new Flatten(),
                new Dense(5),
                new BatchNorm(),
                new Dense(3));
    }

    private static Tensor input(Backend backend, int batch) {
        Shape shape = IMAGE.batch(batch);
        return Tensor.variable(backend, "x", shape, TestTensors.normal(3, shape.elements()));
    }

    private static Tensor loss(Sequential net, Tape tape, Tensor x, RandomStream random) {
        Tensor target = Tensor.constant(tape.backend(), "t", Shape.of(4, 3), 1, 0, 0, 0, 1, 0, 0, 0, 1, 0.2, 0.3, 0.5);
        return tape.run(new SoftmaxCrossEntropy(net.forward(tape, x, random), target));
    }

    @Test
    void gradientsOfAllParametersAndTheInputInTrainingAndAtInference() {
        Sequential net = net(backend);
        Tensor x = input(backend, 4);
        List<Tensor> variables = new ArrayList<>(net.parameters().stream().filter(Parameter::trainable).toList());
        variables.add(x);
        Tensor[] all = variables.toArray(Tensor[]::new);
        TestTensors.check(backend, tape -> loss(net, tape, x, STEP), all);
        TestTensors.check(backend, tape -> loss(net, tape, x, null), all);
    }

    @Test
    void frozenNetStillPassesTheGradientToItsInput() {
        Sequential net = net(backend);
        net.setFrozen(true);
        Tensor x = input(backend, 4);
        TestTensors.check(backend, tape -> loss(net, tape, x, null), x);
        Tape tape = new Tape(backend);
        Gradients gradients = tape.backward(loss(net, tape, x, null));
        assertThat(backend.statistics(gradients.of(x)).maxAbs()).isPositive();
        assertThatThrownBy(() -> gradients.of(net.parameter("conv1.weight"))).hasMessageContaining("frozen");
    }

    @Test
    void runningStatisticsDoNotAffectATrainingPass() {
        Sequential net = net(backend);
        Tensor x = input(backend, 4);
        double first = backend.scalar(loss(net, new Tape(backend), x, STEP).buffer());
        assertThat(backend.scalar(loss(net, new Tape(backend), x, STEP).buffer())).isEqualTo(first);
    }

    @Test
    void float32BackendAgreesAndItsBitsDoNotDependOnThreads() {
        List<double[]> expected = gradients(backend);
        try (Backend one = new EjmlBackend(1);
                Backend three = new EjmlBackend(3)) {
            one.openScope("test");
            three.openScope("test");
            List<double[]> actual = gradients(one);
            List<double[]> threaded = gradients(three);
            for (int i = 0; i < expected.size(); i++) {
                assertThat(actual.get(i)).containsExactly(expected.get(i), within(1e-4));
                assertThat(threaded.get(i)).containsExactly(actual.get(i));
            }
        }
    }

    private static List<double[]> gradients(Backend backend) {
        Sequential net = net(backend);
        Tensor x = input(backend, 4);
        Tape tape = new Tape(backend);
        Gradients gradients = tape.backward(loss(net, tape, x, STEP));
        List<double[]> result = new ArrayList<>();
        net.parameters().stream()
                .filter(Parameter::trainable)
                .forEach(p -> result.add(backend.download(gradients.of(p))));
        result.add(backend.download(gradients.of(x)));
        net.parameters().stream().filter(p -> !p.trainable()).forEach(p -> result.add(backend.download(p)));
        return result;
    }

    @Test
    void warmTrainingStepAllocatesNothing() {
        Sequential net = net(backend);
        Tensor x = input(backend, 4);
        long warm = 0;
        for (int step = 0; step < 4; step++) {
            try (var _ = backend.openScope("step")) {
                Tape tape = new Tape(backend);
                tape.backward(loss(net, tape, x, STEP.child(step)));
            }
            if (step == 1) {
                warm = backend.memory().storageAllocations();
            }
        }
        assertThat(backend.memory().storageAllocations()).isEqualTo(warm);
    }
}
