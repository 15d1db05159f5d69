package chainrule.probe;

import chainrule.backend.Backend;
import chainrule.tensor.Parameter;
import chainrule.tensor.Tape;
import chainrule.tensor.Tensor;

import java.util.Optional;

/** Finds where NaN or infinity first appeared in a forward pass. */
public final class NonFinite {
    private NonFinite() {}

    /**
     * The first non-finite number on the tape, in words: "dense3: affine [64 × 32] has 17 of 2048 numbers that are NaN
     * or infinite", or the operand, if it came in with a parameter or the batch. Empty if everything is finite.
     */
    public static Optional<String> first(Tape tape) {
        for (Tape.Entry entry : tape.entries()) {
            String layer = entry.layer().isEmpty() ? entry.op().name() : entry.layer();
            for (Tensor input : entry.op().inputs()) {
                long bad = count(tape.backend(), input);
                if (bad > 0) {
                    String what = input instanceof Parameter ? "parameter " : "input ";
                    return Optional.of(layer + ": " + what + describe(input, bad));
                }
            }
            long bad = count(tape.backend(), entry.output());
            if (bad > 0) {
                return Optional.of(layer + ": the result of " + describe(entry.output(), bad));
            }
        }
        return Optional.empty();
    }

    private static long count(Backend k, Tensor t) {
        return k.statistics(t.buffer()).nonFinite();
    }

    private static String describe(Tensor t, long bad) {
        return t + " has " + bad + " of " + t.shape().elements() + " numbers that are NaN or infinite";
    }
}
