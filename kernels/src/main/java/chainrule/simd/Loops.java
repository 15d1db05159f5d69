package chainrule.simd;

import static chainrule.simd.Lanes.LANES;
import static chainrule.simd.Lanes.WIDE;

import chainrule.backend.cpu.Workers;

import java.util.Arrays;

/** The shapes of loop the elementwise kernels and the column kernels run in. */
final class Loops {
    /** Numbers in a chunk of rows: 32 KB, so that a second look at the chunk finds it in the first-level cache. */
    private static final int CHUNK = 8192;

    /** Cheap operations worth a hand-over to another thread: about a microsecond of work for each. */
    private static final int GRAIN = 16_384;

    /**
     * Numbers that fit the second-level caches, 1 MB: each thread gets one piece of them, the same one in every loop and step,
     * and finds it where it left it. Longer loops go in more pieces, so that nobody waits for a thread that was held up.
     */
    private static final int CACHED = 262_144;

    private Loops() {}

    /** A stretch of rows of two vectors of columns, which begin at column j; the second may lie beyond the last column. */
    @FunctionalInterface
    interface Strip {
        void run(int chunk, int firstRow, int lastRow, int j);
    }

    /**
     * Runs {@code kernel} over 0 … n − 1 in whole vectors. Where n is not a multiple of the vector length the last vector
     * hangs over, and what it overwrote is put back.
     *
     * @param cost of one number, in cheap operations: decides from which length on threads share the work
     * @param written the arrays that the kernel writes
     */
    static void vectors(Workers workers, int n, int cost, Workers.Piece kernel, float[]... written) {
        int whole = n - n % LANES;
        if (whole < 2 * GRAIN / cost) {
            if (whole > 0) {
                kernel.run(0, whole);
            }
        } else {
            int vectors = whole / LANES;
            int share = whole <= CACHED ? vectors / workers.threads() : 1;
            workers.loop(
                    vectors, Math.max(share, GRAIN / cost / LANES), (from, to) -> kernel.run(from * LANES, to * LANES));
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

    /** How many rows a chunk has: a function of the row length alone, so that sums over chunks have one shape. */
    static int chunkRows(int cols) {
        return Math.max(16, CHUNK / cols);
    }

    static int chunks(int rows, int cols) {
        return Math.ceilDiv(rows, chunkRows(cols));
    }

    /** Runs {@code kernel} over the rows of a matrix, first … last − 1 at a time. */
    static void rows(Workers workers, int rows, int cols, Workers.Piece kernel) {
        workers.loop(rows, 2 * chunkRows(cols), kernel);
    }

    /** Runs {@code kernel} over a matrix: chunk of rows by chunk of rows, and in each two vectors of columns at a time. */
    static void strips(Workers workers, int rows, int cols, Strip kernel) {
        int height = chunkRows(cols);
        int chunks = chunks(rows, cols);
        if (chunks < 4) {
            strips(0, chunks, height, rows, cols, kernel);
        } else {
            workers.loop(chunks, 2, (from, to) -> strips(from, to, height, rows, cols, kernel));
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
