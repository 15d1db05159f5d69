package chainrule.train.schedule;

/**
 * Multiplies the rate by a factor whenever a metric has not improved for some epochs. This schedule has state: call
 * {@link #report} with the metric after every epoch; {@link #state} and {@link #restore} transfer the state to a
 * resumed run.
 */
public final class ReduceOnPlateau implements Schedule {
    private final Goal goal;
    private final double factor;
    private final int patience;
    private final double threshold;
    private final double smallest;
    private State state;

    /** The direction in which the metric improves. */
    public enum Goal {
        /** Smaller is better, as for a loss. */
        MINIMIZE,
        /** Larger is better, as for an accuracy. */
        MAXIMIZE
    }

    /**
     * The state of the schedule.
     *
     * @param best the best metric so far, NaN before the first
     * @param waited epochs since the best metric, or since the last reduction
     * @param scale the product of all reductions
     */
    public record State(double best, int waited, double scale) {}

    /**
     * @param factor by which a reduction multiplies the rate, above 0 and below 1
     * @param patience the number of epochs without improvement that do not cause a reduction
     * @param threshold the smallest difference of the metric that counts as an improvement
     * @param smallest the lower bound of the rate as a fraction of the initial rate
     */
    public ReduceOnPlateau(Goal goal, double factor, int patience, double threshold, double smallest) {
        if (!(factor > 0 && factor < 1)) {
            throw new IllegalArgumentException("plateau: factor " + factor + ": must be above 0 and below 1");
        }
        if (patience < 0) {
            throw new IllegalArgumentException("plateau: patience " + patience + ": must be at least 0 epochs");
        }
        if (!(threshold >= 0 && threshold < Double.POSITIVE_INFINITY)) {
            throw new IllegalArgumentException(
                    "plateau: threshold " + threshold + ": must be a finite number, at least 0");
        }
        this.goal = goal;
        this.factor = factor;
        this.patience = patience;
        this.threshold = threshold;
        Require.fraction("plateau: smallest rate", smallest);
        this.smallest = smallest;
        this.state = new State(Double.NaN, 0, 1);
    }

    /** Counts any improvement and sets no lower bound. */
    public ReduceOnPlateau(Goal goal, double factor, int patience) {
        this(goal, factor, patience, 0, 0);
    }

    /** Records the metric of an epoch; NaN is not an improvement. @return whether the rate was reduced */
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

    /** Returns the direction in which the metric improves. */
    public Goal goal() {
        return goal;
    }

    @Override
    public double rate(double epoch, double initial) {
        return initial * state.scale;
    }

    /** Returns the state, for a checkpoint. */
    public State state() {
        return state;
    }

    /** Replaces the state by an earlier one. */
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
