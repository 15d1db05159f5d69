package chainrule.backend;

/**
 * How a backend is wanted.
 *
 * @param threads how many CPU threads to use, where that means anything
 * @param device which of the backend's devices: a number, or a name such as "emulated"; "" leaves it to the backend
 * @param check whether the device is to look for errors of its own programs as they run, at whatever cost in time
 */
public record Setup(int threads, String device, boolean check) {

    /** So many threads, and for the rest what the backend thinks best. */
    public static Setup of(int threads) {
        return new Setup(threads, "", false);
    }

    /** Whether anything is asked for that only a backend with devices can give. */
    public boolean asksForDevice() {
        return check || !device.isEmpty();
    }
}
