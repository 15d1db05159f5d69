package chainrule.simd;

import static chainrule.simd.Lanes.ROWS;
import static chainrule.simd.Lanes.WIDE;

/**
 * Tiles that cross the edge of C are computed in full in scratch memory, and the part inside C is copied. {@link
 * Lanes#PADDING} allows them to read past the end of their operands.
 */
final class EdgeTile {
    private EdgeTile() {}

    /** Scratch memory of this thread for one tile. */
    static float[] scratch() {
        return Scratch.mine().array(Scratch.Use.TILE, ROWS * WIDE);
    }

    /** Copies rows × cols elements of C into the tile, to be added to. */
    static void load(float[] c, int at, int ldc, int rows, int cols, float[] tile) {
        for (int i = 0; i < rows; i++) {
            System.arraycopy(c, at + i * ldc, tile, i * WIDE, cols);
        }
    }

    /** Copies rows × cols elements of the tile into C. */
    static void store(float[] tile, int rows, int cols, float[] c, int at, int ldc) {
        for (int i = 0; i < rows; i++) {
            System.arraycopy(tile, i * WIDE, c, at + i * ldc, cols);
        }
    }

    /** Multiplies two packed panels into rows × cols of C at (i, j). */
    static void multiply(
            Gemm.Operands o,
            int depth,
            float[] a,
            int ao,
            float[] b,
            int bo,
            boolean accumulate,
            int i,
            int rows,
            int j,
            int cols) {
        float[] tile = scratch();
        int at = i * o.n() + j;
        if (accumulate) {
            load(o.c(), at, o.n(), rows, cols, tile);
            PackedTile.wide(depth, a, ao, b, bo, tile, 0, WIDE, tile, 0, WIDE);
        } else {
            PackedTile.wide(depth, a, ao, b, bo, o.bias(), j, 0, tile, 0, WIDE);
        }
        store(tile, rows, cols, o.c(), at, o.n());
    }
}
