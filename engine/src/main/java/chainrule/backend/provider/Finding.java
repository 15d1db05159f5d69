package chainrule.backend.provider;

/**
 * One line of a diagnosis.
 *
 * @param verdict whether this is as it should be
 * @param subject what was looked for: "driver", "libcublas.so.12"
 * @param found what was found, in words
 * @param advice what to do about it; "" if there is nothing to do
 */
public record Finding(Verdict verdict, String subject, String found, String advice) {

    /** True if the requirement is met. */
    public enum Verdict {
        /** It is there and works. */
        FINE,
        /** It is not there, or does not work, and something else does its work or is simply slower. */
        NOTE,
        /** It is not there, or does not work, and the backend cannot do without. */
        MISSING
    }

    /** A thing that is as it should be. */
    public static Finding fine(String subject, String found) {
        return new Finding(Verdict.FINE, subject, found, "");
    }

    /** A thing that could be better. */
    public static Finding note(String subject, String found, String advice) {
        return new Finding(Verdict.NOTE, subject, found, advice);
    }

    /** A thing the backend cannot do without. */
    public static Finding missing(String subject, String found, String advice) {
        return new Finding(Verdict.MISSING, subject, found, advice);
    }
}
