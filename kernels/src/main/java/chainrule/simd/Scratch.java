package chainrule.simd;

/** The working memory of one thread, kept from call to call: arrays that only grow. */
final class Scratch {
    private static final ThreadLocal<Scratch> OF_THREAD = ThreadLocal.withInitial(Scratch::new);

    private final float[][] arrays = new float[6][0];

    /** The purpose of an array; kernels that call each other use different ones. */
    enum Use {
        PANEL_A,
        PANEL_B,
        TILE,
        PLANES,
        MORE_PLANES,
        STRIP
    }

    private Scratch() {}

    static Scratch mine() {
        return OF_THREAD.get();
    }

    /** An array of at least {@code length} elements with undefined contents. */
    float[] array(Use use, int length) {
        float[] array = arrays[use.ordinal()];
        if (array.length < length) {
            array = new float[length];
            arrays[use.ordinal()] = array;
        }
        return array;
    }
}
