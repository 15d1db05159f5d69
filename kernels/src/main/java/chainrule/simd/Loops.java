package chainrule.simd;

import static chainrule.simd.Lanes.LANES;
import static chainrule.simd.Lanes.WIDE;

import chainrule.backend.ejml.ThreadPool;

import java.util.Arrays;

/** The loops that run the elementwise kernels and the column kernels. */
final class Loops {
    /** Elements in a chunk of rows: 32 KB, so that a second pass over the chunk finds it in the first-level cache. */
    private static final int CHUNK = 8192;

    /** Cheap operations worth a hand-over to another thread: about a microsecond of work per thread. */
    private static final int GRAIN = 16_384;

    /**
     * Elements that fit the second-level caches, 1 MB: each thread gets one piece of them, the same one in each loop
     * and step, and finds it in its cache. Longer loops are cut into more pieces, so that no thread waits for one that
     * was preempted.
     */
    private static final int CACHED = 262_144;

    private Loops() {}

    /** A range of rows of two vectors of columns from column j on; the second may be beyond the last column. */
    @FunctionalInterface
    interface Strip {
        void run(int chunk, int firstRow, int lastRow, int j);
    }

    /**
     * Runs {@code kernel} over 0 … n − 1 in whole vectors. Where n is not a multiple of the vector length, the last
     * vector extends past n, and the elements it overwrote there are restored.
     *
     * @param cost of one element, in cheap operations: decides from which length on threads share the work
     * @param written the arrays that the kernel writes
     */
    static void vectors(ThreadPool threads, int n, int cost, ThreadPool.Body kernel, float[]... written) {
        int whole = n - n % LANES;
        if (whole < 2 * GRAIN / cost) {
            if (whole > 0) {
                kernel.run(0, whole);
            }
        } else {
            int vectors = whole / LANES;
            int piece = whole <= CACHED ? vectors / threads.threads() : 1;
            threads.parallelFor(
                    vectors, Math.max(piece, GRAIN / cost / LANES), (from, to) -> kernel.run(from * LANES, to * LANES));
        }
        if (whole < n) {
            float[][] beyond = new float[written.length][];
            for (int i = 0; i < written.length; i++) {
                beyond[i] = Arrays.copyOfRange(written[i], n, whole + LANES);
            }
            kernel.run(whole, whole + LANES);
            for (int i = 0; i < written.length; i++) {
                System.arraycopy(beyond[i], 0, written[i], n, beyond[i].length);
            }
        }
    }

    /** The number of rows in a chunk: a function of the row length alone, so that sums over chunks have one shape. */
    static int chunkRows(int cols) {
        return Math.max(16, CHUNK / cols);
    }

    static int chunks(int rows, int cols) {
        return Math.ceilDiv(rows, chunkRows(cols));
    }

    /** Runs {@code kernel} over the rows of a matrix, first … last − 1 at a time. */
    static void rows(ThreadPool threads, int rows, int cols, ThreadPool.Body kernel) {
        threads.parallelFor(rows, 2 * chunkRows(cols), kernel);
    }

    /**
     * Runs {@code kernel} over a matrix, one chunk of rows after the other, and in each two vectors of columns at a
     * time.
     */
    static void strips(ThreadPool threads, int rows, int cols, Strip kernel) {
        int height = chunkRows(cols);
        int chunks = chunks(rows, cols);
        if (chunks < 4) {
            strips(0, chunks, height, rows, cols, kernel);
        } else {
            threads.parallelFor(chunks, 2, (from, to) -> strips(from, to, height, rows, cols, kernel));
        }
    }

    private static void strips(int from, int to, int height, int rows, int cols, Strip kernel) {
        for (int chunk = from; chunk < to; chunk++) {
            int first = chunk * height;
            int last = first + Math.min(height, rows - first);
            for (int j = 0; j < cols; j += WIDE) {
                kernel.run(chunk, first, last, j);
            }
        }
    }
}
