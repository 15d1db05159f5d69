package chainrule.simd;

import static chainrule.simd.Lanes.FLOATS;
import static chainrule.simd.Lanes.LANES;

import static jdk.incubator.vector.FloatVector.broadcast;
import static jdk.incubator.vector.FloatVector.fromArray;

import jdk.incubator.vector.FloatVector;

/** Sums, products and optimizer updates over from … to − 1, a multiple of the lanes. */
final class ArithmeticKernels {
    private ArithmeticKernels() {}

    static void add(float[] x, float[] y, float[] z, int from, int to) {
        for (int i = from; i < to; i += LANES) {
            fromArray(FLOATS, x, i).add(fromArray(FLOATS, y, i)).intoArray(z, i);
        }
    }

    static void axpy(float alpha, float[] x, float[] y, int from, int to) {
        FloatVector al = broadcast(FLOATS, alpha);
        for (int i = from; i < to; i += LANES) {
            fromArray(FLOATS, x, i).fma(al, fromArray(FLOATS, y, i)).intoArray(y, i);
        }
    }

    static void scale(float alpha, float[] x, int from, int to) {
        FloatVector al = broadcast(FLOATS, alpha);
        for (int i = from; i < to; i += LANES) {
            fromArray(FLOATS, x, i).mul(al).intoArray(x, i);
        }
    }

    static void clamp(float limit, float[] x, int from, int to) {
        FloatVector most = broadcast(FLOATS, limit);
        FloatVector least = broadcast(FLOATS, -limit);
        for (int i = from; i < to; i += LANES) {
            fromArray(FLOATS, x, i).min(most).max(least).intoArray(x, i);
        }
    }

    static void multiply(float[] x, float[] y, float[] z, int from, int to) {
        for (int i = from; i < to; i += LANES) {
            fromArray(FLOATS, x, i).mul(fromArray(FLOATS, y, i)).intoArray(z, i);
        }
    }

    static void multiplyAdd(float[] x, float[] y, float[] z, int from, int to) {
        for (int i = from; i < to; i += LANES) {
            fromArray(FLOATS, x, i).fma(fromArray(FLOATS, y, i), fromArray(FLOATS, z, i)).intoArray(z, i);
        }
    }

    /** w −= η·(g + λ·w). */
    static void sgd(float eta, float lambda, float[] g, float[] w, int from, int to) {
        FloatVector minusEta = broadcast(FLOATS, -eta);
        FloatVector decay = broadcast(FLOATS, lambda);
        for (int i = from; i < to; i += LANES) {
            FloatVector wv = fromArray(FLOATS, w, i);
            wv.fma(decay, fromArray(FLOATS, g, i)).fma(minusEta, wv).intoArray(w, i);
        }
    }

    /** v = μ·v + g + λ·w; w −= η·v. */
    static void momentum(float eta, float mu, float lambda, float[] g, float[] v, float[] w, int from, int to) {
        FloatVector minusEta = broadcast(FLOATS, -eta);
        FloatVector decay = broadcast(FLOATS, lambda);
        for (int i = from; i < to; i += LANES) {
            FloatVector wv = fromArray(FLOATS, w, i);
            FloatVector gradient = wv.fma(decay, fromArray(FLOATS, g, i));
            FloatVector velocity = fromArray(FLOATS, v, i).mul(mu).add(gradient);
            velocity.intoArray(v, i);
            velocity.fma(minusEta, wv).intoArray(w, i);
        }
    }

    /** v = μ·v + g + λ·w; w −= η·(g + λ·w + μ·v). */
    static void nesterov(float eta, float mu, float lambda, float[] g, float[] v, float[] w, int from, int to) {
        FloatVector minusEta = broadcast(FLOATS, -eta);
        FloatVector decay = broadcast(FLOATS, lambda);
        for (int i = from; i < to; i += LANES) {
            FloatVector wv = fromArray(FLOATS, w, i);
            FloatVector gradient = wv.fma(decay, fromArray(FLOATS, g, i));
            FloatVector velocity = fromArray(FLOATS, v, i).mul(mu).add(gradient);
            velocity.intoArray(v, i);
            velocity.mul(mu).add(gradient).fma(minusEta, wv).intoArray(w, i);
        }
    }

    /** The factors of one Adam step: shrink = η·λ, eta = η/(1 − β₁ᵗ), unbias = 1/√(1 − β₂ᵗ). */
    record Adam(
            float shrink, float beta1, float new1, float beta2, float new2, float eta, float unbias, float epsilon) {}

    /** m = β₁m + (1 − β₁)g; s = β₂s + (1 − β₂)g²; w −= shrink·w + eta·m/(√s·unbias + ε). */
    static void adam(Adam step, float[] g, float[] m, float[] s, float[] w, int from, int to) {
        FloatVector beta1 = broadcast(FLOATS, step.beta1);
        FloatVector new1 = broadcast(FLOATS, step.new1);
        FloatVector beta2 = broadcast(FLOATS, step.beta2);
        FloatVector new2 = broadcast(FLOATS, step.new2);
        FloatVector unbias = broadcast(FLOATS, step.unbias);
        FloatVector epsilon = broadcast(FLOATS, step.epsilon);
        FloatVector eta = broadcast(FLOATS, step.eta);
        FloatVector keep = broadcast(FLOATS, 1 - step.shrink);
        for (int i = from; i < to; i += LANES) {
            FloatVector gv = fromArray(FLOATS, g, i);
            FloatVector mv = fromArray(FLOATS, m, i).mul(beta1).add(gv.mul(new1));
            FloatVector sv = fromArray(FLOATS, s, i).mul(beta2).add(gv.mul(gv).mul(new2));
            mv.intoArray(m, i);
            sv.intoArray(s, i);
            FloatVector change = mv.mul(eta).div(sv.sqrt().fma(unbias, epsilon));
            fromArray(FLOATS, w, i).mul(keep).sub(change).intoArray(w, i);
        }
    }
}
