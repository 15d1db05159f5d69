package chainrule.backend;

import chainrule.backend.Cases.Case;

import java.util.function.Consumer;

/** What the families of contract tests share; each family is an interface, and {@link BackendContractTest} is all. */
interface BackendContract {
    Trial trial();

    /** Compares a primitive with the reference, and thread counts with one another. */
    default void compare(Case c, Tolerance tolerance, Trial.Primitive primitive) {
        trial().compare(c.toString(), c.seed(), tolerance, primitive);
    }

    /** The same for a case made by hand. */
    default void compare(Tolerance tolerance, Trial.Primitive primitive) {
        trial().compare("a case made by hand", 1, tolerance, primitive);
    }

    /** {@link #compare} for a gradient primitive: adding to its targets, and overwriting them. */
    default void compareGradient(Case c, Tolerance tolerance, Trial.Primitive primitive) {
        compare(c, tolerance, primitive);
        compare(c, tolerance, (k, o) -> primitive.run(k, o.overwriting()));
    }

    /** Runs assertions on the backend under test, for every number of threads. */
    default void onBackend(Consumer<Backend> assertions) {
        trial().each(assertions);
    }

    /** A buffer with these numbers. */
    static Buffer buffer(Backend k, double... values) {
        Buffer buffer = k.allocate(values.length, "values");
        k.upload(values, buffer);
        return buffer;
    }
}
