package chainrule.simd;

import static chainrule.simd.Lanes.FLOATS;
import static chainrule.simd.Lanes.LANES;
import static chainrule.simd.Lanes.SIXTEEN_REGISTERS;
import static chainrule.simd.Lanes.WIDE;

import static jdk.incubator.vector.FloatVector.broadcast;
import static jdk.incubator.vector.FloatVector.fromArray;
import static jdk.incubator.vector.FloatVector.zero;

import jdk.incubator.vector.FloatVector;

/**
 * The micro-kernel that reads its left operand along the rows, without packing: eight rows of A times a packed panel of
 * B, two (or one) vectors wide, with all sums in registers.
 *
 * <pre>
 *              b0     b1        one row of the panel per step, 2 vectors
 *            ┌──────┬──────┐
 *   a[0,k] → │ c00  │ c01  │    each element of A is broadcast
 *   a[1,k] → │ c10  │ c11  │    and used for two multiply-adds
 *     …      │  …   │  …   │
 *   a[7,k] → │ c70  │ c71  │    16 independent sums: 4 cycles of latency × 2 FMA units need at least 8
 *            └──────┴──────┘
 * </pre>
 *
 * <p>The sums run over {@code segments} runs of {@code depth} products. A matrix product is one segment; a convolution
 * has one for each row of its kernel, whose taps are adjacent in an NHWC image, so that it needs no im2col matrix. Loop
 * order: segment, k, then the tile unrolled. Each element of C is summed in the order of k by one chain of fused
 * multiply-adds, so its bits depend neither on the position of the tile nor on the thread.
 *
 * <p>That needs 19 registers: sixteen sums, two of B and one of A. Where a CPU has sixteen, C2 stores and loads some of the sums
 * in each step, and the tile is computed in two halves of four rows: {@link Lanes#SIXTEEN_REGISTERS}.
 *
 * <p>A tile S may be added at the end: a bias (lds = 0), or C itself, which accumulates. It is added at the end and not
 * the beginning, so that the processor need not wait for C before it starts on the next tile. All sums precede the
 * first store, because C2 would order each load after the stores before it. The accumulators are named locals because
 * the compiler keeps no array of vectors in registers. The panel's row length is a constant because only then does C2
 * remove the bounds checks from the loop: a variable one costs 16 %.
 */
final class RowTile {
    private RowTile() {}

    /** C[8, 2 vectors] = A·B + S; lda is the distance between A's rows, nextA between its segments; S may be null. */
    static void wide(
            int segments,
            int depth,
            float[] a,
            int ao,
            int lda,
            int nextA,
            float[] b,
            int bo,
            float[] s,
            int so,
            int lds,
            float[] c,
            int co,
            int ldc) {
        if (SIXTEEN_REGISTERS) {
            halves(segments, depth, a, ao, lda, nextA, b, bo, s, so, lds, c, co, ldc);
        } else {
            eight(segments, depth, a, ao, lda, nextA, b, bo, s, so, lds, c, co, ldc);
        }
    }

    /** Four rows after four rows: eight sums, two vectors of B and four elements of A are in fourteen registers. */
    static void halves(
            int segments,
            int depth,
            float[] a,
            int ao,
            int lda,
            int nextA,
            float[] b,
            int bo,
            float[] s,
            int so,
            int lds,
            float[] c,
            int co,
            int ldc) {
        four(segments, depth, a, ao, lda, nextA, b, bo, s, so, lds, c, co, ldc);
        four(segments, depth, a, ao + 4 * lda, lda, nextA, b, bo, s, so + 4 * lds, lds, c, co + 4 * ldc, ldc);
    }

