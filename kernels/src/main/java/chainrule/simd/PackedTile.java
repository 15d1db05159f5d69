package chainrule.simd;

import static chainrule.simd.Lanes.FLOATS;
import static chainrule.simd.Lanes.LANES;
import static chainrule.simd.Lanes.ROWS;
import static chainrule.simd.Lanes.SIXTEEN_REGISTERS;
import static chainrule.simd.Lanes.WIDE;

import static jdk.incubator.vector.FloatVector.broadcast;
import static jdk.incubator.vector.FloatVector.fromArray;
import static jdk.incubator.vector.FloatVector.zero;

import jdk.incubator.vector.FloatVector;

/**
 * The micro-kernel of packed panels: A as [k][8], B as [k][2 vectors]. The tile is the same as in {@link RowTile}; with
 * both strides constant it runs at 99 % of the multiply-add peak.
 */
final class PackedTile {
    private PackedTile() {}

    /** C[8, 2 vectors] = A·B + S; S may be null. */
    static void wide(
            int depth, float[] a, int ao, float[] b, int bo, float[] s, int so, int lds, float[] c, int co, int ldc) {
        if (SIXTEEN_REGISTERS) {
            halves(depth, a, ao, b, bo, s, so, lds, c, co, ldc);
        } else {
            eight(depth, a, ao, b, bo, s, so, lds, c, co, ldc);
        }
    }

    /** Four rows after four rows: eight sums, two vectors of B and four elements of A are in fourteen registers. */
    static void halves(
            int depth, float[] a, int ao, float[] b, int bo, float[] s, int so, int lds, float[] c, int co, int ldc) {
        four(depth, a, ao, b, bo, s, so, lds, c, co, ldc);
        four(depth, a, ao + 4, b, bo, s, so + 4 * lds, lds, c, co + 4 * ldc, ldc);
    }

    /** All eight rows at once. */
    static void eight(
            int depth, float[] a, int ao, float[] b, int bo, float[] s, int so, int lds, float[] c, int co, int ldc) {
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
            FloatVector b0 = fromArray(FLOATS, b, bo + k * WIDE);
            FloatVector b1 = fromArray(FLOATS, b, bo + k * WIDE + LANES);
            FloatVector r0 = broadcast(FLOATS, a[ao + k * ROWS]);
            c00 = r0.fma(b0, c00);
            c01 = r0.fma(b1, c01);
            FloatVector r1 = broadcast(FLOATS, a[ao + k * ROWS + 1]);
            c10 = r1.fma(b0, c10);
            c11 = r1.fma(b1, c11);
            FloatVector r2 = broadcast(FLOATS, a[ao + k * ROWS + 2]);
            c20 = r2.fma(b0, c20);
            c21 = r2.fma(b1, c21);
            FloatVector r3 = broadcast(FLOATS, a[ao + k * ROWS + 3]);
            c30 = r3.fma(b0, c30);
            c31 = r3.fma(b1, c31);
            FloatVector r4 = broadcast(FLOATS, a[ao + k * ROWS + 4]);
            c40 = r4.fma(b0, c40);
            c41 = r4.fma(b1, c41);
            FloatVector r5 = broadcast(FLOATS, a[ao + k * ROWS + 5]);
            c50 = r5.fma(b0, c50);
            c51 = r5.fma(b1, c51);
            FloatVector r6 = broadcast(FLOATS, a[ao + k * ROWS + 6]);
            c60 = r6.fma(b0, c60);
            c61 = r6.fma(b1, c61);
            FloatVector r7 = broadcast(FLOATS, a[ao + k * ROWS + 7]);
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
            int depth, float[] a, int ao, float[] b, int bo, float[] s, int so, int lds, float[] c, int co, int ldc) {
        FloatVector c00 = zero(FLOATS);
        FloatVector c01 = zero(FLOATS);
        FloatVector c10 = zero(FLOATS);
        FloatVector c11 = zero(FLOATS);
        FloatVector c20 = zero(FLOATS);
        FloatVector c21 = zero(FLOATS);
        FloatVector c30 = zero(FLOATS);
        FloatVector c31 = zero(FLOATS);
        for (int k = 0; k < depth; k++) {
            FloatVector b0 = fromArray(FLOATS, b, bo + k * WIDE);
            FloatVector b1 = fromArray(FLOATS, b, bo + k * WIDE + LANES);
            FloatVector r0 = broadcast(FLOATS, a[ao + k * ROWS]);
            c00 = r0.fma(b0, c00);
            c01 = r0.fma(b1, c01);
            FloatVector r1 = broadcast(FLOATS, a[ao + k * ROWS + 1]);
            c10 = r1.fma(b0, c10);
            c11 = r1.fma(b1, c11);
            FloatVector r2 = broadcast(FLOATS, a[ao + k * ROWS + 2]);
            c20 = r2.fma(b0, c20);
            c21 = r2.fma(b1, c21);
            FloatVector r3 = broadcast(FLOATS, a[ao + k * ROWS + 3]);
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
}
