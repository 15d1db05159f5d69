package chainrule.train.schedule;

/**
 * η · factor^⌊epoch / every⌋: a drop every so many epochs.
 *
 * @param every epochs between two drops
 * @param factor what a drop multiplies the rate with, 0 … 1
 */
public record StepDecay(double every, double factor) implements Schedule {
    public StepDecay {
        Require.positive("step decay: epochs between drops", every);
        Require.share("step decay: factor", factor);
    }

    @Override
    public double rate(double epoch, double initial) {
        return initial * Math.pow(factor, Math.floor(epoch / every));
    }
}
