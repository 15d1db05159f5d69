package chainrule.probe;

import static org.assertj.core.api.Assertions.assertThat;

import chainrule.backend.Backend;
import chainrule.backend.provider.Backends;
import chainrule.layer.Activation;
import chainrule.layer.Dense;
import chainrule.layer.Sequential;
import chainrule.tensor.Shape;
import chainrule.tensor.Tape;
import chainrule.tensor.Tensor;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.util.Arrays;
import java.util.Optional;

class NonFiniteTest {
    private static Optional<String> first(String backendName, double input, double weight2, double bias3) {
        try (Backend backend = Backends.open(backendName, 1).backend()) {
            backend.openScope("test");
            Sequential net =
                    Sequential.build(
                            backend,
                            1,
                            Shape.of(2),
                            new Dense(3),
                            Activation.named("relu"),
                            new Dense(3),
                            Activation.named("relu"),
                            new Dense(2));
            double[] weights = new double[9];
            Arrays.fill(weights, 0.5);
            weights[4] = weight2;
            backend.upload(weights, net.parameter("dense2.weight").buffer());
            backend.upload(new double[] {bias3, 0}, net.parameter("dense3.bias").buffer());
            backend.upload(new double[] {1, 1, 1}, net.parameter("dense1.bias").buffer());
            Tape tape = new Tape(backend);
            net.forward(tape, Tensor.constant(backend, "the input", Shape.of(1, 2), input, 0.1));
            return NonFinite.first(tape);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"reference", "ejml"})
    void finitePassHasNoFinding(String backendName) {
        assertThat(first(backendName, 1, 1, 1)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"reference", "ejml"})
    void namesTheInput(String backendName) {
        assertThat(first(backendName, Double.NaN, 1, 1))
                .hasValue(
                        "dense1: input the input [1 × 2] has 1 of 2 elements that are NaN or infinite, the others"
                                + " up to 0.100");
    }

    @ParameterizedTest
    @ValueSource(strings = {"reference", "ejml"})
    void namesTheParameter(String backendName) {
        assertThat(first(backendName, 1, Double.POSITIVE_INFINITY, 1))
                .hasValue(
                        "dense2: parameter dense2.weight [3 × 3] has 1 of 9 elements that are NaN or infinite,"
                                + " the others up to 0.500");
        assertThat(first(backendName, 1, 1, Double.NaN))
                .hasValue(
                        "dense3: parameter dense3.bias [2] has 1 of 2 elements that are NaN or infinite, the"
                                + " others up to 0.00");
    }

    @ParameterizedTest
    @ValueSource(strings = {"reference", "ejml"})
    void namesTheLayerWhoseResultOverflows(String backendName) {
        double huge = backendName.equals("ejml") ? 3e38 : 1.7e308;
        assertThat(first(backendName, huge, huge, 1).orElseThrow())
                .startsWith("dense2: the result of affine [1 × 3] has ")
                .contains(" of 3 elements that are NaN or infinite")
                .contains(
                        "; its operands were finite: ", "dense2.weight up to " + (backendName.equals("ejml") ? 3 : 1));
    }
}
