package chainrule.backend;

/** Arrays on the host that CPU backends use in place: as {@link Backend#wrap} explains. */
public final class HostArray {
    /** Elements that follow the last one, so that a backend may read whole vectors past the end. */
    public static final int PADDING = 64;

    private HostArray() {}

    /** An array for that many elements; it is longer than that. */
    public static float[] of(int elements) {
        return new float[elements + PADDING];
    }
}
