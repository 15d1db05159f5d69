package chainrule.experiments.dense;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class VerdictTest {
    private static void verdict(Verdict.Kind kind, String text, double... maxima) {
        Verdict verdict = Verdict.of(maxima);
        assertThat(verdict.kind()).isEqualTo(kind);
        assertThat(verdict.text()).contains(text);
    }

    @Test
    void flows() {
        verdict(Verdict.Kind.FLOWS, "layer 1: 0.01, output layer: 0.1: flows", 0.01, 0.05, 0.1);
        verdict(Verdict.Kind.FLOWS, "flows", 0.5);
        verdict(Verdict.Kind.FLOWS, "flows", 1e-2, 1); // not below the bound
        verdict(Verdict.Kind.FLOWS, "flows", 1e3, 1); // not above it
    }

    @Test
    void fades() {
        verdict(Verdict.Kind.FADES, "layer 1: 7e-5, output layer: 0.1: fades to 1/1429", 7e-5, 0.01, 0.1);
        verdict(Verdict.Kind.FADES, "fades to 1/10000", 1e-4, 1); // not below the bound of "vanished"
    }

    @Test
    void vanished() {
        verdict(Verdict.Kind.VANISHED, "layer 1: 1e-14: vanished; layers 1 to 2 get less than", 1e-14, 1e-9, 1e-2, 0.1);
        verdict(Verdict.Kind.VANISHED, "layers 1 to 1 ", 0.9e-4, 0.5, 1);
        verdict(Verdict.Kind.VANISHED, "layer 1: 1e-27", 1e-27, 0.1);
        verdict(Verdict.Kind.VANISHED, "layer 1: 6e-8, output layer: 2e-7: vanished: the signal", 6e-8, 9e-8, 2e-7);
    }

    @Test
    void zero() {
        verdict(Verdict.Kind.ZERO, "layers 1 to 2: exactly 0", 0, 0, 0.5, 1);
        verdict(Verdict.Kind.ZERO, "layer 3: 0: even the output layer", 0, 0, 0);
        verdict(Verdict.Kind.ZERO, "layer 2: 0", 1, 0);
    }

    @Test
    void exploding() {
        verdict(Verdict.Kind.EXPLODING, "layer 1: 2e3: exploding; the output layer has 1", 2e3, 10, 1);
    }

    @Test
    void gradientsThatAreNoNumbersDoNotFlow() {
        assertThat(Verdict.of(new double[] {Double.NaN, 1, 1}).kind()).isNotEqualTo(Verdict.Kind.FLOWS);
        assertThat(Verdict.of(new double[] {1, 1, Double.NaN}).kind()).isNotEqualTo(Verdict.Kind.FLOWS);
    }
}
