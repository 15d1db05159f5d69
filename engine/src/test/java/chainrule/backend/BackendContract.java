package chainrule.backend;

import chainrule.backend.Cases.Case;
import chainrule.backend.Memory.Buffer;

import java.util.function.Consumer;

/** What the families of contract tests share: one interface for each family, all of them in {@link BackendContractTest}. */
interface BackendContract {
    Trial trial();

    /** Compares a primitive with the reference, and thread counts with one another. */
    default void compare(Case c, Tolerance tolerance, Trial.Primitive primitive) {
        trial().compare(c.toString(), c.seed(), tolerance, primitive);
    }

    /** The same for a case with given values. */
    default void compare(Tolerance tolerance, Trial.Primitive primitive) {
        trial().compare("given values", 1, tolerance, primitive);
    }

    /** {@link #compare} for a primitive with sums: adding to them, and overwriting them. */
    default void compareSums(Case c, Tolerance tolerance, Trial.Primitive primitive) {
        compare(c, tolerance, primitive);
        compare(c, tolerance, (backend, o) -> primitive.run(backend, o.overwriting()));
    }

    /** Runs assertions on the backend under test, for every number of threads. */
    default void onBackend(Consumer<Backend> assertions) {
        trial().each(assertions);
    }

    /** A buffer with these values. */
    static Buffer buffer(Backend backend, double... values) {
        Buffer buffer = backend.allocate(values.length, "values");
        backend.upload(values, buffer);
        return buffer;
    }

    /** A matrix of that many rows with these values. */
    static Matrix matrix(Backend backend, int rows, double... values) {
        return Matrix.of(buffer(backend, values), rows, values.length / rows);
    }
}
