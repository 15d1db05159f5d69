package chainrule.train.schedule;

/**
 * Up from start·η to η in a straight line, and down again to end·η in another. See {@link OneCycle} for why; straight
 * lines as in K. Jordan 2024, "94% on CIFAR-10 in 3.29 Seconds on a Single GPU".
 *
 * @param epochs the whole run; constant after it
 * @param rise the share of the run that goes up, above 0 and below 1
 * @param start share of η at the beginning
 * @param end share of η at the end
 */
public record Triangle(double epochs, double rise, double start, double end) implements Schedule {
    public Triangle {
        Require.positive("triangle: epochs", epochs);
        Require.share("triangle: start", start);
        Require.share("triangle: end", end);
        if (!(rise > 0 && rise < 1)) {
            throw new IllegalArgumentException("triangle: rise " + rise + ": must be above 0 and below 1");
        }
    }

    @Override
    public double rate(double epoch, double initial) {
        double share = Math.min(1, epoch / epochs);
        double height = share < rise ? start + (1 - start) * share / rise : end + (1 - end) * (1 - share) / (1 - rise);
        return initial * height;
    }
}
