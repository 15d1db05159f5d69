package chainrule.backend;

import chainrule.backend.Cases.Vector;

import org.instancio.junit.Given;
import org.junit.jupiter.api.RepeatedTest;

/** Optimiser updates. Weights, gradients and memories are at most 1, steps at most 2. */
interface UpdateContract extends BackendContract {
    Tolerance STEP = Tolerance.roundings(16, 2);

    @RepeatedTest(15)
    @Covers("sgd")
    default void sgd(@Given(Cases.class) Vector v) {
        int n = v.length();
        compare(
                v,
                STEP,
                (k, o) -> {
                    Buffer g = o.in("g", n);
                    k.sgd(o.inOut("plain", n), g, null, 0.3, 0, false, 0);
                    k.sgd(o.inOut("decayed", n), g, null, 0.3, 0, false, 0.1);
                    k.sgd(o.inOut("with momentum", n), g, o.sum("v1", n), 0.3, 0.9, false, 0);
                    k.sgd(o.inOut("with momentum and decay", n), g, o.sum("v2", n), 0.3, 0.9, false, 0.1);
                    k.sgd(o.inOut("Nesterov", n), g, o.sum("v3", n), 0.3, 0.9, true, 0.1);
                });
    }

    @RepeatedTest(15)
    @Covers("adam")
    default void adam(@Given(Cases.class) Vector v) {
        int n = v.length();
        for (long step : new long[] {1, 2, 10, 1000, 1L << 40}) {
            for (double decay : new double[] {0, 0.1}) {
                compare(
                        v,
                        STEP,
                        (k, o) ->
                                k.adam(
                                        o.inOut("w", n),
                                        o.in("g", n),
                                        o.sum("m", n),
                                        o.sum("s", n, number -> Math.abs(number) + 0.01),
                                        step,
                                        0.1,
                                        0.9,
                                        0.999,
                                        1e-8,
                                        decay));
            }
        }
    }
}
