package chainrule.experiments.cli;

/** A study was stopped by a signal before its end; what it had is saved. The message says how to go on. */
public final class StudyInterrupted extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final int status;

    StudyInterrupted(String message, int status) {
        super(message);
        this.status = status;
    }

    /** What the program exits with. */
    public int status() {
        return status;
    }
}
