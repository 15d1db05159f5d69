package chainrule.backend;

import chainrule.backend.Cases.Row;

import org.instancio.junit.Given;
import org.junit.jupiter.api.RepeatedTest;

/** Optimizer updates. Weights, gradients and optimizer states are at most 1, steps at most 2. */
interface UpdatesContract extends BackendContract {
    Tolerance STEP = Tolerance.roundings(16, 2);

    @RepeatedTest(15)
    @Covers("sgd")
    default void sgdAgreesWithReference(@Given(Cases.class) Row v) {
        int n = v.length();
        compare(
                v,
                STEP,
                (backend, o) -> {
                    Matrix g = o.in("g", n);
                    backend.sgd(o.state("plain", n), g, null, 0.3, 0, false, 0);
                    backend.sgd(o.state("decayed", n), g, null, 0.3, 0, false, 0.1);
                    backend.sgd(o.state("with momentum", n), g, o.state("v1", n), 0.3, 0.9, false, 0);
                    backend.sgd(o.state("with momentum and decay", n), g, o.state("v2", n), 0.3, 0.9, false, 0.1);
                    backend.sgd(o.state("Nesterov", n), g, o.state("v3", n), 0.3, 0.9, true, 0.1);
                });
    }

    @RepeatedTest(15)
    @Covers("adam")
    default void adamAgreesWithReference(@Given(Cases.class) Row v) {
        int n = v.length();
        for (long step : new long[] {1, 2, 10, 1000, 1L << 40}) {
            for (double decay : new double[] {0, 0.1}) {
                compare(
                        v,
                        STEP,
                        (backend, o) ->
                                backend.adam(
                                        o.state("w", n),
                                        o.in("g", n),
                                        o.state("m", n),
                                        o.state("s", n, x -> Math.abs(x) + 0.01),
                                        new AdamStep(step, 0.1, 0.9, 0.999, 1e-8, decay)));
            }
        }
    }
}
