package chainrule.probe;

import static org.assertj.core.api.Assertions.assertThat;

import chainrule.backend.Backend;
import chainrule.backend.reference.ReferenceBackend;
import chainrule.layer.Activation;
import chainrule.layer.BatchNorm;
import chainrule.layer.Dense;
import chainrule.layer.Sequential;
import chainrule.loss.Loss;
import chainrule.tensor.RandomStream;
import chainrule.tensor.Shape;
import chainrule.tensor.Tape;
import chainrule.tensor.Tensor;

import org.junit.jupiter.api.Test;

import java.util.List;

class ExplainTest {
    @Test
    void listsEveryOpWithShapesAndFormula() {
        try (Backend backend = new ReferenceBackend()) {
            backend.openScope("test");
            Sequential net =
                    Sequential.build(backend, 1, Shape.of(5), new Dense(4), Activation.named("tanh"), new Dense(3));
            net.parameter("dense2.weight").setFrozen(true);
            Tape tape = new Tape(backend);
            Tensor x = Tensor.constant("x", Shape.of(2, 5), backend.zeros(10, "x"));
            Tensor target = Tensor.constant("t", Shape.of(2, 3), backend.zeros(6, "t"));
            tape.run(Loss.SOFTMAX_CROSS_ENTROPY.of(net.forward(tape, x), target));
            List<String> lines = Explain.tape(tape).lines().toList();
            assertThat(lines).hasSize(1 + 4);
            assertThat(lines.getFirst()).contains("layer", "op", "operands", "result", "backward");
            assertThat(lines.get(1)).contains("1  dense1", "affine", "[2 × 5] constant, [5 × 4], [4]", "[2 × 4]", "dY");
            assertThat(lines.get(2)).contains("2  tanh1", "tanh", "[2 × 4]", "dx += dy ⊙ (1 − y²)");
            assertThat(lines.get(3)).contains("3  dense2", "affine", "[2 × 4], [4 × 3] frozen, [3]", "[2 × 3]");
            assertThat(lines.get(4)).contains("4  ", "softmax", "[2 × 3], [2 × 3] constant");
            for (int i = 0; i < 4; i++) {
                assertThat(lines.get(i + 1)).contains(tape.entries().get(i).op().derivative());
            }
            assertThat(lines).filteredOn(line -> line.contains("frozen")).hasSize(1);
        }
    }

    @Test
    void breaksLongFormulasIntoOneLinePerAssignment() {
        try (Backend backend = new ReferenceBackend()) {
            backend.openScope("test");
            Sequential net = Sequential.build(backend, 1, Shape.of(3), new BatchNorm());
            Tape tape = new Tape(backend);
            Tensor x = Tensor.constant("x", Shape.of(2, 3), backend.zeros(6, "x"));
            net.forward(tape, x, RandomStream.of(1, "step"));
            List<String> lines = Explain.tape(tape).lines().toList();
            String formula = tape.entries().getFirst().op().derivative();
            int column = lines.getFirst().indexOf("backward");
            assertThat(lines.stream().skip(1).map(line -> line.substring(column)))
                    .containsExactly(formula.split(" {4}"));
            assertThat(lines.stream().skip(2).map(line -> line.substring(0, column))).allMatch(String::isBlank);
        }
    }
}
