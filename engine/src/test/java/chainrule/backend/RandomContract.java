package chainrule.backend;

import chainrule.backend.Cases.Row;

import org.instancio.junit.Given;
import org.junit.jupiter.api.RepeatedTest;

/** Random numbers. */
interface RandomContract extends BackendContract {

    @RepeatedTest(10)
    @Covers("dropoutMask")
    default void dropoutMaskAgreesWithReference(@Given(Cases.class) Row v) {
        for (double rate : new double[] {0, 0.1, 0.5, 0.9}) {
            compare(
                    v,
                    Tolerance.roundings(1, 1 / (1 - rate)),
                    (backend, o) -> backend.dropoutMask(v.seed() * 31, rate, o.fresh("mask", v.length())));
        }
    }
}
