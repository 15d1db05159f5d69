package chainrule.bench.path;

import chainrule.backend.check.PrimitiveCase;

/**
 * The work of one call: arithmetic operations and memory traffic. Traffic is in bytes of float32 elements, each element
 * counted once in one of the first three kinds.
 *
 * @param unit what the rate counts: operations of a product or convolution, else bytes
 * @param flop arithmetic operations by the definition
 * @param executed those that the backend's algorithm executes; fewer where Winograd's algorithm applies
 * @param read bytes that are only read
 * @param written bytes that are written and not read
 * @param updated bytes that are read and overwritten
 * @param again bytes that the formula reads a second time, perhaps from a cache
 */
public record Work(Unit unit, double flop, double executed, double read, double written, double updated, double again) {
    /** The unit of an amount, and the notation of its rate. */
    public enum Unit {
        FLOP("GFLOP/s"),
        BYTE("GB/s");

        private final String rate;

        Unit(String rate) {
            this.rate = rate;
        }

        /** The unit of 10⁹ of these per second. */
        public String rate() {
            return rate;
        }
    }

    /** Arithmetic alone, in registers or with unknown traffic. */
    public static Work flop(double count) {
        return new Work(Unit.FLOP, count, count, 0, 0, 0, 0);
    }

    /** Traffic alone, in bytes. */
    public static Work traffic(double read, double written, double updated) {
        return new Work(Unit.BYTE, 0, 0, read, written, updated, 0);
    }

    /** The work of a primitive that overwrites its sums. */
    static Work of(PrimitiveCase c) {
        return new Work(
                c.multiplyAdds() > 0 ? Unit.FLOP : Unit.BYTE,
                c.operations(),
                c.operations(),
                Float.BYTES * (double) c.elementsRead(),
                Float.BYTES * (double) c.elementsWritten(false),
                Float.BYTES * (double) c.elementsUpdated(false),
                Float.BYTES * (double) c.elementsReadAgain());
    }

    /** The same work by an algorithm that executes another number of operations. */
    Work executing(double operations) {
        return new Work(unit, flop, operations, read, written, updated, again);
    }

    /** What the rate counts: operations by the definition, or all bytes moved. */
    public double amount() {
        return unit == Unit.FLOP ? flop : moved() + again;
    }

    /** Bytes that must be moved if no element is moved twice: those updated count twice. */
    public double moved() {
        return read + written + 2 * updated;
    }

    /** Bytes of memory that a call touches. */
    public double footprint() {
        return read + written + updated;
    }

    /** Executed operations for each byte that must be moved. */
    public double intensity() {
        return executed / moved();
    }

    /** The rate in 10⁹ per second of a call that takes {@code nanos} nanoseconds. */
    public double rate(double nanos) {
        return amount() / nanos;
    }
}
