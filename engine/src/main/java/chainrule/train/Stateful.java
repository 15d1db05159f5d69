package chainrule.train;

import chainrule.io.Snapshot;

/** A listener with state: checkpoints store the state, and a resumed run restores it. */
public interface Stateful extends TrainingListener {
    /**
     * Describes the listener and its settings. A checkpoint can be resumed only with equal descriptions in equal order.
     */
    String description();

    /** Stores the state. */
    void save(Snapshot into);

    /** Replaces the state by a stored one. @throws FormatException if something is missing */
    void restore(Snapshot from);
}
