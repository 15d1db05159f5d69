package chainrule.layer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import chainrule.backend.Backend;
import chainrule.backend.Elementwise;
import chainrule.backend.reference.ReferenceBackend;
import chainrule.loss.SoftmaxCrossEntropy;
import chainrule.op.TestTensors;
import chainrule.optimizer.Sgd;
import chainrule.probe.Explain;
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

/** Layers with fewer parameters: dense without bias, batch norm without γ; also GELU and a constant factor. */
class LeanLayersTest {
    private static final RandomStream STEP = RandomStream.of(11, "step");
    private final Backend backend = new ReferenceBackend();

    @BeforeEach
    void open() {
        backend.openScope("test");
    }

    @AfterEach
    void close() {
        backend.close();
    }

    private Sequential net() {
        return Sequential.build(
                backend,
                5,
                Shape.of(6, 6, 2),
                Conv2d.valid(4, 2),
                Activation.named("gelu"),
                Conv2d.same(5, 3).withoutBias(),
                MaxPool2d.of(2), // 5 × 5 to 2 × 2
                new BatchNorm(0.6, 1e-12, false),
                Activation.named("gelu"),
                MaxPool2d.of(2),
                new Flatten(),
                new Dense(3).withoutBias(),
                new Scaling(0.25));
    }

    private Tensor loss(Sequential net, Tape tape, Tensor x) {
        Tensor target = Tensor.constant(backend, "t", Shape.of(4, 3), 1, 0, 0, 0, 1, 0, 0, 0, 1, 0.2, 0.3, 0.5);
        return tape.run(new SoftmaxCrossEntropy(net.forward(tape, x, STEP), target));
    }

    @Test
    void gradientsOfAllParametersAndTheInput() {
        Sequential net = net();
        Tensor x = TestTensors.variable(backend, "x", 4, 4, 6, 6, 2);
        List<Tensor> variables = new ArrayList<>(net.parameters().stream().filter(Parameter::trainable).toList());
        variables.add(x);
        assertThat(variables.stream().map(Tensor::name))
                .containsExactly("conv1.weight", "conv1.bias", "conv2.weight", "batchnorm1.beta", "dense1.weight", "x");
        TestTensors.check(backend, tape -> loss(net, tape, x), variables.toArray(Tensor[]::new));
    }

    @Test
    void gammaThatIsNotTrainedStaysOne() {
        Sequential net = net();
        Sgd sgd = new Sgd(0.5, 0.9, true, 0.1);
        sgd.prepare(backend, net.parameters());
        Tape tape = new Tape(backend);
        Tensor loss = loss(net, tape, TestTensors.variable(backend, "x", 4, 4, 6, 6, 2));
        sgd.step(backend, tape.backward(loss));
        assertThat(backend.download(net.parameter("batchnorm1.gamma"))).containsOnly(1);
        assertThat(backend.download(net.parameter("batchnorm1.beta"))).doesNotContain(0);
        assertThat(net.trainableParameterCount()).isEqualTo(4 * 8 + 4 + 5 * 36 + 5 + 3 * 5);
    }

    @Test
    void explainShowsThese() {
        Tape tape = new Tape(backend);
        loss(net(), tape, TestTensors.variable(backend, "x", 4, 4, 6, 6, 2));
        assertThat(Explain.tape(tape).lines())
                .anyMatch(
                        line ->
                                line.contains("gelu1")
                                        && line.contains("dx += dy ⊙ (" + Elementwise.GELU.derivativeFormula()))
                .anyMatch(line -> line.contains("scaling1") && line.contains("scale"))
                .anyMatch(line -> line.contains("dense1") && line.contains("[4 × 5], [5 × 3]"));
    }

    @Test
    void scalingMultiplies() {
        Sequential net = Sequential.build(backend, 1, Shape.of(3), new Scaling(-0.5));
        Tensor x = Tensor.constant(backend, "x", Shape.of(1, 3), 1, -4, 0.5);
        assertThat(backend.download(net.forward(new Tape(backend), x).buffer()))
                .containsExactly(new double[] {-0.5, 2, -0.25}, within(0.0));
        assertThatThrownBy(() -> new Scaling(0)).hasMessage("scaling: factor 0.0: must be finite and not 0");
        assertThatThrownBy(() -> new Scaling(Double.NaN)).hasMessageContaining("factor NaN");
    }
}
