package chainrule.bench;

/** A case could not be measured; the others can. */
final class FailedCaseException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** @param reason one line */
    FailedCaseException(String reason, Throwable cause) {
        super(reason, cause);
    }
}
