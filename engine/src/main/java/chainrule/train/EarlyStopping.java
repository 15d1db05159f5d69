package chainrule.train;

import chainrule.io.Snapshot;

/**
 * Stops training early: when the validation accuracy exceeds a target, or when it has not improved for a number of
 * epochs.
 */
public final class EarlyStopping implements Stateful {
    private final double target;
    private final int patience;
    private double best = Double.NEGATIVE_INFINITY;
    private int waited;

    private EarlyStopping(double target, int patience) {
        this.target = target;
        this.patience = patience;
    }

    /** Stops when the validation accuracy is above the target, 0 to 1. */
    public static EarlyStopping above(double target) {
        return new EarlyStopping(target, Integer.MAX_VALUE);
    }

    /** Stops after {@code epochs} consecutive epochs without a better validation accuracy. */
    public static EarlyStopping patience(int epochs) {
        if (epochs < 1) {
            throw new IllegalArgumentException("patience of " + epochs + " epochs: must be at least 1");
        }
        return new EarlyStopping(Double.POSITIVE_INFINITY, epochs);
    }

    @Override
    public boolean epoch(History.Epoch epoch) {
        if (epoch.validation() == null) {
            throw new IllegalStateException("early stopping needs validation data: call Trainer.validation first");
        }
        double accuracy = epoch.validation().accuracy();
        waited = accuracy > best ? 0 : waited + 1;
        best = Math.max(best, accuracy);
        return accuracy <= target && waited < patience;
    }

    @Override
    public String description() {
        return patience == Integer.MAX_VALUE
                ? "stop above accuracy " + target
                : "stop after " + patience + " epochs without a better accuracy";
    }

    @Override
    public void save(Snapshot into) {
        into.put("best", best).put("waited", waited);
    }

    @Override
    public void restore(Snapshot from) {
        best = from.number("best");
        waited = (int) from.integer("waited", Integer.MAX_VALUE);
    }
}