    /** All eight rows at once. */
    static void eight(
            int segments,
            int depth,
            float[] a,
            int ao,
            int lda,
            int nextA,
            float[] b,
            int bo,
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
            int a0 = ao + segment * nextA;
            int a1 = a0 + lda;
            int a2 = a1 + lda;
            int a3 = a2 + lda;
            int a4 = a3 + lda;
            int a5 = a4 + lda;
            int a6 = a5 + lda;
            int a7 = a6 + lda;
            int bs = bo + segment * depth * WIDE;
            for (int k = 0; k < depth; k++) {
                FloatVector b0 = fromArray(FLOATS, b, bs + k * WIDE);
                FloatVector b1 = fromArray(FLOATS, b, bs + k * WIDE + LANES);
                FloatVector r0 = broadcast(FLOATS, a[a0 + k]);
                c00 = r0.fma(b0, c00);
                c01 = r0.fma(b1, c01);
                FloatVector r1 = broadcast(FLOATS, a[a1 + k]);
                c10 = r1.fma(b0, c10);
                c11 = r1.fma(b1, c11);
                FloatVector r2 = broadcast(FLOATS, a[a2 + k]);
                c20 = r2.fma(b0, c20);
                c21 = r2.fma(b1, c21);
                FloatVector r3 = broadcast(FLOATS, a[a3 + k]);
                c30 = r3.fma(b0, c30);
                c31 = r3.fma(b1, c31);
                FloatVector r4 = broadcast(FLOATS, a[a4 + k]);
                c40 = r4.fma(b0, c40);
                c41 = r4.fma(b1, c41);
                FloatVector r5 = broadcast(FLOATS, a[a5 + k]);
                c50 = r5.fma(b0, c50);
                c51 = r5.fma(b1, c51);
                FloatVector r6 = broadcast(FLOATS, a[a6 + k]);
                c60 = r6.fma(b0, c60);
                c61 = r6.fma(b1, c61);
                FloatVector r7 = broadcast(FLOATS, a[a7 + k]);
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

    /** Four of the eight rows. */
    static void four(
            int segments,
            int depth,
            float[] a,
            int ao,
            int lda,
            int nextA,
            float[] b,
            int bo,
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
        for (int segment = 0; segment < segments; segment++) {
            int a0 = ao + segment * nextA;
            int a1 = a0 + lda;
            int a2 = a1 + lda;
            int a3 = a2 + lda;
            int bs = bo + segment * depth * WIDE;
            for (int k = 0; k < depth; k++) {
                FloatVector b0 = fromArray(FLOATS, b, bs + k * WIDE);
                FloatVector b1 = fromArray(FLOATS, b, bs + k * WIDE + LANES);
                FloatVector r0 = broadcast(FLOATS, a[a0 + k]);
                c00 = r0.fma(b0, c00);
                c01 = r0.fma(b1, c01);
                FloatVector r1 = broadcast(FLOATS, a[a1 + k]);
                c10 = r1.fma(b0, c10);
                c11 = r1.fma(b1, c11);
                FloatVector r2 = broadcast(FLOATS, a[a2 + k]);
                c20 = r2.fma(b0, c20);
                c21 = r2.fma(b1, c21);
                FloatVector r3 = broadcast(FLOATS, a[a3 + k]);
                c30 = r3.fma(b0, c30);
                c31 = r3.fma(b1, c31);
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

    /** As {@link #wide}, for only the first vector of the panel. */
    static void narrow(
            int segments,
            int depth,
            float[] a,
            int ao,
            int lda,
            int nextA,
            float[] b,
            int bo,
            float[] s,
            int so,
            int lds,
            float[] c,
            int co,
            int ldc) {
        FloatVector c00 = zero(FLOATS);
        FloatVector c10 = zero(FLOATS);
        FloatVector c20 = zero(FLOATS);
        FloatVector c30 = zero(FLOATS);
        FloatVector c40 = zero(FLOATS);
        FloatVector c50 = zero(FLOATS);
        FloatVector c60 = zero(FLOATS);
        FloatVector c70 = zero(FLOATS);
        for (int segment = 0; segment < segments; segment++) {
            int a0 = ao + segment * nextA;
            int a1 = a0 + lda;
            int a2 = a1 + lda;
            int a3 = a2 + lda;
            int a4 = a3 + lda;
            int a5 = a4 + lda;
            int a6 = a5 + lda;
            int a7 = a6 + lda;
            int bs = bo + segment * depth * WIDE;
            for (int k = 0; k < depth; k++) {
                FloatVector b0 = fromArray(FLOATS, b, bs + k * WIDE);
                FloatVector r0 = broadcast(FLOATS, a[a0 + k]);
                c00 = r0.fma(b0, c00);
                FloatVector r1 = broadcast(FLOATS, a[a1 + k]);
                c10 = r1.fma(b0, c10);
                FloatVector r2 = broadcast(FLOATS, a[a2 + k]);
                c20 = r2.fma(b0, c20);
                FloatVector r3 = broadcast(FLOATS, a[a3 + k]);
                c30 = r3.fma(b0, c30);
                FloatVector r4 = broadcast(FLOATS, a[a4 + k]);
                c40 = r4.fma(b0, c40);
                FloatVector r5 = broadcast(FLOATS, a[a5 + k]);
                c50 = r5.fma(b0, c50);
                FloatVector r6 = broadcast(FLOATS, a[a6 + k]);
                c60 = r6.fma(b0, c60);
                FloatVector r7 = broadcast(FLOATS, a[a7 + k]);
                c70 = r7.fma(b0, c70);
            }
        }
        if (s != null) {
            c00 = c00.add(fromArray(FLOATS, s, so));
            c10 = c10.add(fromArray(FLOATS, s, so + lds));
            c20 = c20.add(fromArray(FLOATS, s, so + 2 * lds));
            c30 = c30.add(fromArray(FLOATS, s, so + 3 * lds));
            c40 = c40.add(fromArray(FLOATS, s, so + 4 * lds));
            c50 = c50.add(fromArray(FLOATS, s, so + 5 * lds));
            c60 = c60.add(fromArray(FLOATS, s, so + 6 * lds));
            c70 = c70.add(fromArray(FLOATS, s, so + 7 * lds));
        }
        c00.intoArray(c, co);
        c10.intoArray(c, co + ldc);
        c20.intoArray(c, co + 2 * ldc);
        c30.intoArray(c, co + 3 * ldc);
        c40.intoArray(c, co + 4 * ldc);
        c50.intoArray(c, co + 5 * ldc);
        c60.intoArray(c, co + 6 * ldc);
        c70.intoArray(c, co + 7 * ldc);
    }
}
