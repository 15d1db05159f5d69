package chainrule.probe;

import chainrule.backend.Statistics;
import chainrule.tensor.Parameter;
import chainrule.tensor.Tape;
import chainrule.tensor.Tensor;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Finds where NaN or infinity first appeared in a forward pass. */
public final class NonFinite {
    private NonFinite() {}

    /**
     * The first non-finite number on the tape, in words: "dense3: affine [64 × 32] has 17 of 2048 numbers that are NaN
     * or infinite, the others up to 3.1e38; its operands were finite: …", or the operand, if it came in with a parameter
     * or the batch. "Up to" is the largest absolute value. Empty if everything is finite.
     */
    public static Optional<String> first(Tape tape) {
        for (Tape.Entry entry : tape.entries()) {
            String layer = entry.layer().isEmpty() ? entry.op().name() : entry.layer();
            List<String> operands = new ArrayList<>();
            for (Tensor input : entry.op().inputs()) {
                Statistics numbers = tape.backend().statistics(input.buffer());
                if (numbers.nonFinite() > 0) {
                    String what = input instanceof Parameter ? "parameter " : "input ";
                    return Optional.of(layer + ": " + describe(what + input, numbers));
                }
                operands.add(input.name() + upTo(numbers));
            }
            Statistics numbers = tape.backend().statistics(entry.output().buffer());
            if (numbers.nonFinite() > 0) {
                String result = describe("the result of " + entry.output(), numbers);
                return Optional.of(
                        layer + ": " + result + "; its operands were finite: " + String.join(", ", operands));
            }
        }
        return Optional.empty();
    }

    /** "the gradient of dense3.weight [32 × 10] has 2 of 320 numbers that are NaN or infinite, the others up to 3.1e38". */
    public static String describe(String what, Statistics numbers) {
        return what
                + " has "
                + numbers.nonFinite()
                + " of "
                + numbers.count()
                + " numbers that are NaN or infinite"
                + (numbers.nonFinite() < numbers.count() ? ", the others" + upTo(numbers) : "");
    }

    private static String upTo(Statistics numbers) {
        return String.format(Locale.ROOT, " up to %.3g", numbers.maxAbs());
    }
}
