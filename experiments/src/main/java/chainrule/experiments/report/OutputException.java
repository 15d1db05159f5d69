package chainrule.experiments.report;

/** The output directory or a file in it could not be written. The message is one line, meant for the user. */
public final class OutputException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public OutputException(String message, Throwable cause) {
        super(message, cause);
    }
}
