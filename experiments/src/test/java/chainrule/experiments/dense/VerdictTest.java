package chainrule.experiments.dense;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import java.util.Arrays;

class VerdictTest {
    private static void verdict(Verdict.Kind kind, String text, double... maxima) {
        Verdict verdict = Verdict.of(maxima);
        assertThat(verdict.kind()).isEqualTo(kind);
        assertThat(verdict.text()).isEqualTo(text);
    }

    @Test
    void flows() {
        verdict(Verdict.Kind.FLOWS, "flows: from 0.01 (layer 1) to 0.1 (layer 3)", 0.01, 0.05, 0.1);
        verdict(Verdict.Kind.FLOWS, "flows: from 0.5 (layer 1) to 0.5 (layer 1)", 0.5);
        verdict(Verdict.Kind.FLOWS, "flows: from 0.01 (layer 1) to 1 (layer 2)", 1e-2, 1); // not below the bound
        verdict(Verdict.Kind.FLOWS, "flows: from 1 (layer 2) to 1000 (layer 1)", 1e3, 1); // not above it
    }

    @Test
    void namesTheLayerWithTheSmallestGradient() {
        verdict(Verdict.Kind.FADES, "fades to 1/1,429 of the output layer's 0.1 in layer 1", 7e-5, 0.01, 0.1);
        verdict(Verdict.Kind.FADES, "fades to 1/500 of the output layer's 1 in layer 2", 0.5, 2e-3, 1);
        verdict(Verdict.Kind.FADES, "fades to 1/10,000 of the output layer's 1 in layer 1", 1e-4, 1);
    }

    @Test
    void namesExactlyTheLayersThatVanish() {
        verdict(
                Verdict.Kind.VANISHED,
                "vanished: layers 1–2 get less than 1/10,000 of the output layer's 0.1; layer 1: 1e−14",
                1e-14,
                1e-9,
                1e-2,
                0.1);
        verdict(
                Verdict.Kind.VANISHED,
                "vanished: layers 3–4 and 6 get less than 1/10,000 of the output layer's 1; layer 1: 0.001",
                1e-3,
                1e-3,
                9e-5,
                1e-6,
                2e-4,
                1e-5,
                1);
        verdict(
                Verdict.Kind.VANISHED,
                "vanished: layer 2 gets less than 1/10,000 of the output layer's 1; layer 1: 1",
                1,
                1e-5,
                1);
    }

    /** A curve that is not monotone: only layers 21 to 28 are below the bound. */
    @Test
    void doesNotTakeASaggingCurveForMonotone() {
        double[] maxima = new double[41];
        Arrays.fill(maxima, 0, 20, 4e-7);
        Arrays.fill(maxima, 20, 28, 2e-7);
        Arrays.fill(maxima, 28, 41, 2.4e-3);
        assertThat(Verdict.of(maxima).text()).startsWith("vanished: layers 21–28 get less").contains("layer 1: 4e−7");
    }

    @Test
    void vanishingOutputIsVanished() {
        verdict(
                Verdict.Kind.VANISHED,
                "vanished: the output layer itself gets only 2e−7: from 6e−8 (layer 1) to 2e−7 (layer 3)",
                6e-8,
                9e-8,
                2e-7);
    }

    @Test
    void zero() {
        verdict(Verdict.Kind.ZERO, "layers 1–2: exactly 0", 0, 0, 0.5, 1);
        verdict(Verdict.Kind.ZERO, "layers 1–3: exactly 0; even the output layer gets no gradient", 0, 0, 0);
        verdict(Verdict.Kind.ZERO, "layer 2: exactly 0; even the output layer gets no gradient", 1, 0);
    }

    @Test
    void findsExplosionInAnyLayer() {
        verdict(
                Verdict.Kind.EXPLODING,
                "exploding: layer 2 gets more than 1,000 times the output layer's 1",
                1,
                2e3,
                10,
                1);
    }

    @Test
    void nonFiniteGradientsNeitherVanishNorFlow() {
        verdict(Verdict.Kind.NOT_FINITE, "layer 1: not finite", Double.NaN, 1, 1);
        verdict(Verdict.Kind.NOT_FINITE, "layers 2–3: not finite", 0, Double.POSITIVE_INFINITY, Double.NaN);
        assertThat(Verdict.of(new double[] {Double.NaN, 1}).cutOff()).isFalse();
    }
}
