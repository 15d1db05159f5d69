package chainrule.cuda;

import chainrule.backend.Buffer;

/**
 * The storage of a buffer: floats on the device.
 *
 * @param address of the first
 * @param length how many
 */
record DeviceArray(long address, int length) {
    static long address(Buffer buffer) {
        return ((DeviceArray) buffer.storage()).address();
    }

    /** 0 for a buffer that is not wanted. */
    static long addressOrNull(Buffer buffer) {
        return buffer == null ? 0 : address(buffer);
    }
}
