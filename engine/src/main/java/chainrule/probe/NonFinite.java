package chainrule.probe;

import chainrule.backend.Statistics;
import chainrule.tensor.Parameter;
import chainrule.tensor.Tape;
import chainrule.tensor.Tensor;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Finds where NaN or infinity first appears in a forward pass. */
public final class NonFinite {
    private NonFinite() {}

    /**
     * Describes the first tensor on the tape with a non-finite element: the result of an op ("dense3: the result of
     * affine [64 × 32] has 17 of 2048 elements that are NaN or infinite, the others up to 3.1e38; its operands were
     * finite: …"), a parameter or an input. "Up to" gives the largest absolute value. Empty if all elements are finite.
     */
    public static Optional<String> first(Tape tape) {
        for (Tape.Entry entry : tape.entries()) {
            String layer = entry.layer().isEmpty() ? entry.op().name() : entry.layer();
            List<String> operands = new ArrayList<>();
            for (Tensor input : entry.op().inputs()) {
                Statistics statistics = tape.backend().statistics(input.buffer());
                if (statistics.nonFinite() > 0) {
                    String what = input instanceof Parameter ? "parameter " : "input ";
                    return Optional.of(layer + ": " + describe(what + input, statistics));
                }
                operands.add(input.name() + upTo(statistics));
            }
            Statistics statistics = tape.backend().statistics(entry.output().buffer());
            if (statistics.nonFinite() > 0) {
                String result = describe("the result of " + entry.output(), statistics);
                return Optional.of(
                        layer + ": " + result + "; its operands were finite: " + String.join(", ", operands));
            }
        }
        return Optional.empty();
    }

    /** Returns "{@code what} has 2 of 320 elements that are NaN or infinite, the others up to 3.1e38". */
    public static String describe(String what, Statistics statistics) {
        return what
                + " has "
                + statistics.nonFinite()
                + " of "
                + statistics.count()
                + " elements that are NaN or infinite"
                + (statistics.nonFinite() < statistics.count() ? ", the others" + upTo(statistics) : "");
    }

    private static String upTo(Statistics statistics) {
        return String.format(Locale.ROOT, " up to %.3g", statistics.maxAbs());
    }
}
