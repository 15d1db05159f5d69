package chainrule.experiments.dense;

import java.util.Locale;

/**
 * What the maximum gradients of a net's layers say, in words.
 *
 * @param kind the finding
 * @param text the finding with its figures
 */
record Verdict(Kind kind, String text) {
    /** Below this share of the output layer's gradient a layer counts as cut off: its weights do not move. */
    private static final double VANISHED = 1e-4;

    /** Above this multiple of the output layer's gradient the gradients grow on their way down. */
    private static final double EXPLODING = 1e3;

    /** The findings. */
    enum Kind {
        FLOWS,
        VANISHED,
        ZERO,
        EXPLODING
    }

    /** @param maxima max|g| of every layer's weights, layer 1 first, the output layer last */
    static Verdict of(double[] maxima) {
        double output = maxima[maxima.length - 1];
        int last = maxima.length - 1;
        for (int i = 0; i <= last; i++) {
            if (!Double.isFinite(maxima[i])) {
                return new Verdict(
                        Kind.EXPLODING, "layer " + (i + 1) + ": not a finite number any more: the net has diverged");
            }
        }
        if (output == 0) {
            return new Verdict(Kind.ZERO, "layer " + maxima.length + ": 0: even the output layer gets no gradient");
        }
        // The layer nearest to the output from which on nothing worth mentioning is passed down.
        int cut = -1;
        int zero = -1;
        for (int i = 0; i <= last; i++) {
            cut = maxima[i] < VANISHED * output ? i : cut;
            zero = maxima[i] == 0 ? i : zero;
        }
        if (zero >= 0) {
            return new Verdict(Kind.ZERO, "layers 1 to " + (zero + 1) + ": exactly 0: every path through them is dead");
        }
        if (cut >= 0) {
            return new Verdict(
                    Kind.VANISHED,
                    String.format(
                            Locale.ROOT,
                            "layer 1: %.0e: vanished; layers 1 to %d get less than 1/10,000 of the output layer's %.0e",
                            maxima[0],
                            cut + 1,
                            output));
        }
        if (maxima[0] > EXPLODING * output) {
            return new Verdict(
                    Kind.EXPLODING,
                    String.format(
                            Locale.ROOT, "layer 1: %.0e: exploding; the output layer has %.0e", maxima[0], output));
        }
        return new Verdict(
                Kind.FLOWS,
                String.format(
                        Locale.ROOT,
                        "flows: layer 1: %.0e, output layer: %.0e, ratio %.2g",
                        maxima[0],
                        output,
                        maxima[0] / output));
    }
}
