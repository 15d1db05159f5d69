package chainrule.io;

/** Thrown if a model, checkpoint or trace file is malformed. The message names the file and the problem. */
public final class FormatException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public FormatException(String message) {
        super(message);
    }

    public FormatException(String message, Throwable cause) {
        super(message, cause);
    }
}
