package chainrule.simd;

import static chainrule.simd.Lanes.FLOATS;
import static chainrule.simd.Lanes.LANES;
import static chainrule.simd.Lanes.SIXTEEN_REGISTERS;

import static jdk.incubator.vector.FloatVector.broadcast;
import static jdk.incubator.vector.FloatVector.fromArray;
import static jdk.incubator.vector.FloatVector.zero;

import jdk.incubator.vector.FloatVector;

/**
 * The micro-kernel of planes that are cut into panels, one vector of columns wide: A and B as [k][lanes], panel after
 * panel. The tile is the same as in {@link RowTile}.
 *
 * <pre>
 *   A:  panel 0  k = 0 [a0 a1 … ]   panel 1 [ … ]         B:  two panels, nextB apart
 *                k = 1 [a0 a1 … ]           [ … ]
 * </pre>
 *
 * <p>Each step advances by one vector in both, for any number of columns: with constant strides the loop needs no
 * bounds checks, and it reads memory in order.
 */
final class PanelTile {
    private PanelTile() {}

    /** C[8, 2 vectors] = Aᵀ·B + S; next… is the distance from one panel to the next. */
    static void wide(
            int depth,
            float[] a,
            int ao,
            int nextA,
            float[] b,
            int bo,
            int nextB,
            float[] s,
            int so,
            int lds,
            float[] c,
            int co,
            int ldc) {
        if (SIXTEEN_REGISTERS) {
            halves(depth, a, ao, nextA, b, bo, nextB, s, so, lds, c, co, ldc);
        } else {
            eight(depth, a, ao, nextA, b, bo, nextB, s, so, lds, c, co, ldc);
        }
    }

    /** Four rows after four rows: eight sums, two vectors of B and four elements of A are in fourteen registers. */
    static void halves(
            int depth,
            float[] a,
            int ao,
            int nextA,
            float[] b,
            int bo,
            int nextB,
            float[] s,
            int so,
            int lds,
            float[] c,
            int co,
            int ldc) {
        int lower = ao + row(4, nextA);
        four(depth, a, ao, nextA, b, bo, nextB, s, so, lds, c, co, ldc);
        four(depth, a, lower, nextA, b, bo, nextB, s, so + 4 * lds, lds, c, co + 4 * ldc, ldc);
    }

    /** All eight rows at once. */
    static void eight(
            int depth,
            float[] a,
            int ao,
            int nextA,
            float[] b,
            int bo,
            int nextB,
            float[] s,
            int so,
            int lds,
            float[] c,
            int co,
            int ldc) {
        FloatVector c00 = zero(FLOATS);
        FloatVector c01 = zero(FLOATS);
        FloatVector c10 = zero(FLOATS);
        FloatVector c11 = zero(FLOATS);
        FloatVector c20 = zero(FLOATS);
        FloatVector c21 = zero(FLOATS);
        FloatVector c30 = zero(FLOATS);
        FloatVector c31 = zero(FLOATS);
        FloatVector c40 = zero(FLOATS);
        FloatVector c41 = zero(FLOATS);
        FloatVector c50 = zero(FLOATS);
        FloatVector c51 = zero(FLOATS);
        FloatVector c60 = zero(FLOATS);
        FloatVector c61 = zero(FLOATS);
        FloatVector c70 = zero(FLOATS);
        FloatVector c71 = zero(FLOATS);
        for (int k = 0; k < depth; k++) {
            FloatVector b0 = fromArray(FLOATS, b, bo + k * LANES);
            FloatVector b1 = fromArray(FLOATS, b, bo + nextB + k * LANES);
            FloatVector r0 = broadcast(FLOATS, a[ao + k * LANES]);
            c00 = r0.fma(b0, c00);
            c01 = r0.fma(b1, c01);
            FloatVector r1 = broadcast(FLOATS, a[ao + row(1, nextA) + k * LANES]);
            c10 = r1.fma(b0, c10);
            c11 = r1.fma(b1, c11);
            FloatVector r2 = broadcast(FLOATS, a[ao + row(2, nextA) + k * LANES]);
            c20 = r2.fma(b0, c20);
            c21 = r2.fma(b1, c21);
            FloatVector r3 = broadcast(FLOATS, a[ao + row(3, nextA) + k * LANES]);
            c30 = r3.fma(b0, c30);
            c31 = r3.fma(b1, c31);
            FloatVector r4 = broadcast(FLOATS, a[ao + row(4, nextA) + k * LANES]);
            c40 = r4.fma(b0, c40);
            c41 = r4.fma(b1, c41);
            FloatVector r5 = broadcast(FLOATS, a[ao + row(5, nextA) + k * LANES]);
            c50 = r5.fma(b0, c50);
            c51 = r5.fma(b1, c51);
            FloatVector r6 = broadcast(FLOATS, a[ao + row(6, nextA) + k * LANES]);
            c60 = r6.fma(b0, c60);
            c61 = r6.fma(b1, c61);
            FloatVector r7 = broadcast(FLOATS, a[ao + row(7, nextA) + k * LANES]);
            c70 = r7.fma(b0, c70);
            c71 = r7.fma(b1, c71);
        }
        if (s != null) {
            c00 = c00.add(fromArray(FLOATS, s, so));
            c01 = c01.add(fromArray(FLOATS, s, so + LANES));
            c10 = c10.add(fromArray(FLOATS, s, so + lds));
            c11 = c11.add(fromArray(FLOATS, s, so + lds + LANES));
            c20 = c20.add(fromArray(FLOATS, s, so + 2 * lds));
            c21 = c21.add(fromArray(FLOATS, s, so + 2 * lds + LANES));
            c30 = c30.add(fromArray(FLOATS, s, so + 3 * lds));
            c31 = c31.add(fromArray(FLOATS, s, so + 3 * lds + LANES));
            c40 = c40.add(fromArray(FLOATS, s, so + 4 * lds));
            c41 = c41.add(fromArray(FLOATS, s, so + 4 * lds + LANES));
            c50 = c50.add(fromArray(FLOATS, s, so + 5 * lds));
            c51 = c51.add(fromArray(FLOATS, s, so + 5 * lds + LANES));
            c60 = c60.add(fromArray(FLOATS, s, so + 6 * lds));
            c61 = c61.add(fromArray(FLOATS, s, so + 6 * lds + LANES));
            c70 = c70.add(fromArray(FLOATS, s, so + 7 * lds));
            c71 = c71.add(fromArray(FLOATS, s, so + 7 * lds + LANES));
        }
        c00.intoArray(c, co);
        c01.intoArray(c, co + LANES);
        c10.intoArray(c, co + ldc);
        c11.intoArray(c, co + ldc + LANES);
        c20.intoArray(c, co + 2 * ldc);
        c21.intoArray(c, co + 2 * ldc + LANES);
        c30.intoArray(c, co + 3 * ldc);
        c31.intoArray(c, co + 3 * ldc + LANES);
        c40.intoArray(c, co + 4 * ldc);
        c41.intoArray(c, co + 4 * ldc + LANES);
        c50.intoArray(c, co + 5 * ldc);
        c51.intoArray(c, co + 5 * ldc + LANES);
        c60.intoArray(c, co + 6 * ldc);
        c61.intoArray(c, co + 6 * ldc + LANES);
        c70.intoArray(c, co + 7 * ldc);
        c71.intoArray(c, co + 7 * ldc + LANES);
    }

