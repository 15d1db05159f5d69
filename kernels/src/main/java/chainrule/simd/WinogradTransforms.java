package chainrule.simd;

import static chainrule.simd.Lanes.FLOATS;
import static chainrule.simd.Lanes.LANES;

import static jdk.incubator.vector.FloatVector.broadcast;
import static jdk.incubator.vector.FloatVector.fromArray;

import jdk.incubator.vector.FloatVector;

/**
 * The one-dimensional transforms of Winograd's F(4, 3), of many columns at once: each maps vectors {@code k} apart
 * in s to vectors {@code f} apart in d, along n elements. A two-dimensional transform is two passes over whole rows;
 * in registers it would need 36 vectors and spill.
 *
 * <p>F(4, 3) computes four outputs of a three-tap filter from six products, by interpolating a polynomial of degree 5
 * at the points 0, ±p, ±q, ∞. Here p = √½ and q = √2, which gives a fifth of the error of the usual 1 and 2; p² = ½ and
 * q² = 2 keep the even terms simple.
 *
 * <pre>
 *        ⎡ 1    0   −5/2   0   1  0 ⎤        ⎡ 1  0  0  0 ⎤          ⎡ 1       0       0   ⎤
 *        ⎢ 0  −2p    −2    p   1  0 ⎥        ⎢ 1  p  ½ p³ ⎥          ⎢ g     g·p     g/2   ⎥  g = 1/(2p²(p² − q²)) = −2/3
 *   Bᵀ = ⎢ 0   2p    −2   −p   1  0 ⎥    A = ⎢ 1 −p  ½ −p³⎥      G = ⎢ g    −g·p     g/2   ⎥
 *        ⎢ 0  −q/2   −½    q   1  0 ⎥        ⎢ 1  q  2 q³ ⎥          ⎢ h     h·q     2h    ⎥  h = 1/(2q²(q² − p²)) = 1/6
 *        ⎢ 0   q/2   −½   −q   1  0 ⎥        ⎢ 1 −q  2 −q³⎥          ⎢ h    −h·q     2h    ⎥
 *        ⎣ 0    1     0  −5/2  0  1 ⎦        ⎣ 0  0  0  1 ⎦          ⎣ 0       0       1   ⎦
 * </pre>
 *
 * <p>All constants are vectors in fields: C2 stops inlining after some forty vector operations in one method.
 *
 * @see <a href="https://arxiv.org/abs/1509.09308">Lavin and Gray, "Fast algorithms for convolutional neural networks",
 *     2016</a>
 */
final class WinogradTransforms {
    private static final double P_ = Math.sqrt(0.5);
    private static final double Q_ = Math.sqrt(2);
    private static final double G_ = -2.0 / 3;
    private static final double H_ = 1.0 / 6;

    private static final FloatVector P = vector(P_);
    private static final FloatVector Q = vector(Q_);
    private static final FloatVector P_CUBED = vector(P_ / 2);
    private static final FloatVector Q_CUBED = vector(Q_ * 2);
    private static final FloatVector G = vector(G_);
    private static final FloatVector H = vector(H_);
    private static final FloatVector GP = vector(G_ * P_);
    private static final FloatVector HQ = vector(H_ * Q_);
    private static final FloatVector HALF = vector(0.5);
    private static final FloatVector TWO = vector(2);
    private static final FloatVector MINUS_HALF = vector(-0.5);
    private static final FloatVector MINUS_TWO = vector(-2);
    private static final FloatVector MINUS_FIVE_HALVES = vector(-2.5);

    private WinogradTransforms() {}

    private static FloatVector vector(double x) {
        return broadcast(FLOATS, (float) x);
    }

    /**
     * Bᵀ, of six inputs. After every {@code run} elements the source skips {@code jump}, to the next tile's pixels; in
     * the destination, vectors are {@code advance} apart, and it skips {@code gap}.
     */
    static void input(
            float[] s, int from, int k, float[] d, int to, int f, int n, int run, int jump, int advance, int gap) {
        int o = from;
        int e = to;
        for (int i = 0, r = 0; i < n; i += LANES) {
            FloatVector x0 = fromArray(FLOATS, s, o);
            FloatVector x1 = fromArray(FLOATS, s, o + k);
            FloatVector x2 = fromArray(FLOATS, s, o + 2 * k);
            FloatVector x3 = fromArray(FLOATS, s, o + 3 * k);
            FloatVector x4 = fromArray(FLOATS, s, o + 4 * k);
            FloatVector x5 = fromArray(FLOATS, s, o + 5 * k);
            FloatVector evenP = x2.fma(MINUS_TWO, x4);
            FloatVector oddP = x1.fma(MINUS_TWO, x3).mul(P);
            FloatVector evenQ = x2.fma(MINUS_HALF, x4);
            FloatVector oddQ = x1.fma(MINUS_HALF, x3).mul(Q);
            x2.fma(MINUS_FIVE_HALVES, x0.add(x4)).intoArray(d, e);
            evenP.add(oddP).intoArray(d, e + f);
            evenP.sub(oddP).intoArray(d, e + 2 * f);
            evenQ.add(oddQ).intoArray(d, e + 3 * f);
            evenQ.sub(oddQ).intoArray(d, e + 4 * f);
            x3.fma(MINUS_FIVE_HALVES, x1.add(x5)).intoArray(d, e + 5 * f);
            o += LANES;
            e += advance;
            r += LANES;
            if (r == run) {
                r = 0;
                o += jump;
                e += gap;
            }
        }
    }

