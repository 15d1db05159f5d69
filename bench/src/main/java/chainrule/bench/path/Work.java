package chainrule.bench.path;

/**
 * What one call has to do, whatever the backend makes of it: floating-point operations, or bytes with every operand
 * counted once and every accumulated result twice.
 */
public record Work(double amount, Unit unit) {
    /** What the amount counts, and how its rate is written. */
    public enum Unit {
        FLOP("GFLOP/s"),
        BYTE("GB/s");

        private final String rate;

        Unit(String rate) {
            this.rate = rate;
        }

        /** The unit of 10⁹ of these a second. */
        public String rate() {
            return rate;
        }
    }

    static Work flop(double count) {
        return new Work(count, Unit.FLOP);
    }

    /** Moving that many float32 numbers. */
    static Work floats(double count) {
        return new Work(count * Float.BYTES, Unit.BYTE);
    }

    /** In 10⁹ a second, for a call of that many nanoseconds. */
    public double rate(double nanos) {
        return amount / nanos;
    }
}
