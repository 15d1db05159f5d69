package chainrule.train.schedule;

/**
 * Half a cosine wave from η down to floor·η: η·(floor + (1 − floor)·(1 + cos(π·epoch/epochs))/2), then constant
 * (Loshchilov and Hutter 2017, without restarts).
 *
 * @param epochs how long it goes down
 * @param floor where it ends, as a share of η
 */
public record Cosine(double epochs, double floor) implements Schedule {
    public Cosine {
        Require.positive("cosine: epochs", epochs);
        Require.share("cosine: floor", floor);
    }

    /** Down to 0. */
    public Cosine(double epochs) {
        this(epochs, 0);
    }

    @Override
    public double rate(double epoch, double initial) {
        return between(initial, floor * initial, epoch / epochs);
    }

    /** From {@code start} to {@code end} along half a cosine wave, as {@code share} goes from 0 to 1. */
    static double between(double start, double end, double share) {
        double cosine = Math.cos(Math.PI * Math.clamp(share, 0, 1));
        return end + (start - end) * (1 + cosine) / 2;
    }
}
