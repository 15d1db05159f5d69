package chainrule.cuda;

import chainrule.backend.provider.DeviceException;

/** A call of CUDA failed. The message has what was being done, and CUDA's name and description of the error. */
public final class CudaException extends DeviceException {
    private static final long serialVersionUID = 1L;

    /** The code of an allocation for which the device has no memory left. */
    static final int OUT_OF_MEMORY = 2;

    private final int code;

    CudaException(String doing, int code, String error) {
        super(doing + ": " + error);
        this.code = code;
    }

    /** The same failure with more context. */
    CudaException(String doing, CudaException cause) {
        super(doing + ": " + cause.getMessage(), cause);
        this.code = cause.code;
    }

    /** CUDA's code of the error: 2 for out of memory, 700 for an illegal address. */
    public int code() {
        return code;
    }
}
