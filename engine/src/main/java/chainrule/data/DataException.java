package chainrule.data;

/** Thrown if a data file is missing or malformed. The message names the file, what was found and what was expected. */
public final class DataException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public DataException(String message) {
        super(message);
    }

    public DataException(String message, Throwable cause) {
        super(message, cause);
    }
}
