package chainrule.experiments.study;

/** A signal stopped a study before its end. Finished results are saved; the message says how to resume. */
public final class StudyInterrupted extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final int status;

    StudyInterrupted(String message, int status) {
        super(message);
        this.status = status;
    }

    /** The exit status of the program. */
    public int status() {
        return status;
    }
}
