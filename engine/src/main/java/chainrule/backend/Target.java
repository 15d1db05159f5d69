package chainrule.backend;

/**
 * Where a gradient primitive puts its contribution. A tensor that is used twice receives two: the first is written, "=",
 * and every later one added, "+=". To write the first spares filling a buffer with zeros and reading them again.
 *
 * <p>Not to be confused with the target of a loss, which is what a net should have answered.
 *
 * @param buffer exactly as long as the gradient
 * @param accumulate true for "+="; false for "=": the contents are undefined before, and all of them are written
 */
public record Target(Buffer buffer, boolean accumulate) {

    /** buffer += the contribution. */
    public static Target add(Buffer buffer) {
        return new Target(buffer, true);
    }

    /** buffer = the contribution. */
    public static Target set(Buffer buffer) {
        return new Target(buffer, false);
    }

    /** The buffer for a loop that can only add: full of zeros if it does not accumulate. */
    public Buffer toAddTo(Backend k) {
        if (!accumulate) {
            k.fill(buffer, 0);
        }
        return buffer;
    }
}
