package chainrule.cuda;

/**
 * A CUDA device.
 *
 * @param index as in {@code --device 0}
 * @param name as the driver reports it
 * @param bytes of memory
 * @param major first figure of its compute capability
 * @param minor second figure
 */
record Device(int index, String name, long bytes, int major, int minor) {
    /** The oldest compute capability the kernels are compiled for: Turing. */
    static final int OLDEST = 75;

    /** "8.9". */
    String capability() {
        return major + "." + minor;
    }

    boolean supported() {
        return 10 * major + minor >= OLDEST;
    }

    /** "24 GB", or in MB where that is small. */
    String memory() {
        return bytes >= 10_000_000_000L ? Math.round(bytes / 1e9) + " GB" : Math.round(bytes / 1e6) + " MB";
    }
}
