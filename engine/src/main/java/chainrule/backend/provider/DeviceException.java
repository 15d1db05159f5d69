package chainrule.backend.provider;

/**
 * A backend's device failed at what it was asked to do: it has no more memory, or one of its programs went wrong. The
 * message has all that is known; the Java that happened to notice it says nothing more.
 */
public class DeviceException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public DeviceException(String message) {
        super(message);
    }

    public DeviceException(String message, Throwable cause) {
        super(message, cause);
    }
}
