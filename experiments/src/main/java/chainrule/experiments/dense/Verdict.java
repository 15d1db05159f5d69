package chainrule.experiments.dense;

import java.math.BigDecimal;
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

    /** Below this share it still moves, but hundreds of times more slowly. */
    private static final double FADED = 1e-2;

    /** An output layer with less than this has no signal to learn from: it died on its way up. */
    private static final double NO_SIGNAL = 1e-5;

    /** Above this multiple of the output layer's gradient the gradients grow on their way down. */
    private static final double EXPLODING = 1e3;

    /** The findings. */
    enum Kind {
        FLOWS,
        FADES,
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
        String ends = "layer 1: " + number(maxima[0]) + ", output layer: " + number(output);
        if (cut >= 0) {
            return new Verdict(
                    Kind.VANISHED,
                    "layer 1: "
                            + number(maxima[0])
                            + ": vanished; layers 1 to "
                            + (cut + 1)
                            + " get less than 1/10,000 of the output layer's "
                            + number(output));
        }
        if (output < NO_SIGNAL) {
            return new Verdict(Kind.VANISHED, ends + ": vanished: the signal itself died on its way up");
        }
        if (maxima[0] > EXPLODING * output) {
            return new Verdict(
                    Kind.EXPLODING,
                    "layer 1: " + number(maxima[0]) + ": exploding; the output layer has " + number(output));
        }
        double ratio = maxima[0] / output;
        return ratio < FADED
                ? new Verdict(Kind.FADES, ends + ": fades to 1/" + Math.round(1 / ratio))
                : new Verdict(Kind.FLOWS, ends + ": flows");
    }

    /** Whether layers near the input learn nothing, or nothing sensible. */
    boolean cutOff() {
        return kind != Kind.FLOWS && kind != Kind.FADES;
    }

    /** One digit: 0.06, 4e-27. */
    private static String number(double x) {
        String digits = String.format(Locale.ROOT, "%.0e", x);
        double rounded = Double.parseDouble(digits);
        return rounded >= 1e-3 && rounded < 1e3
                ? new BigDecimal(digits).toPlainString()
                : digits.replace("e-0", "e-").replace("e+0", "e");
    }
}
