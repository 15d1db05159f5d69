package chainrule.backend.provider;

/**
 * The options with which a backend is created.
 *
 * @param threads how many CPU threads to use, where that means anything
 * @param device which of the backend's devices: a number, or a name such as "emulated"; "" leaves it to the backend
 * @param check true if the device checks its programs for errors while they run, however slow that is
 */
public record Setup(int threads, String device, boolean check) {

    /** So many threads, and for the rest what the backend thinks best. */
    public static Setup of(int threads) {
        return new Setup(threads, "", false);
    }

    /** True if an option needs a backend with devices. */
    public boolean asksForDevice() {
        return check || !device.isEmpty();
    }
}