    /** Aᵀ, of six products to four outputs. After every {@code run} elements the destination skips {@code jump}. */
    static void output(float[] s, int from, int k, float[] d, int to, int f, int n, int run, int jump) {
        int e = to;
        for (int i = 0, r = 0; i < n; i += LANES) {
            int o = from + i;
            FloatVector m1 = fromArray(FLOATS, s, o + k);
            FloatVector m2 = fromArray(FLOATS, s, o + 2 * k);
            FloatVector m3 = fromArray(FLOATS, s, o + 3 * k);
            FloatVector m4 = fromArray(FLOATS, s, o + 4 * k);
            FloatVector sumP = m1.add(m2);
            FloatVector differenceP = m1.sub(m2);
            FloatVector sumQ = m3.add(m4);
            FloatVector differenceQ = m3.sub(m4);
            fromArray(FLOATS, s, o).add(sumP).add(sumQ).intoArray(d, e);
            differenceP.mul(P).add(differenceQ.mul(Q)).intoArray(d, e + f);
            sumP.mul(HALF).add(sumQ.mul(TWO)).intoArray(d, e + 2 * f);
            differenceP.fma(P_CUBED, differenceQ.fma(Q_CUBED, fromArray(FLOATS, s, o + 5 * k))).intoArray(d, e + 3 * f);
            e += LANES;
            r += LANES;
            if (r == run) {
                r = 0;
                e += jump;
            }
        }
    }

    /** A, of four output gradients to six; otherwise as {@link #input}. */
    static void gradient(
            float[] s, int from, int k, float[] d, int to, int f, int n, int run, int jump, int advance, int gap) {
        int o = from;
        int e = to;
        for (int i = 0, r = 0; i < n; i += LANES) {
            FloatVector g0 = fromArray(FLOATS, s, o);
            FloatVector g1 = fromArray(FLOATS, s, o + k);
            FloatVector g2 = fromArray(FLOATS, s, o + 2 * k);
            FloatVector g3 = fromArray(FLOATS, s, o + 3 * k);
            FloatVector evenP = g2.fma(HALF, g0);
            FloatVector oddP = g3.fma(P_CUBED, g1.mul(P));
            FloatVector evenQ = g2.fma(TWO, g0);
            FloatVector oddQ = g3.fma(Q_CUBED, g1.mul(Q));
            g0.intoArray(d, e);
            evenP.add(oddP).intoArray(d, e + f);
            evenP.sub(oddP).intoArray(d, e + 2 * f);
            evenQ.add(oddQ).intoArray(d, e + 3 * f);
            evenQ.sub(oddQ).intoArray(d, e + 4 * f);
            g3.intoArray(d, e + 5 * f);
            o += LANES;
            e += advance;
            r += LANES;
            if (r == run) {
                r = 0;
                o += jump;
                e += gap;
            }
        }
    }

    /** G, of three weights to six. */
    static void weight(float[] s, int from, int k, float[] d, int to, int f, int n) {
        for (int i = 0; i < n; i += LANES) {
            int o = from + i;
            FloatVector w0 = fromArray(FLOATS, s, o);
            FloatVector w2 = fromArray(FLOATS, s, o + 2 * k);
            FloatVector evenP = w2.fma(HALF, w0).mul(G);
            FloatVector oddP = fromArray(FLOATS, s, o + k).mul(GP);
            FloatVector evenQ = w2.fma(TWO, w0).mul(H);
            FloatVector oddQ = fromArray(FLOATS, s, o + k).mul(HQ);
            int e = to + i;
            w0.intoArray(d, e);
            evenP.add(oddP).intoArray(d, e + f);
            evenP.sub(oddP).intoArray(d, e + 2 * f);
            evenQ.add(oddQ).intoArray(d, e + 3 * f);
            evenQ.sub(oddQ).intoArray(d, e + 4 * f);
            w2.intoArray(d, e + 5 * f);
        }
    }

    /** Gᵀ, of six sums of products to three weight gradients. */
    static void weightGradient(float[] s, int from, int k, float[] d, int to, int f, int n) {
        for (int i = 0; i < n; i += LANES) {
            int o = from + i;
            FloatVector u1 = fromArray(FLOATS, s, o + k);
            FloatVector u2 = fromArray(FLOATS, s, o + 2 * k);
            FloatVector u3 = fromArray(FLOATS, s, o + 3 * k);
            FloatVector u4 = fromArray(FLOATS, s, o + 4 * k);
            FloatVector sumP = u1.add(u2).mul(G);
            FloatVector sumQ = u3.add(u4).mul(H);
            int e = to + i;
            fromArray(FLOATS, s, o).add(sumP).add(sumQ).intoArray(d, e);
            u1.sub(u2).mul(GP).add(u3.sub(u4).mul(HQ)).intoArray(d, e + f);
            sumP.mul(HALF).add(sumQ.mul(TWO)).add(fromArray(FLOATS, s, o + 5 * k)).intoArray(d, e + 2 * f);
        }
    }
}
