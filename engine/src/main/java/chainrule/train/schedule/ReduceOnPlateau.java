package chainrule.train.schedule;

/**
 * Multiplies the rate by a factor whenever a metric has not improved for some epochs. The one schedule with a memory:
 * tell it the metric after every epoch with {@link #report}; {@link #state} and {@link #restore} carry it over to a
 * resumed run.
 */
public final class ReduceOnPlateau implements Schedule {
    private final Goal goal;
    private final double factor;
    private final int patience;
    private final double threshold;
    private final double smallest;
    private State state;

    /** Which direction of the metric is better. */
    public enum Goal {
        /** Smaller is better: a loss. */
        MINIMIZE,
        /** Larger is better: an accuracy. */
        MAXIMIZE
    }

    /**
     * What it remembers.
     *
     * @param best the best metric so far, NaN before the first
     * @param waited epochs since then, or since the last reduction
     * @param scale the product of all reductions
     */
    public record State(double best, int waited, double scale) {}

    /**
     * @param factor what a reduction multiplies the rate with, above 0 and below 1
     * @param patience epochs without improvement that are still put up with
     * @param threshold how much better, in the metric's units, counts as an improvement
     * @param smallest the rate never falls below this share of the initial one
     */
    public ReduceOnPlateau(Goal goal, double factor, int patience, double threshold, double smallest) {
        if (!(factor > 0 && factor < 1)) {
            throw new IllegalArgumentException("plateau: factor " + factor + ": must be above 0 and below 1");
        }
        if (patience < 0) {
            throw new IllegalArgumentException("plateau: patience " + patience + ": must be from 0 epochs up");
        }
        if (!(threshold >= 0 && threshold < Double.POSITIVE_INFINITY)) {
            throw new IllegalArgumentException("plateau: threshold " + threshold + ": must be a number from 0 up");
        }
        this.goal = goal;
        this.factor = factor;
        this.patience = patience;
        this.threshold = threshold;
        Require.share("plateau: smallest rate", smallest);
        this.smallest = smallest;
        this.state = new State(Double.NaN, 0, 1);
    }

    /** Any improvement counts, and there is no lower bound. */
    public ReduceOnPlateau(Goal goal, double factor, int patience) {
        this(goal, factor, patience, 0, 0);
    }

    /** Takes note of the metric after an epoch; NaN is no improvement. @return whether the rate was reduced */
    public boolean report(double metric) {
        double gain = goal == Goal.MINIMIZE ? state.best - metric : metric - state.best;
        if (gain > threshold || Double.isNaN(state.best) && !Double.isNaN(metric)) {
            state = new State(metric, 0, state.scale);
        } else if (state.waited < patience) {
            state = new State(state.best, state.waited + 1, state.scale);
        } else {
            double scale = Math.max(smallest, state.scale * factor);
            boolean reduced = scale < state.scale;
            state = new State(state.best, 0, scale);
            return reduced;
        }
        return false;
    }

    /** Which direction of the metric is better. */
    public Goal goal() {
        return goal;
    }

    @Override
    public double rate(double epoch, double initial) {
        return initial * state.scale;
    }

    /** What it remembers, for a checkpoint. */
    public State state() {
        return state;
    }

    /** Continues from there. */
    public void restore(State earlier) {
        this.state = earlier;
    }

    @Override
    public String toString() {
        return "ReduceOnPlateau[goal="
                + goal
                + ", factor="
                + factor
                + ", patience="
                + patience
                + ", threshold="
                + threshold
                + ", smallest="
                + smallest
                + "]";
    }
}
