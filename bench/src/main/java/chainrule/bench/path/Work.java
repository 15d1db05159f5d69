package chainrule.bench.path;

/**
 * The work of one call, independent of the backend: floating-point operations, or bytes with each operand counted once
 * and each accumulated result twice.
 */
public record Work(double amount, Unit unit) {
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

    static Work flop(double count) {
        return new Work(count, Unit.FLOP);
    }

    /** The work of moving {@code count} float32 elements. */
    static Work floats(double count) {
        return new Work(count * Float.BYTES, Unit.BYTE);
    }

    /** The rate in 10⁹ per second of a call that takes {@code nanos} nanoseconds. */
    public double rate(double nanos) {
        return amount / nanos;
    }
}
