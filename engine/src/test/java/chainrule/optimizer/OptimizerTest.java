package chainrule.optimizer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import chainrule.backend.Backend;
import chainrule.backend.Scope;
import chainrule.backend.reference.ReferenceBackend;
import chainrule.loss.SquaredError;
import chainrule.op.Add;
import chainrule.tensor.Parameter;
import chainrule.tensor.Shape;
import chainrule.tensor.Tape;
import chainrule.tensor.Tensor;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import java.util.List;

/** Steps computed by hand for two weights w = (1, −2) under the loss Σ w²/2, whose gradient is w itself. */
class OptimizerTest {
    private final Backend backend = new ReferenceBackend();
    private Scope scope;
    private Parameter w;

    @BeforeEach
    void open() {
        scope = backend.openScope("test");
        w = new Parameter("w", Shape.of(2), backend.allocate(2, "w"), true);
        backend.upload(new double[] {1, -2}, w);
    }

    @AfterEach
    void close() {
        scope.close();
        backend.close();
    }

    private void step(Optimizer optimizer) {
        Tape tape = new Tape(backend);
        Tensor target = Tensor.constant(backend, "target", Shape.of(2), 0, 0);
        optimizer.step(backend, tape.backward(tape.run(new SquaredError("half square", 0.5, w, target))));
    }

    private void assertWeights(double first, double second) {
        assertThat(backend.download(w)).containsExactly(new double[] {first, second}, within(1e-12));
    }

    @Test
    void plainDescent() {
        Sgd sgd = new Sgd(0.1);
        sgd.prepare(backend, List.of(w));
        step(sgd);
        assertWeights(0.9, -1.8);
        sgd.setLearningRate(0.5);
        step(sgd);
        assertWeights(0.45, -0.9);
        assertThat(sgd.steps()).isEqualTo(2);
        assertThat(sgd.state()).isEmpty();
    }

    @Test
    void momentum() {
        Sgd sgd = new Sgd(0.1, 0.5, false, 0);
        sgd.prepare(backend, List.of(w));
        step(sgd); // v = 1, −2
        assertWeights(0.9, -1.8);
        step(sgd); // v = 0.5 + 0.9 = 1.4, −2.8
        assertWeights(0.76, -1.52);
        assertThat(backend.download(sgd.state().get("w momentum")))
                .containsExactly(new double[] {1.4, -2.8}, within(1e-12));
        assertThat(sgd.state()).hasSize(1);
    }

    @Test
    void nesterov() {
        Sgd sgd = new Sgd(0.1, 0.5, true, 0);
        sgd.prepare(backend, List.of(w));
        step(sgd); // v = 1; step by 1 + 0.5·1
        assertWeights(0.85, -1.7);
        step(sgd); // v = 0.5 + 0.85 = 1.35; step by 0.85 + 0.675
        assertWeights(0.6975, -1.395);
    }

    @Test
    void weightDecayAddsToTheGradient() {
        Sgd sgd = new Sgd(0.1, 0, false, 0.5);
        sgd.prepare(backend, List.of(w));
        step(sgd); // g + λw = 1.5
        assertWeights(0.85, -1.7);
    }

    /** η × 4 and λ / 4 for w: the step is four times as long, the decay η·λ·w the same. */
    @Test
    void groupScalesLearningRateAndDecay() {
        Parameter beta = new Parameter("norm.beta", Shape.of(2), backend.allocate(2, "beta"), true);
        backend.upload(new double[] {1, -2}, beta);
        Optimizer sgd = new Sgd(0.1, 0, false, 0.5).group("beta", 4, 0.25);
        sgd.prepare(backend, List.of(w, beta));
        for (Parameter p : List.of(w, beta)) {
            Tape tape = new Tape(backend);
            Tensor target = Tensor.constant(backend, "target", Shape.of(2), 0, 0);
            Tensor other = Tensor.constant(backend, "other", Shape.of(2), 0, 0);
            boolean first = p == w;
            Tensor sum = tape.run(new Add(first ? w : other, first ? other : beta));
            (first ? beta : w).setFrozen(true);
            sgd.step(backend, tape.backward(tape.run(new SquaredError("half square", 0.5, sum, target))));
            (first ? beta : w).setFrozen(false);
        }
        assertWeights(1 - 0.1 * 1.5, -2 + 0.1 * 3);
        assertThat(backend.download(beta))
                .containsExactly(new double[] {1 - 0.4 * 1.125, -2 + 0.4 * 2.25}, within(1e-12));
    }

    @Test
    void groupScalesLearningRateAndDecayOfAdam() {
        Optimizer adam = new Adam(0.1, 0.5, 0.75, 0.5, 0.2).group("w", 2, 0.5);
        Parameter named = new Parameter("dense1.w", w.shape(), w.buffer(), true);
        adam.prepare(backend, List.of(named));
        Tape tape = new Tape(backend);
        Tensor target = Tensor.constant(backend, "target", Shape.of(2), 0, 0);
        adam.step(backend, tape.backward(tape.run(new SquaredError("half square", 0.5, named, target))));
        assertWeights(1 - 0.1 * 0.2 - 0.2 / 1.5, -2 + 0.1 * 0.2 * 2 + 0.2 * 2 / 2.5);
    }

    @Test
    void rejectsImpossibleGroups() {
        Sgd sgd = new Sgd(0.1);
        assertThatThrownBy(() -> sgd.group("beta", -1, 1)).hasMessageContaining("factor of the learning rate -1.0");
        assertThatThrownBy(() -> sgd.group("beta", 1, Double.NaN))
                .hasMessageContaining("factor of the weight decay NaN");
        sgd.prepare(backend, List.of(w));
        assertThatThrownBy(() -> sgd.group("beta", 2, 1)).hasMessageContaining("beta: the optimizer is in use");
    }

