package chainrule.bench;

import chainrule.fuzz.Target;
import chainrule.fuzz.Wrap;

/** An earlier results.json, which {@code ./run bench --against} compares with. */
public final class ResultsTarget {
    /** For {@code chainrule.fuzz.Targets}. */
    public static final Target TARGET =
            Target.of(
                    "bench-results",
                    ResultsTarget::read,
                    new Target.Memory(300, 1 << 20),
                    IllegalArgumentException.class);

    private ResultsTarget() {}

    private static void read(byte[] json) {
        Results results = Results.read(Wrap.file("results.json", json));
        results.sameMachine(results);
        Comparison.of(results.measurements(), results.measurements()).summary();
    }
}
