package chainrule.fuzz;

import java.util.function.UnaryOperator;

/**
 * A reader and its contract.
 *
 * @param name the folder of its corpus
 * @param wrapping makes the file from the fuzzer's bytes: random bytes would never pass a checksum or a decompressor.
 *     It must accept any bytes, and its allocations do not count
 * @param reader reads the file and uses everything in the result
 * @param documented the exception that the reader may throw; subclasses are allowed
 * @param memory the amount of memory that the reader may allocate
 */
public record Target(
        String name,
        UnaryOperator<byte[]> wrapping,
        Reader reader,
        Class<? extends RuntimeException> documented,
        Memory memory) {

    /** The reader to test. */
    @FunctionalInterface
    public interface Reader {
        void read(byte[] file) throws Exception;
    }

    /**
     * The allowance for a file of n bytes: perByte · n + fixed bytes. It covers all allocations of the reader,
     * including short-lived ones.
     *
     * @param perByte the expansion of the format times the number of copies
     * @param fixed buffers and anything else that does not depend on the file
     */
    public record Memory(long perByte, long fixed) {
        long most(int fileBytes) {
            return fixed + perByte * fileBytes;
        }
    }

    /** A target whose files are the fuzzer's bytes without wrapping. */
    public static Target of(String name, Reader reader, Memory memory, Class<? extends RuntimeException> documented) {
        return new Target(name, UnaryOperator.identity(), reader, documented, memory);
    }

    /** The same reader with files that {@code wrapping} makes from the fuzzer's bytes. */
    public Target wrapped(String name, UnaryOperator<byte[]> wrapping) {
        return new Target(name, wrapping, reader, documented, memory);
    }

    boolean mayThrow(Throwable thrown) {
        return documented.isInstance(thrown);
    }
}
