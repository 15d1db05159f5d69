package chainrule.train.schedule;

/**
 * The one-cycle policy: increases the rate from η/start to η and decreases it to η/end, both along half a cosine wave.
 * The large rate in the middle acts as a regularizer, the small rate at the end lets the weights converge (Smith and
 * Topin 2019). η is the peak.
 *
 * @param epochs the length of the run; the rate is constant afterwards
 * @param rise the fraction of the run in which the rate increases, above 0 and below 1
 * @param start the divisor of η at the beginning
 * @param end the divisor of η at the end
 */
public record OneCycle(double epochs, double rise, double start, double end) implements Schedule {
    public OneCycle {
        Require.positive("one-cycle: epochs", epochs);
        Require.positive("one-cycle: start divisor", start);
        Require.positive("one-cycle: end divisor", end);
        if (!(rise > 0 && rise < 1)) {
            throw new IllegalArgumentException("one-cycle: rise " + rise + ": must be above 0 and below 1");
        }
    }

    /** Increases the rate from η/25 for 30 % of the run, then decreases it to η/250 000. */
    public OneCycle(double epochs) {
        this(epochs, 0.3, 25, 250_000);
    }

    @Override
    public double rate(double epoch, double initial) {
        double done = epoch / epochs;
        return done < rise
                ? Cosine.between(initial / start, initial, done / rise)
                : Cosine.between(initial, initial / end, (done - rise) / (1 - rise));
    }
}
