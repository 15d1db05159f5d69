package chainrule.train;

import chainrule.io.Snapshot;

/** A listener that remembers something from epoch to epoch: a checkpoint holds it, and a resumed run gives it back. */
public interface Stateful extends TrainingListener {
    /** What it is, with its settings: a run resumes only with the same listeners of this kind, in the same order. */
    String description();

    /** Stores what it remembers. */
    void save(Snapshot into);

    /** Remembers what was stored, and nothing else. @throws FormatException if something is missing */
    void restore(Snapshot from);
}
