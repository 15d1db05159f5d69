package chainrule.fuzz;

import java.util.function.UnaryOperator;

/**
 * One reader, and what it has promised.
 *
 * @param name the folder of its corpus
 * @param wrapping makes the file out of the fuzzer's bytes: where a format has a checksum or is compressed, random bytes
 *     would never come further than that. It must take any bytes, and is not charged with what it allocates
 * @param reader reads the file, and looks at all there is in what came of it
 * @param documented the exception it may end in, or a subclass of it
 * @param memory how much it may allocate
 */
public record Target(
        String name,
        UnaryOperator<byte[]> wrapping,
        Reader reader,
        Class<? extends RuntimeException> documented,
        Memory memory) {

    /** What is being tested. */
    @FunctionalInterface
    public interface Reader {
        void read(byte[] file) throws Exception;
    }

    /**
     * What a file of n bytes justifies: perByte · n + fixed bytes, counted over everything that the reader allocates, be
     * it garbage at once or not.
     *
     * @param perByte the format's own expansion times the number of copies on the way
     * @param fixed buffers and whatever does not depend on the file
     */
    public record Memory(long perByte, long fixed) {
        long most(int fileBytes) {
            return fixed + perByte * fileBytes;
        }
    }

    /** Whose files are the fuzzer's bytes as they are. */
    public static Target of(String name, Reader reader, Memory memory, Class<? extends RuntimeException> documented) {
        return new Target(name, UnaryOperator.identity(), reader, documented, memory);
    }

    /** The same reader, whose files are made from the fuzzer's bytes. */
    public Target wrapped(String name, UnaryOperator<byte[]> wrapping) {
        return new Target(name, wrapping, reader, documented, memory);
    }

    boolean mayThrow(Throwable thrown) {
        return documented.isInstance(thrown);
    }
}
