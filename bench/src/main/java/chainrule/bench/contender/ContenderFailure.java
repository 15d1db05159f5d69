package chainrule.bench.contender;

/** A contender that cannot be measured; the message says why, for people. */
public final class ContenderFailure extends RuntimeException {
    private static final long serialVersionUID = 1;

    /** What kind of failure it is. */
    public enum Kind {
        /** It crashed, hung, or answered something that is not part of the protocol. */
        BROKEN,
        /** It answered that it cannot do this. */
        REFUSED,
        /** It computes something else: nothing that it does can be compared. */
        WRONG_WORK
    }

    private final Kind kind;

    ContenderFailure(Kind kind, String reason, Throwable cause) {
        super(reason, cause);
        this.kind = kind;
    }

    /** One that is broken. */
    public ContenderFailure(String reason) {
        this(Kind.BROKEN, reason, null);
    }

    /** One that is broken. */
    public ContenderFailure(String reason, Throwable cause) {
        this(Kind.BROKEN, reason, cause);
    }

    public Kind kind() {
        return kind;
    }
}
