package chainrule.cuda;

import chainrule.cuda.CudaBinding.Grid;

/**
 * How the blocks of a launch cover a matrix: see columns.cuh. It depends on the matrix alone, and so do the bits of sums.
 *
 * @param width columns of a tile
 * @param chunk rows of a tile
 */
record ColumnShape(int rows, int cols, int width, int chunk) {
    /** Rows of a thread from which on the sums of a chunk, written and read again, are less than a tenth of the traffic. */
    private static final int ROWS_OF_A_SUM = 32;

    private static final int ROWS_OF_A_CHUNK = 128;

    /** The most blocks a grid may have in y. */
    private static final int MOST_CHUNKS = 32_768;

    /** For sums down the columns. */
    static ColumnShape sums(int rows, int cols) {
        int width = width(cols);
        int chunk = Math.max(ROWS_OF_A_CHUNK, ROWS_OF_A_SUM * steps(width));
        return new ColumnShape(rows, cols, width, Math.max(chunk, Math.ceilDiv(rows, MOST_CHUNKS)));
    }

    /**
     * For loops that read the elements of each column once per block: the more rows a thread has, the fewer blocks; but a
     * small matrix should still be distributed over many threads.
     */
    static ColumnShape loops(int rows, int cols) {
        int width = width(cols);
        int rowsOfAThread = Math.clamp((long) rows * cols >> 16, 8, 64);
        int chunk = rowsOfAThread * steps(width);
        return new ColumnShape(rows, cols, width, Math.max(chunk, Math.ceilDiv(rows, MOST_CHUNKS)));
    }

    /** Whole rows up to 256 elements, or 64 columns where rows begin at multiples of 32 bytes anyway. */
    private static int width(int cols) {
        return Math.min(cols, cols % 8 == 0 ? 64 : Launcher.BLOCK);
    }

    /** Rows of threads in a block. */
    private static int steps(int width) {
        int steps = Launcher.BLOCK / width;
        return steps >= 8 ? steps - steps % 8 : steps;
    }

    int chunks() {
        return Math.ceilDiv(rows, chunk);
    }

    int tiles() {
        return Math.ceilDiv(cols, width);
    }

    Grid grid() {
        return new Grid(tiles(), chunks(), 1);
    }

    /** Doubles that the chunks leave for another kernel, {@code sums} per column; none with a single chunk. */
    int partials(int sums) {
        return chunks() == 1 ? 0 : sums * chunks() * cols;
    }

    /** Names a kernel and gives it this shape: rows, cols, width, chunk. */
    Launcher on(CudaStream stream, Kernel kernel) {
        return stream.on(kernel, rows, cols).i32(rows).i32(cols).i32(width).i32(chunk);
    }
}
