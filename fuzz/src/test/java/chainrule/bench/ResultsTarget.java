package chainrule.bench;

import chainrule.fuzz.Target;
import chainrule.fuzz.Wrap;

/** A results.json, which {@code ./run bench compare} reads. */
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
        results.measured().forEach(m -> Ratio.of(m.forkMeans(), m.forkMeans()));
    }
}
