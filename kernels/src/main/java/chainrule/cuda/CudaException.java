package chainrule.cuda;

import chainrule.backend.DeviceException;

/** A call of CUDA failed. The message has what was being done, CUDA's name for the error and its words for it. */
public final class CudaException extends DeviceException {
    private static final long serialVersionUID = 1L;

    /** The code of an allocation that the device has no room for. */
    static final int OUT_OF_MEMORY = 2;

    private final int code;

    CudaException(String doing, int code, String error) {
        super(doing + ": " + error);
        this.code = code;
    }

    /** The same failure, told with more of what is known where it was caught. */
    CudaException(String doing, CudaException cause) {
        super(doing + ": " + cause.getMessage(), cause);
        this.code = cause.code;
    }

    /** CUDA's number of the error: 2 for out of memory, 700 for an illegal address. */
    public int code() {
        return code;
    }
}
