package chainrule.cuda.emulator;

/** The emulated device cannot be built or used here; the message says why and what to do. */
public final class EmulatorException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    EmulatorException(String message, Throwable cause) {
        super(message, cause);
    }
}
