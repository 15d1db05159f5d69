package chainrule.cuda;

import chainrule.backend.Matrix;

/**
 * The storage of a buffer: floats on the device.
 *
 * @param address of the first float
 * @param length the number of floats
 */
record DeviceArray(long address, int length) {
    /** Where the elements of a matrix are. */
    static long address(Matrix matrix) {
        return ((DeviceArray) matrix.buffer().storage()).address();
    }

    /** 0 for null, an operand that a kernel leaves out. */
    static long addressOrNull(Matrix matrix) {
        return matrix == null ? 0 : address(matrix);
    }
}
