package chainrule.simd;

import static chainrule.simd.Lanes.ROWS;
import static chainrule.simd.Lanes.WIDE;

/**
 * Tiles that hang over the edge of C are computed in full beside it, and what lies inside is copied. {@link Lanes#PADDING}
 * lets them read what lies outside.
 */
final class EdgeTile {
    private EdgeTile() {}

    /** A tile's worth of this thread's memory. */
    static float[] scratch() {
        return Scratch.mine().array(Scratch.Use.TILE, ROWS * WIDE);
    }

    /** rows × cols numbers of C into the tile, to be added to. */
    static void load(float[] c, int at, int ldc, int rows, int cols, float[] tile) {
        for (int i = 0; i < rows; i++) {
            System.arraycopy(c, at + i * ldc, tile, i * WIDE, cols);
        }
    }

    /** rows × cols numbers of the tile into C. */
    static void store(float[] tile, int rows, int cols, float[] c, int at, int ldc) {
        for (int i = 0; i < rows; i++) {
            System.arraycopy(tile, i * WIDE, c, at + i * ldc, cols);
        }
    }

    /** The product of two packed panels into rows × cols of C at (i, j). */
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
