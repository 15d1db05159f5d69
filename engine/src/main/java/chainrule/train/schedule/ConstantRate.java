package chainrule.train.schedule;

/** The initial rate, always. */
public record ConstantRate() implements Schedule {
    @Override
    public double rate(double epoch, double initial) {
        return initial;
    }
}