    /** Four of the eight rows. */
    static void four(
            int depth,
            float[] a,
            int ao,
            int nextA,
            float[] b,
            int bo,
            int nextB,
            float[] s,
            int so,
            int lds,
            float[] c,
            int co,
            int ldc) {
        FloatVector c00 = zero(FLOATS);
        FloatVector c01 = zero(FLOATS);
        FloatVector c10 = zero(FLOATS);
        FloatVector c11 = zero(FLOATS);
        FloatVector c20 = zero(FLOATS);
        FloatVector c21 = zero(FLOATS);
        FloatVector c30 = zero(FLOATS);
        FloatVector c31 = zero(FLOATS);
        for (int k = 0; k < depth; k++) {
            FloatVector b0 = fromArray(FLOATS, b, bo + k * LANES);
            FloatVector b1 = fromArray(FLOATS, b, bo + nextB + k * LANES);
            FloatVector r0 = broadcast(FLOATS, a[ao + k * LANES]);
            c00 = r0.fma(b0, c00);
            c01 = r0.fma(b1, c01);
            FloatVector r1 = broadcast(FLOATS, a[ao + row(1, nextA) + k * LANES]);
            c10 = r1.fma(b0, c10);
            c11 = r1.fma(b1, c11);
            FloatVector r2 = broadcast(FLOATS, a[ao + row(2, nextA) + k * LANES]);
            c20 = r2.fma(b0, c20);
            c21 = r2.fma(b1, c21);
            FloatVector r3 = broadcast(FLOATS, a[ao + row(3, nextA) + k * LANES]);
            c30 = r3.fma(b0, c30);
            c31 = r3.fma(b1, c31);
        }
        if (s != null) {
            c00 = c00.add(fromArray(FLOATS, s, so));
            c01 = c01.add(fromArray(FLOATS, s, so + LANES));
            c10 = c10.add(fromArray(FLOATS, s, so + lds));
            c11 = c11.add(fromArray(FLOATS, s, so + lds + LANES));
            c20 = c20.add(fromArray(FLOATS, s, so + 2 * lds));
            c21 = c21.add(fromArray(FLOATS, s, so + 2 * lds + LANES));
            c30 = c30.add(fromArray(FLOATS, s, so + 3 * lds));
            c31 = c31.add(fromArray(FLOATS, s, so + 3 * lds + LANES));
        }
        c00.intoArray(c, co);
        c01.intoArray(c, co + LANES);
        c10.intoArray(c, co + ldc);
        c11.intoArray(c, co + ldc + LANES);
        c20.intoArray(c, co + 2 * ldc);
        c21.intoArray(c, co + 2 * ldc + LANES);
        c30.intoArray(c, co + 3 * ldc);
        c31.intoArray(c, co + 3 * ldc + LANES);
    }

    /** The position of row r of a tile in its panels; a tile has more rows than a short vector has lanes. */
    private static int row(int r, int nextA) {
        return r / LANES * nextA + r % LANES;
    }
}
