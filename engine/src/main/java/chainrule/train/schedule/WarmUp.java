package chainrule.train.schedule;

/**
 * Increases the rate linearly to the first rate of another schedule, which then begins with its epoch 0. Use it with
 * large learning rates: the gradients of a newly initialized net are large and inconsistent (Goyal et al. 2017, §2.2).
 *
 * @param epochs the length of the increase
 * @param from the first rate, as a fraction of the other schedule's first rate
 * @param then the schedule that follows
 */
public record WarmUp(double epochs, double from, Schedule then) implements Schedule {
    public WarmUp {
        Require.positive("warm-up: epochs", epochs);
        Require.fraction("warm-up: start", from);
    }

    /** Starts at a tenth of the other schedule's first rate. */
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
