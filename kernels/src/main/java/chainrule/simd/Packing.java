package chainrule.simd;

import static chainrule.simd.Lanes.FLOATS;
import static chainrule.simd.Lanes.LANES;
import static chainrule.simd.Lanes.ROWS;
import static chainrule.simd.Lanes.WIDE;

import static jdk.incubator.vector.FloatVector.fromArray;

import java.util.Arrays;

/**
 * Copies parts of A and B into the order in which the tiles read them, so that a product reads memory sequentially for
 * any layout and row length of its operands.
 *
 * <pre>
 *   A panel: 8 rows,           [k][8]          B panel: 2 vectors of columns,  [k][2·lanes]
 * </pre>
 */
final class Packing {
    private Packing() {}

    /** Rows i … i + rows − 1 of op(A), columns k0 … k0 + depth − 1, into one panel; missing rows are zero. */
    static void panelA(Gemm.Operands o, int i, int rows, int k0, int depth, float[] panel, int at) {
        if (rows < ROWS) {
            Arrays.fill(panel, at, at + depth * ROWS, 0);
            for (int r = 0; r < rows; r++) {
                int from = o.transposeA() ? k0 * o.m() + i + r : (i + r) * o.k() + k0;
                int step = o.transposeA() ? o.m() : 1;
                for (int k = 0; k < depth; k++) {
                    panel[at + k * ROWS + r] = o.a()[from + k * step];
                }
            }
        } else if (o.transposeA()) {
            copyEight(o.a(), k0 * o.m() + i, o.m(), depth, panel, at);
        } else {
            transposeEight(o.a(), i * o.k() + k0, o.k(), depth, panel, at, ROWS);
        }
    }

    /** Columns j … j + cols − 1 of op(B), rows k0 … k0 + depth − 1, into one panel; columns beyond are undefined. */
    static void panelB(Gemm.Operands o, int j, int cols, int k0, int depth, float[] panel, int at) {
        if (!o.transposeB()) {
            copyWide(o.b(), k0 * o.n() + j, o.n(), depth, panel, at);
            return;
        }
        for (int c = 0; c < cols; c++) {
            int from = (j + c) * o.k() + k0;
            for (int k = 0; k < depth; k++) {
                panel[at + k * WIDE + c] = o.b()[from + k];
            }
        }
    }

    /** Copies {@code depth} rows of two vectors, ld apart, to adjacent rows. */
    static void copyWide(float[] x, int from, int ld, int depth, float[] y, int to) {
        for (int k = 0; k < depth; k++) {
            fromArray(FLOATS, x, from + k * ld).intoArray(y, to + k * WIDE);
            fromArray(FLOATS, x, from + k * ld + LANES).intoArray(y, to + k * WIDE + LANES);
        }
    }

    private static void copyEight(float[] x, int from, int ld, int depth, float[] y, int to) {
        for (int k = 0; k < depth; k++) {
            int p = from + k * ld;
            int q = to + k * ROWS;
            y[q] = x[p];
            y[q + 1] = x[p + 1];
            y[q + 2] = x[p + 2];
            y[q + 3] = x[p + 3];
            y[q + 4] = x[p + 4];
            y[q + 5] = x[p + 5];
            y[q + 6] = x[p + 6];
            y[q + 7] = x[p + 7];
        }
    }

    /** y[k][0 … 7] = x[0 … 7][k]: eight rows of x, ld apart, become columns of rows that are ldy apart. */
    static void transposeEight(float[] x, int from, int ld, int depth, float[] y, int to, int ldy) {
        int x0 = from;
        int x1 = x0 + ld;
        int x2 = x1 + ld;
        int x3 = x2 + ld;
        int x4 = x3 + ld;
        int x5 = x4 + ld;
        int x6 = x5 + ld;
        int x7 = x6 + ld;
        for (int k = 0; k < depth; k++) {
            int q = to + k * ldy;
            y[q] = x[x0 + k];
            y[q + 1] = x[x1 + k];
            y[q + 2] = x[x2 + k];
            y[q + 3] = x[x3 + k];
            y[q + 4] = x[x4 + k];
            y[q + 5] = x[x5 + k];
            y[q + 6] = x[x6 + k];
            y[q + 7] = x[x7 + k];
        }
    }
}
