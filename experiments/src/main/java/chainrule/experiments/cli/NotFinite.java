package chainrule.experiments.cli;

/** A command has finished and written its output, but numbers in it are not finite: a net diverged, or gave no answer. */
public final class NotFinite extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** @param message one line: how many of how many, and where */
    public NotFinite(String message) {
        super(message);
    }
}
