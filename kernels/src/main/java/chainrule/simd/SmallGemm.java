package chainrule.simd;

import static chainrule.simd.Lanes.LANES;
import static chainrule.simd.Lanes.ROWS;
import static chainrule.simd.Lanes.WIDE;

/**
 * The product for a small B: A is read without packing. Loop order: panels of B's columns, packed one at a time unless
 * B is one already; then tiles of eight rows. The panel (k × 2 vectors) stays in the first-level cache while A is read.
 *
 * <p>Packing A would cost 128 × 32 elements · 0.3 ns = 1.2 µs where the whole product 128 × 32 × 32 takes 2.7
 * (bench/NOTES.md).
 */
final class SmallGemm {
    private SmallGemm() {}

    /** Rows i0 … i1 − 1 and columns j0 … j1 − 1 of C. */
    static void multiply(Gemm.Operands o, int i0, int i1, int j0, int j1) {
        boolean isPanel = o.n() == WIDE && !o.transposeB();
        float[] panel = isPanel ? o.b() : Scratch.mine().array(Scratch.Use.PANEL_B, o.k() * WIDE);
        for (int j = j0; j < j1; j += WIDE) {
            int cols = Math.min(WIDE, j1 - j);
            if (!isPanel) {
                Packing.panelB(o, j, cols, 0, o.k(), panel, 0);
            }
            if (cols == WIDE) {
                wholeTiles(o, i0, i1, j, panel);
            } else {
                cutTiles(o, i0, i1, j, cols, panel);
            }
            int rest = (i1 - i0) % ROWS;
            if (rest > 0) {
                lastRows(o, i1 - rest, rest, j, cols, panel);
            }
        }
    }

    private static void wholeTiles(Gemm.Operands o, int i0, int i1, int j, float[] panel) {
        int n = o.n();
        int k = o.k();
        float[] s = o.accumulate() ? o.c() : o.bias();
        int lds = o.accumulate() ? n : 0;
        for (int i = i0; i + ROWS <= i1; i += ROWS) {
            int co = i * n + j;
            int so = o.accumulate() ? co : j;
            if (o.transposeA()) {
                ColumnTile.wide(1, k, o.a(), i, o.m(), 0, panel, 0, WIDE, 0, s, so, lds, o.c(), co, n);
            } else {
                RowTile.wide(1, k, o.a(), i * k, k, 0, panel, 0, s, so, lds, o.c(), co, n);
            }
        }
    }

    /** Tiles that cross the right edge of C. */
    private static void cutTiles(Gemm.Operands o, int i0, int i1, int j, int cols, float[] panel) {
        int n = o.n();
        int k = o.k();
        float[] tile = EdgeTile.scratch();
        float[] s = o.accumulate() ? o.c() : o.bias();
        int lds = o.accumulate() ? n : 0;
        for (int i = i0; i + ROWS <= i1; i += ROWS) {
            int co = i * n + j;
            int so = o.accumulate() ? co : j;
            if (o.transposeA()) {
                ColumnTile.wide(1, k, o.a(), i, o.m(), 0, panel, 0, WIDE, 0, s, so, lds, tile, 0, WIDE);
            } else if (cols <= LANES) {
                RowTile.narrow(1, k, o.a(), i * k, k, 0, panel, 0, s, so, lds, tile, 0, WIDE);
            } else {
                RowTile.wide(1, k, o.a(), i * k, k, 0, panel, 0, s, so, lds, tile, 0, WIDE);
            }
            EdgeTile.store(tile, ROWS, cols, o.c(), co, n);
        }
    }

    /** Fewer than eight rows at the bottom of C: A is packed, with zeros for the missing rows. */
    private static void lastRows(Gemm.Operands o, int i, int rows, int j, int cols, float[] panel) {
        float[] packedA = Scratch.mine().array(Scratch.Use.PANEL_A, o.k() * ROWS);
        Packing.panelA(o, i, rows, 0, o.k(), packedA, 0);
        EdgeTile.multiply(o, o.k(), packedA, 0, panel, 0, o.accumulate(), i, rows, j, cols);
    }
}
