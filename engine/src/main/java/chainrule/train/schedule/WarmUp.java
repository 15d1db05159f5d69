package chainrule.train.schedule;

/**
 * Rises in a straight line to where another schedule begins, which then takes over and counts its epochs from there: the
 * first gradients of a fresh net are large and point anywhere (Goyal et al. 2017, §2.2).
 *
 * @param epochs how long it rises
 * @param from where it starts, as a share of the other schedule's first rate
 * @param then what follows
 */
public record WarmUp(double epochs, double from, Schedule then) implements Schedule {
    public WarmUp {
        Require.positive("warm-up: epochs", epochs);
        Require.share("warm-up: start", from);
    }

    /** From a tenth. */
    public WarmUp(double epochs, Schedule then) {
        this(epochs, 0.1, then);
    }

    @Override
    public double rate(double epoch, double initial) {
        if (epoch >= epochs) {
            return then.rate(epoch - epochs, initial);
        }
        return then.rate(0, initial) * (from + (1 - from) * epoch / epochs);
    }
}
