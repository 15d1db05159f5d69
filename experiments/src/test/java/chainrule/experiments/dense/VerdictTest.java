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
        verdict(Verdict.Kind.FLOWS, "layer 1: 1e-02, output layer: 1e-01, ratio 0.1", 0.01, 0.05, 0.1);
        verdict(Verdict.Kind.FLOWS, "ratio 1", 0.5);
        verdict(Verdict.Kind.FLOWS, "flows", 1e-4, 1); // not below the bound
        verdict(Verdict.Kind.FLOWS, "flows", 1e3, 1); // not above it
    }

    @Test
    void vanished() {
        verdict(Verdict.Kind.VANISHED, "layer 1: 1e-14: vanished; layers 1 to 2 get less than", 1e-14, 1e-9, 1e-2, 0.1);
        verdict(Verdict.Kind.VANISHED, "layers 1 to 1 ", 0.9e-4, 0.5, 1);
        verdict(Verdict.Kind.VANISHED, "layer 1: 1e-27", 1e-27, 0.1);
    }

    @Test
    void zero() {
        verdict(Verdict.Kind.ZERO, "layers 1 to 2: exactly 0", 0, 0, 0.5, 1);
        verdict(Verdict.Kind.ZERO, "layer 3: 0: even the output layer", 0, 0, 0);
        verdict(Verdict.Kind.ZERO, "layer 2: 0", 1, 0);
    }

    @Test
    void exploding() {
        verdict(Verdict.Kind.EXPLODING, "layer 1: 2e+03: exploding; the output layer has 1e+00", 2e3, 10, 1);
    }

    @Test
    void gradientsThatAreNoNumbersDoNotFlow() {
        assertThat(Verdict.of(new double[] {Double.NaN, 1, 1}).kind()).isNotEqualTo(Verdict.Kind.FLOWS);
        assertThat(Verdict.of(new double[] {1, 1, Double.NaN}).kind()).isNotEqualTo(Verdict.Kind.FLOWS);
    }
}
