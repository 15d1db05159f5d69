package chainrule.simd;

import static chainrule.simd.Lanes.FLOATS;
import static chainrule.simd.Lanes.LANES;

import static jdk.incubator.vector.FloatVector.broadcast;
import static jdk.incubator.vector.FloatVector.fromArray;
import static jdk.incubator.vector.FloatVector.zero;

import jdk.incubator.vector.FloatVector;

/**
 * The micro-kernel that reads its left operand down the columns: each step multiplies eight neighboring elements of A
 * by two vectors of B, neither of them packed. The tile is the same as in {@link RowTile}; only the path through A
 * differs.
 *
 * <pre>
 *   A:  step 0  [a0 a1 … a7] ┐
 *       step 1  [a0 a1 … a7] │ stepA apart          C[i, j] = S[i, j] + Σ_k A[k, i]·B[k, j]
 *         …                  ┘
 * </pre>
 *
 * <p>With stepA = the row length of A it multiplies by Aᵀ without a transposed copy; over the pixels of an image, with
 * one segment per row of pixels, it computes the weight gradient of a convolution.
 */
final class ColumnTile {
    private ColumnTile() {}

    /** C[8, 2 vectors] = Aᵀ·B + S; step… is the distance from one k to the next, next… from one segment to the next. */
    static void wide(
            int segments,
            int depth,
            float[] a,
            int ao,
            int stepA,
            int nextA,
            float[] b,
            int bo,
            int stepB,
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
        for (int segment = 0; segment < segments; segment++) {
            int as = ao + segment * nextA;
            int bs = bo + segment * nextB;
            for (int k = 0; k < depth; k++) {
                int p = as + k * stepA;
                FloatVector b0 = fromArray(FLOATS, b, bs + k * stepB);
                FloatVector b1 = fromArray(FLOATS, b, bs + k * stepB + LANES);
                FloatVector r0 = broadcast(FLOATS, a[p]);
                c00 = r0.fma(b0, c00);
                c01 = r0.fma(b1, c01);
                FloatVector r1 = broadcast(FLOATS, a[p + 1]);
                c10 = r1.fma(b0, c10);
                c11 = r1.fma(b1, c11);
                FloatVector r2 = broadcast(FLOATS, a[p + 2]);
                c20 = r2.fma(b0, c20);
                c21 = r2.fma(b1, c21);
                FloatVector r3 = broadcast(FLOATS, a[p + 3]);
                c30 = r3.fma(b0, c30);
                c31 = r3.fma(b1, c31);
                FloatVector r4 = broadcast(FLOATS, a[p + 4]);
                c40 = r4.fma(b0, c40);
                c41 = r4.fma(b1, c41);
                FloatVector r5 = broadcast(FLOATS, a[p + 5]);
                c50 = r5.fma(b0, c50);
                c51 = r5.fma(b1, c51);
                FloatVector r6 = broadcast(FLOATS, a[p + 6]);
                c60 = r6.fma(b0, c60);
                c61 = r6.fma(b1, c61);
                FloatVector r7 = broadcast(FLOATS, a[p + 7]);
                c70 = r7.fma(b0, c70);
                c71 = r7.fma(b1, c71);
            }
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
}
