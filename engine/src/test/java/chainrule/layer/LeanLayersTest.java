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

/** Layers that leave out what another one learns: dense without bias, batch norm without γ; GELU and a constant factor. */
class LeanLayersTest {
    private static final RandomStream STEP = RandomStream.of(11, "step");
    private final Backend k = new ReferenceBackend();

    @BeforeEach
    void open() {
        k.openScope("test");
    }

    @AfterEach
    void close() {
        k.close();
    }

    private Sequential net() {
        return Sequential.build(
                k,
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
        Tensor target = Tensor.constant(k, "t", Shape.of(4, 3), 1, 0, 0, 0, 1, 0, 0, 0, 1, 0.2, 0.3, 0.5);
        return tape.run(new SoftmaxCrossEntropy(net.forward(tape, x, STEP), target));
    }

    @Test
    void gradientsOfAllParametersAndTheInput() {
        Sequential net = net();
        Tensor x = TestTensors.variable(k, "x", 4, 4, 6, 6, 2);
        List<Tensor> variables = new ArrayList<>(net.parameters().stream().filter(Parameter::trainable).toList());
        variables.add(x);
        assertThat(variables.stream().map(Tensor::name))
                .containsExactly("conv1.weight", "conv1.bias", "conv2.weight", "batchnorm1.beta", "dense1.weight", "x");
        TestTensors.check(k, tape -> loss(net, tape, x), variables.toArray(Tensor[]::new));
    }

    @Test
    void theScaleThatIsLeftOutStaysAtOne() {
        Sequential net = net();
        Sgd sgd = new Sgd(0.5, 0.9, true, 0.1);
        sgd.prepare(k, net.parameters());
        Tape tape = new Tape(k);
        Tensor loss = loss(net, tape, TestTensors.variable(k, "x", 4, 4, 6, 6, 2));
        sgd.step(k, tape.backward(loss));
        assertThat(k.download(net.parameter("batchnorm1.gamma").buffer())).containsOnly(1);
        assertThat(k.download(net.parameter("batchnorm1.beta").buffer())).doesNotContain(0);
        assertThat(net.trainableNumbers()).isEqualTo(4 * 8 + 4 + 5 * 36 + 5 + 3 * 5);
    }

    @Test
    void explainShowsThem() {
        Tape tape = new Tape(k);
        loss(net(), tape, TestTensors.variable(k, "x", 4, 4, 6, 6, 2));
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
        Sequential net = Sequential.build(k, 1, Shape.of(3), new Scaling(-0.5));
        Tensor x = Tensor.constant(k, "x", Shape.of(1, 3), 1, -4, 0.5);
        assertThat(k.download(net.forward(new Tape(k), x).buffer()))
                .containsExactly(new double[] {-0.5, 2, -0.25}, within(0.0));
        assertThatThrownBy(() -> new Scaling(0)).hasMessage("scaling: factor 0.0: must be finite and not 0");
        assertThatThrownBy(() -> new Scaling(Double.NaN)).hasMessageContaining("factor NaN");
    }
}
