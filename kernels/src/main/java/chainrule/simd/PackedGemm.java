package chainrule.simd;

import static chainrule.simd.Lanes.ROWS;
import static chainrule.simd.Lanes.WIDE;
import static chainrule.simd.Lanes.roundUp;

/**
 * The product for matrices that fit no cache: blocks of A and B are packed and reused from the cache they fit into.
 *
 * <pre>
 *   for jc: n in steps of 1024        B block, 384 × 1024 floats: 1.5 MB, in the third-level cache
 *     for pc: k in steps of 384
 *       pack B
 *       for ic: m in steps of 128     A block, 128 × 384 floats: 192 KB, in the second-level cache
 *         pack A
 *         for jr: panels of B         384 × 2 vectors: 48 KB, read 16 times from the nearest cache it fits into
 *           for ir: panels of A       the tile
 * </pre>
 *
 * @see <a href="https://doi.org/10.1145/1356052.1356053">Goto and van de Geijn, "Anatomy of high-performance matrix
 *     multiplication", 2008</a>
 */
final class PackedGemm {
    private static final int NC = 1024;
    private static final int KC = 384;
    private static final int MC = 128;

    private PackedGemm() {}

    /** Rows i0 … i1 − 1 and columns j0 … j1 − 1 of C. */
    static void multiply(Gemm.Operands o, int i0, int i1, int j0, int j1) {
        // Equal blocks of k rather than a short last one; their number depends only on the shape, and so do the bits.
        int depth = roundUp(Math.ceilDiv(o.k(), Math.ceilDiv(o.k(), KC)), ROWS);
        Scratch mine = Scratch.mine();
        float[] packedA = mine.array(Scratch.Use.PANEL_A, roundUp(Math.min(MC, i1 - i0), ROWS) * depth);
        float[] packedB = mine.array(Scratch.Use.PANEL_B, roundUp(Math.min(NC, j1 - j0), WIDE) * depth);
        for (int jc = j0; jc < j1; jc += NC) {
            int cols = Math.min(NC, j1 - jc);
            for (int pc = 0; pc < o.k(); pc += depth) {
                int kc = Math.min(depth, o.k() - pc);
                for (int j = 0; j < cols; j += WIDE) {
                    Packing.panelB(o, jc + j, Math.min(WIDE, cols - j), pc, kc, packedB, j * kc);
                }
                for (int ic = i0; ic < i1; ic += MC) {
                    int rows = Math.min(MC, i1 - ic);
                    for (int i = 0; i < rows; i += ROWS) {
                        Packing.panelA(o, ic + i, Math.min(ROWS, rows - i), pc, kc, packedA, i * kc);
                    }
                    block(o, ic, rows, jc, cols, pc > 0, kc, packedA, packedB);
                }
            }
        }
    }

    private static void block(
            Gemm.Operands o, int ic, int rows, int jc, int cols, boolean later, int kc, float[] a, float[] b) {
        int n = o.n();
        boolean accumulate = later || o.accumulate();
        float[] s = accumulate ? o.c() : o.bias();
        int lds = accumulate ? n : 0;
        for (int j = 0; j < cols; j += WIDE) {
            int width = Math.min(WIDE, cols - j);
            for (int i = 0; i < rows; i += ROWS) {
                int height = Math.min(ROWS, rows - i);
                int co = (ic + i) * n + jc + j;
                int so = accumulate ? co : jc + j;
                if (width == WIDE && height == ROWS) {
                    PackedTile.wide(kc, a, i * kc, b, j * kc, s, so, lds, o.c(), co, n);
                } else {
                    EdgeTile.multiply(o, kc, a, i * kc, b, j * kc, accumulate, ic + i, height, jc + j, width);
                }
            }
        }
    }
}
