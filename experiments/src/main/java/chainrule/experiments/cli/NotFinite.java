package chainrule.experiments.cli;

/** A command has written its output, but values in it are not finite: a net diverged or gave no answer. */
public final class NotFinite extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** @param what the values that are not finite, in one line: "no answer for 3 of 20 images" */
    public NotFinite(String what) {
        super(what);
    }
}
