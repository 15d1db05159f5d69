package chainrule.train.schedule;

/**
 * Cosine annealing from η to floor η: η (floor + (1 − floor) (1 + cos(π epoch/epochs))/2), then constant (Loshchilov
 * and Hutter 2017, without restarts).
 *
 * @param epochs the length of the decrease
 * @param floor the final rate as a fraction of η
 */
public record Cosine(double epochs, double floor) implements Schedule {
    public Cosine {
        Require.positive("cosine: epochs", epochs);
        Require.fraction("cosine: floor", floor);
    }

    /** Anneals to 0. */
    public Cosine(double epochs) {
        this(epochs, 0);
    }

    @Override
    public double rate(double epoch, double initial) {
        return between(initial, floor * initial, epoch / epochs);
    }

    /** Goes from {@code start} to {@code end} along half a cosine wave, as {@code fraction} goes from 0 to 1. */
    static double between(double start, double end, double fraction) {
        double cosine = Math.cos(Math.PI * Math.clamp(fraction, 0, 1));
        return end + (start - end) * (1 + cosine) / 2;
    }
}
