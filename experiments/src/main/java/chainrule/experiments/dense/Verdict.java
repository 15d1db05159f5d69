package chainrule.experiments.dense;

import chainrule.experiments.text.Numbers;

import java.util.Arrays;

/**
 * A finding about the maximum gradients of a net's layers, in words.
 *
 * @param kind the finding
 * @param text the finding with its figures
 */
record Verdict(Kind kind, String text) {
    /** Below this fraction of the output layer's gradient a layer counts as cut off: its weights hardly change. */
    private static final double VANISHED = 1e-4;

    /** Below this fraction a layer learns hundreds of times more slowly. */
    private static final double FADED = 1e-2;

    /** Below this value the output layer has no signal to learn from. */
    private static final double NO_SIGNAL = 1e-5;

    /** Above this multiple of the output layer's gradient a layer's gradient has exploded. */
    private static final double EXPLODING = 1e3;

    /** The findings. */
    enum Kind {
        FLOWS,
        FADES,
        VANISHED,
        ZERO,
        EXPLODING,
        NOT_FINITE
    }

    /** @param maxima max|g| of every layer's weights, layer 1 first, the output layer last */
    static Verdict of(double[] maxima) {
        int layers = maxima.length;
        double output = maxima[layers - 1];
        String notFinite = LayerRanges.of(layers, i -> !Double.isFinite(maxima[i]));
        if (!notFinite.isEmpty()) {
            return new Verdict(Kind.NOT_FINITE, notFinite + ": not finite");
        }
        String zero = LayerRanges.of(layers, i -> maxima[i] == 0);
        if (!zero.isEmpty()) {
            return new Verdict(
                    Kind.ZERO, zero + ": exactly 0" + (output == 0 ? "; even the output layer gets no gradient" : ""));
        }
        String outputs = " the output layer's " + number(output);
        String vanished = LayerRanges.of(layers, i -> maxima[i] < VANISHED * output);
        if (!vanished.isEmpty()) {
            return new Verdict(
                    Kind.VANISHED,
                    "vanished: "
                            + vanished
                            + (vanished.startsWith("layers") ? " get" : " gets")
                            + " less than "
                            + fraction(VANISHED)
                            + " of"
                            + outputs
                            + "; layer 1: "
                            + number(maxima[0]));
        }
        if (output < NO_SIGNAL) {
            return new Verdict(
                    Kind.VANISHED, "vanished: the output layer itself gets only " + number(output) + range(maxima));
        }
        String exploding = LayerRanges.of(layers, i -> maxima[i] > EXPLODING * output);
        if (!exploding.isEmpty()) {
            return new Verdict(
                    Kind.EXPLODING,
                    "exploding: "
                            + exploding
                            + (exploding.startsWith("layers") ? " get" : " gets")
                            + " more than "
                            + Numbers.count(Math.round(EXPLODING))
                            + " times"
                            + outputs);
        }
        int least = index(maxima, Arrays.stream(maxima).min().orElseThrow());
        return maxima[least] < FADED * output
                ? new Verdict(
                        Kind.FADES,
                        "fades to " + fraction(maxima[least] / output) + " of" + outputs + " in layer " + (least + 1))
                : new Verdict(Kind.FLOWS, "flows" + range(maxima));
    }

    /** True if some layers get next to no gradient. */
    boolean cutOff() {
        return kind == Kind.VANISHED || kind == Kind.ZERO;
    }

    private static String range(double[] maxima) {
        double least = Arrays.stream(maxima).min().orElseThrow();
        double most = Arrays.stream(maxima).max().orElseThrow();
        return ": from "
                + number(least)
                + " (layer "
                + (index(maxima, least) + 1)
                + ") to "
                + number(most)
                + " (layer "
                + (index(maxima, most) + 1)
                + ")";
    }

    private static int index(double[] values, double value) {
        int i = 0;
        while (values[i] != value) {
            i++;
        }
        return i;
    }

    /** "1/10,000". */
    private static String fraction(double value) {
        return "1/" + Numbers.count(Math.round(1 / value));
    }

    /** One digit: 0.06, 4e−27. */
    private static String number(double x) {
        return Numbers.significant(x, 1);
    }
}
