package chainrule.train.schedule;

/**
 * Up from η/start to η and down again to η/end, both along half a cosine wave: the large rate in the middle acts as a
 * regulariser, the small one at the end settles (Smith and Topin 2019). η is the peak.
 *
 * @param epochs the whole run; constant after it
 * @param rise the share of the run that goes up, above 0 and below 1
 * @param start divides η at the beginning
 * @param end divides η at the end
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

    /** Up for 30 % of the run from η/25, then down to η/250 000. */
    public OneCycle(double epochs) {
        this(epochs, 0.3, 25, 250_000);
    }

    @Override
    public double rate(double epoch, double initial) {
        double share = epoch / epochs;
        return share < rise
                ? Cosine.between(initial / start, initial, share / rise)
                : Cosine.between(initial, initial / end, (share - rise) / (1 - rise));
    }
}
