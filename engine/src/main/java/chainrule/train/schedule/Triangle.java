package chainrule.train.schedule;

/**
 * Increases the rate linearly from start η to η and decreases it linearly to end η (K. Jordan 2024, "94% on CIFAR-10 in
 * 3.29 Seconds on a Single GPU"). {@link OneCycle} explains the purpose.
 *
 * @param epochs the length of the run; the rate is constant afterwards
 * @param rise the fraction of the run in which the rate increases, above 0 and below 1
 * @param start the rate at the beginning as a fraction of η
 * @param end the rate at the end as a fraction of η
 */
public record Triangle(double epochs, double rise, double start, double end) implements Schedule {
    public Triangle {
        Require.positive("triangle: epochs", epochs);
        Require.fraction("triangle: start", start);
        Require.fraction("triangle: end", end);
        if (!(rise > 0 && rise < 1)) {
            throw new IllegalArgumentException("triangle: rise " + rise + ": must be above 0 and below 1");
        }
    }

    @Override
    public double rate(double epoch, double initial) {
        double done = Math.min(1, epoch / epochs);
        double height = done < rise ? start + (1 - start) * done / rise : end + (1 - end) * (1 - done) / (1 - rise);
        return initial * height;
    }
}
