package chainrule.train.schedule;

/** Keeps the initial learning rate. */
public record ConstantRate() implements Schedule {
    @Override
    public double rate(double epoch, double initial) {
        return initial;
    }
}
