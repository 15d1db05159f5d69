package chainrule.simd;

import static chainrule.simd.Lanes.FLOATS;

import static jdk.incubator.vector.FloatVector.broadcast;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;

/**
 * eˣ, tanh x and 1 − Φ(x) of a vector by polynomials, without branches or tables, within 3e-7 of the true value
 * (relative for eˣ, absolute for the others) and with NaN for NaN.
 *
 * <p>All constants are fields: C2 stops inlining after some forty vector operations in one compiled method.
 */
final class VectorMath {
    private static final FloatVector LOG2_E = broadcast(FLOATS, 1.442695f);
    private static final FloatVector MINUS_LN2_HIGH = broadcast(FLOATS, -0.693359375f);
    private static final FloatVector MINUS_LN2_LOW = broadcast(FLOATS, 2.1219444e-4f);

    /** 1.5·2²³: adding it rounds to an integer, which is then in the low bits. */
    private static final FloatVector ROUND = broadcast(FLOATS, 12582912f);

    private static final FloatVector E7 = broadcast(FLOATS, 1.9875691e-4f);
    private static final FloatVector E6 = broadcast(FLOATS, 1.3981999e-3f);
    private static final FloatVector E5 = broadcast(FLOATS, 8.333452e-3f);
    private static final FloatVector E4 = broadcast(FLOATS, 4.1665796e-2f);
    private static final FloatVector E3 = broadcast(FLOATS, 1.6666666e-1f);
    private static final FloatVector E2 = broadcast(FLOATS, 0.5f);

    private static final FloatVector P13 = broadcast(FLOATS, -2.7607684e-16f);
    private static final FloatVector P11 = broadcast(FLOATS, 2.0001879e-13f);
    private static final FloatVector P9 = broadcast(FLOATS, -8.604672e-11f);
    private static final FloatVector P7 = broadcast(FLOATS, 5.122297e-8f);
    private static final FloatVector P5 = broadcast(FLOATS, 1.4857224e-5f);
    private static final FloatVector P3 = broadcast(FLOATS, 6.372619e-4f);
    private static final FloatVector P1 = broadcast(FLOATS, 4.8935246e-3f);
    private static final FloatVector Q6 = broadcast(FLOATS, 1.1982584e-6f);
    private static final FloatVector Q4 = broadcast(FLOATS, 1.1853471e-4f);
    private static final FloatVector Q2 = broadcast(FLOATS, 2.2684346e-3f);
    private static final FloatVector Q0 = broadcast(FLOATS, 4.893525e-3f);

    private static final FloatVector ONE = broadcast(FLOATS, 1);
    private static final FloatVector MINUS_HALF = broadcast(FLOATS, -0.5f);
    private static final FloatVector T1 = broadcast(FLOATS, 0.23164189f); // 0.3275911/√2
    private static final FloatVector A5 = broadcast(FLOATS, 0.53070271f); // all five are halved
    private static final FloatVector A4 = broadcast(FLOATS, -0.72657601f);
    private static final FloatVector A3 = broadcast(FLOATS, 0.71070687f);
    private static final FloatVector A2 = broadcast(FLOATS, -0.14224837f);
    private static final FloatVector A1 = broadcast(FLOATS, 0.12741480f);

    private VectorMath() {}

    /**
     * eˣ = 2ⁿ·eʳ with n = round(x/ln 2) and r = x − n·ln 2, by the polynomial of the Cephes library (expf.c). 0 below
     * −87.3, where the result would be subnormal.
     */
    static FloatVector exp(FloatVector v) {
        FloatVector x = v.min(88.3f).max(-87.3f);
        FloatVector rounded = x.fma(LOG2_E, ROUND);
        FloatVector n = rounded.sub(ROUND);
        FloatVector r = n.fma(MINUS_LN2_LOW, n.fma(MINUS_LN2_HIGH, x));
        FloatVector p = E7.fma(r, E6).fma(r, E5).fma(r, E4).fma(r, E3).fma(r, E2);
        FloatVector power =
                rounded.viewAsIntegralLanes()
                        .lanewise(VectorOperators.LSHL, 23)
                        .lanewise(VectorOperators.ADD, 0x3F800000)
                        .viewAsFloatingLanes();
        return p.fma(r.mul(r), r).add(1f).mul(power).blend(0f, v.compare(VectorOperators.LT, -87.3f));
    }

    /**
     * {@link #exp} of v ≤ 0 or NaN, with the same bits. It needs no limits: what comes of v below −87.3 is replaced by 0,
     * and NaN passes through the polynomial.
     */
    static FloatVector expOfNegative(FloatVector v) {
        FloatVector rounded = v.fma(LOG2_E, ROUND);
        FloatVector n = rounded.sub(ROUND);
        FloatVector r = n.fma(MINUS_LN2_LOW, n.fma(MINUS_LN2_HIGH, v));
        FloatVector p = E7.fma(r, E6).fma(r, E5).fma(r, E4).fma(r, E3).fma(r, E2);
        FloatVector power =
                rounded.viewAsIntegralLanes()
                        .lanewise(VectorOperators.LSHL, 23)
                        .lanewise(VectorOperators.ADD, 0x3F800000)
                        .viewAsFloatingLanes();
        return p.fma(r.mul(r), r).add(1f).mul(power).blend(0f, v.compare(VectorOperators.LT, -87.3f));
    }

    /**
     * tanh as a quotient of polynomials of degree 13 and 6: the minimax fit of Eigen (MathFunctionsImpl.h). ±1 beyond
     * ±7.905, where the rest is below the error of the fit: whatever the quotient is there, infinite or NaN, the blends
     * replace it.
     */
    static FloatVector tanh(FloatVector v) {
        FloatVector s = v.mul(v);
        FloatVector p = P13.fma(s, P11).fma(s, P9).fma(s, P7).fma(s, P5).fma(s, P3).fma(s, P1);
        FloatVector q = Q6.fma(s, Q4).fma(s, Q2).fma(s, Q0);
        return v.mul(p)
                .div(q)
                .blend(1f, v.compare(VectorOperators.GT, 7.905311f))
                .blend(-1f, v.compare(VectorOperators.LT, -7.905311f));
    }

    /** e^(−x²/2), for {@link #upperTail} and the normal density. */
    static FloatVector bell(FloatVector x) {
        return exp(x.mul(x).mul(MINUS_HALF));
    }

    /**
     * 1 − Φ(x) for x from 0 up, Φ the normal distribution: ½e^(−x²/2) times a polynomial in t = 1/(1 + px), the formula
     * 7.1.26 for the error function of Abramowitz and Stegun (1964), by Hastings.
     *
     * @param bell e^(−x²/2)
     */
    static FloatVector upperTail(FloatVector x, FloatVector bell) {
        FloatVector t = ONE.div(x.fma(T1, ONE));
        return A5.fma(t, A4).fma(t, A3).fma(t, A2).fma(t, A1).mul(t).mul(bell);
    }
}
