package chainrule.cuda.emulator;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * The counts of the emulated device: a profiler for machines without a GPU. The counts are of the compiled PTX; the driver of
 * a GPU compiles it once more, and no GPU was used to confirm that the requests stay the same.
 *
 * @param kernels the kernels launched since the last reset, by name
 */
public record Counters(List<Kernel> kernels) {
    /** The kinds of memory. */
    public enum Space {
        GLOBAL,
        SHARED
    }

    /** The kinds of access. */
    public enum Access {
        READ,
        WRITE,
        ATOMIC
    }

    /**
     * The requests of one line of source to one kind of memory. The lanes of a warp that execute an instruction
     * together make one request.
     *
     * @param where {@code softmax.cu:33}
     * @param requests the number of requests
     * @param bytes that the lanes ask for, all together
     * @param transactions of global memory the 32-byte sectors touched; of shared memory how often its banks are
     *     accessed
     * @param ideal the fewest possible transactions: neighboring bytes, no two words in one bank
     */
    public record Line(
            String where, Space space, Access access, long requests, long bytes, long transactions, long ideal) {}

    /**
     * One kernel, over all its launches.
     *
     * @param barriers {@code __syncthreads()}, once for each block
     * @param branches conditional branches, once for each warp
     * @param divergentBranches the branches at which lanes of one warp went both ways
     * @param distinctRead bytes of global memory read at least once in a launch: the traffic with an infinite cache
     * @param distinctWritten likewise written
     */
    public record Kernel(
            String name,
            long launches,
            long blocks,
            long threads,
            long barriers,
            long branches,
            long divergentBranches,
            long distinctRead,
            long distinctWritten,
            List<Line> lines) {
        /** Bytes of global memory that the threads ask for, read and atomic. */
        public long bytesRead() {
            return total(Space.GLOBAL, Access.READ).bytes() + total(Space.GLOBAL, Access.ATOMIC).bytes();
        }

        /** Bytes of global memory that the threads write, plain and atomic. */
        public long bytesWritten() {
            return total(Space.GLOBAL, Access.WRITE).bytes() + total(Space.GLOBAL, Access.ATOMIC).bytes();
        }

        /** Sectors touched over the fewest possible: 1 is fully coalesced, 8 uses four bytes of each sector. */
        public double coalescing() {
            long transactions = 0;
            long ideal = 0;
            for (Access access : Access.values()) {
                transactions += total(Space.GLOBAL, access).transactions();
                ideal += total(Space.GLOBAL, access).ideal();
            }
            return ideal == 0 ? 1 : (double) transactions / ideal;
        }

        /** How often a request to shared memory had to wait for another word of the same bank. */
        public long bankConflicts() {
            return lines.stream()
                    .filter(line -> line.space() == Space.SHARED)
                    .mapToLong(line -> line.transactions() - line.ideal())
                    .sum();
        }

        /** The sum over all lines; its {@code where} is the kernel. */
        public Line total(Space space, Access access) {
            Line sum = new Line(name, space, access, 0, 0, 0, 0);
            for (Line line : lines) {
                if (line.space() == space && line.access() == access) {
                    sum =
                            new Line(
                                    name,
                                    space,
                                    access,
                                    sum.requests + line.requests,
                                    sum.bytes + line.bytes,
                                    sum.transactions + line.transactions,
                                    sum.ideal + line.ideal);
                }
            }
            return sum;
        }
    }

    /** The kernel of that name, if it was launched. */
    public Optional<Kernel> kernel(String name) {
        return kernels.stream().filter(kernel -> kernel.name().equals(name)).findFirst();
    }

    /** From the text of {@code chainrule_emulator_counters}. */
    static Counters parse(String text) {
        List<Kernel> kernels = new ArrayList<>();
        for (String row : text.lines().toList()) {
            String[] words = row.split("\t");
            if (words[0].equals("kernel")) {
                long[] n = integers(words, 2);
                kernels.add(new Kernel(words[1], n[0], n[1], n[2], n[3], n[4], n[5], n[6], n[7], new ArrayList<>()));
            } else {
                long[] n = integers(words, 4);
                Space space = Space.valueOf(words[2].toUpperCase(Locale.ROOT));
                Access access = Access.valueOf(words[3].toUpperCase(Locale.ROOT));
                kernels.getLast().lines().add(new Line(words[1], space, access, n[0], n[1], n[2], n[3]));
            }
        }
        return new Counters(List.copyOf(kernels));
    }

    private static long[] integers(String[] words, int from) {
        long[] integers = new long[words.length - from];
        for (int i = 0; i < integers.length; i++) {
            integers[i] = Long.parseLong(words[from + i]);
        }
        return integers;
    }
}