    @Test
    void adam() {
        Adam adam = new Adam(0.1, 0.5, 0.75, 0.5, 0);
        adam.prepare(backend, List.of(w));
        step(adam); // m̂ = g, ŝ = g²: 0.1 · 1/(1 + 0.5) and 0.1 · −2/(2 + 0.5)
        double first = 1 - 0.1 / 1.5;
        double second = -2 + 0.1 * 2 / 2.5;
        assertWeights(first, second);
        step(adam); // m = 0.25 + 0.5g, m̂ = m/0.75; s = 0.1875 + 0.25g², ŝ = s/0.4375
        double m1 = (0.25 + 0.5 * first) / 0.75;
        double s1 = (0.1875 + 0.25 * first * first) / 0.4375;
        double m2 = (-0.5 + 0.5 * second) / 0.75;
        double s2 = (0.75 + 0.25 * second * second) / 0.4375;
        assertWeights(first - 0.1 * m1 / (Math.sqrt(s1) + 0.5), second - 0.1 * m2 / (Math.sqrt(s2) + 0.5));
        assertThat(adam.state().keySet()).containsExactly("w momentum", "w square");
    }

    @Test
    void weightDecayOfAdamWDoesNotPassThroughTheMoments() {
        Adam adam = new Adam(0.1, 0.5, 0.75, 0.5, 0.2);
        adam.prepare(backend, List.of(w));
        step(adam);
        assertWeights(1 - 0.1 * 0.2 - 0.1 / 1.5, -2 + 0.1 * 0.2 * 2 + 0.1 * 2 / 2.5);
        assertThat(backend.download(adam.state().get("w momentum"))).containsExactly(0.5, -1);
    }

    @Test
    void frozenParametersStayAndUnfrozenOnesMove() {
        Adam adam = new Adam(0.1);
        adam.prepare(backend, List.of(w));
        w.setFrozen(true);
        Tape tape = new Tape(backend);
        Tensor x = Tensor.variable(backend, "x", Shape.of(2), 3, 4);
        adam.step(backend, tape.backward(tape.run(new SquaredError("loss", 1, x, w))));
        assertWeights(1, -2);
        w.setFrozen(false);
        step(adam);
        assertThat(backend.download(w)[0]).isLessThan(1);
    }

    @Test
    void neverUpdatesRunningStatistics() {
        Parameter mean = new Parameter("mean", Shape.of(2), backend.zeros(2, "mean"), false);
        Adam adam = new Adam(0.1);
        adam.prepare(backend, List.of(mean, w));
        assertThat(adam.state().keySet()).containsExactly("w momentum", "w square");
        step(adam);
        assertThat(backend.download(mean)).containsOnly(0);
    }

    @Test
    void prepareResetsTheState() {
        Sgd sgd = new Sgd(0.1, 0.5, false, 0);
        sgd.prepare(backend, List.of(w));
        step(sgd);
        sgd.prepare(backend, List.of(w));
        assertThat(sgd.steps()).isZero();
        assertThat(backend.download(sgd.state().get("w momentum"))).containsOnly(0);
        backend.upload(new double[] {1, -2}, w);
        step(sgd);
        assertWeights(0.9, -1.8); // updated once, although it was prepared twice
    }

    @Test
    void rejectsSettingsOutOfRange() {
        assertThatThrownBy(() -> new Sgd(-0.1)).hasMessage("learning rate -0.1: must be a number from 0 up");
        assertThatThrownBy(() -> new Sgd(Double.NaN)).hasMessageContaining("learning rate NaN");
        assertThatThrownBy(() -> new Sgd(Double.POSITIVE_INFINITY)).hasMessageContaining("learning rate Infinity");
        assertThat(new Sgd(0).learningRate()).isZero(); // a schedule may start or end there
        assertThatThrownBy(() -> new Sgd(0.1, 1, false, 0)).hasMessage("momentum 1.0: must be in [0, 1.0)");
        assertThatThrownBy(() -> new Sgd(0.1, 0, true, 0)).hasMessage("Nesterov needs a momentum above 0");
        assertThatThrownBy(() -> new Sgd(0.1, 0, false, -1)).hasMessageContaining("weight decay -1.0");
        assertThatThrownBy(() -> new Adam(0.1, 0.9, 1, 1e-8, 0)).hasMessageContaining("beta2 1.0");
        assertThatThrownBy(() -> new Adam(0.1, 0.9, 0.9, -1, 0)).hasMessageContaining("epsilon -1.0");
    }

    @Test
    void descriptionNamesTheSettings() {
        assertThat(new Sgd(0.01).description()).isEqualTo("SGD 0.01");
        assertThat(new Sgd(0.01, 0.9, true, 0.001).description())
                .isEqualTo("SGD 0.01, Nesterov momentum 0.9, weight decay 0.001");
        assertThat(new Sgd(0.01).group("beta", 64, 0.25).group("bias", 0, 1).description())
                .isEqualTo("SGD 0.01; beta: rate × 64.0, decay × 0.25; bias: rate × 0.0, decay × 1.0");
        assertThat(new Adam(0.001).description()).isEqualTo("Adam 0.001");
        assertThat(Adam.withDecay(0.001, 0.1).description()).isEqualTo("AdamW 0.001, weight decay 0.1");
    }
}
