package chainrule.simd;

import static chainrule.simd.Lanes.LANES;
import static chainrule.simd.Lanes.broadcast;
import static chainrule.simd.Lanes.load;

import jdk.incubator.vector.FloatVector;

/** Sums, products and optimiser updates over from … to − 1, a multiple of the lanes. */
final class ArithmeticKernels {
    private ArithmeticKernels() {}

    static void add(float[] x, float[] y, float[] z, int from, int to) {
        for (int i = from; i < to; i += LANES) {
            load(x, i).add(load(y, i)).intoArray(z, i);
        }
    }

    static void axpy(float alpha, float[] x, float[] y, int from, int to) {
        FloatVector al = broadcast(alpha);
        for (int i = from; i < to; i += LANES) {
            load(x, i).fma(al, load(y, i)).intoArray(y, i);
        }
    }

    static void scale(float alpha, float[] x, int from, int to) {
        FloatVector al = broadcast(alpha);
        for (int i = from; i < to; i += LANES) {
            load(x, i).mul(al).intoArray(x, i);
        }
    }

    static void clamp(float limit, float[] x, int from, int to) {
        FloatVector most = broadcast(limit);
        FloatVector least = broadcast(-limit);
        for (int i = from; i < to; i += LANES) {
            load(x, i).min(most).max(least).intoArray(x, i);
        }
    }

    static void multiply(float[] x, float[] y, float[] z, int from, int to) {
        for (int i = from; i < to; i += LANES) {
            load(x, i).mul(load(y, i)).intoArray(z, i);
        }
    }

    static void multiplyAdd(float[] x, float[] y, float[] z, int from, int to) {
        for (int i = from; i < to; i += LANES) {
            load(x, i).fma(load(y, i), load(z, i)).intoArray(z, i);
        }
    }

    /** w −= η·(g + λ·w). */
    static void sgd(float eta, float lambda, float[] g, float[] w, int from, int to) {
        FloatVector minusEta = broadcast(-eta);
        FloatVector decay = broadcast(lambda);
        for (int i = from; i < to; i += LANES) {
            FloatVector wv = load(w, i);
            wv.fma(decay, load(g, i)).fma(minusEta, wv).intoArray(w, i);
        }
    }

    /** v = μ·v + g + λ·w; w −= η·v, or w −= η·(g + λ·w + μ·v) where {@code nesterov} is 1 and not 0. */
    static void momentum(
            float eta, float mu, float nesterov, float lambda, float[] g, float[] v, float[] w, int from, int to) {
        FloatVector minusEta = broadcast(-eta);
        FloatVector decay = broadcast(lambda);
        // v′ for plain momentum, g′ + μ·v′ for Nesterov: both are a·g′ + b·v′
        FloatVector ofGradient = broadcast(nesterov);
        FloatVector ofVelocity = broadcast(nesterov == 0 ? 1 : mu);
        for (int i = from; i < to; i += LANES) {
            FloatVector wv = load(w, i);
            FloatVector gradient = wv.fma(decay, load(g, i));
            FloatVector velocity = load(v, i).mul(mu).add(gradient);
            velocity.intoArray(v, i);
            velocity.mul(ofVelocity).add(gradient.mul(ofGradient)).fma(minusEta, wv).intoArray(w, i);
        }
    }

    /** The numbers of one step of Adam: shrink = η·λ, eta = η/(1 − β₁ᵗ), unbias = 1/√(1 − β₂ᵗ). */
    record Adam(
            float shrink, float beta1, float new1, float beta2, float new2, float eta, float unbias, float epsilon) {}

    /** m = β₁m + (1 − β₁)g; s = β₂s + (1 − β₂)g²; w −= shrink·w + eta·m/(√s·unbias + ε). */
    static void adam(Adam step, float[] g, float[] m, float[] s, float[] w, int from, int to) {
        FloatVector beta1 = broadcast(step.beta1);
        FloatVector new1 = broadcast(step.new1);
        FloatVector beta2 = broadcast(step.beta2);
        FloatVector new2 = broadcast(step.new2);
        FloatVector unbias = broadcast(step.unbias);
        FloatVector epsilon = broadcast(step.epsilon);
        FloatVector eta = broadcast(step.eta);
        FloatVector keep = broadcast(1 - step.shrink);
        for (int i = from; i < to; i += LANES) {
            FloatVector gv = load(g, i);
            FloatVector mv = load(m, i).mul(beta1).add(gv.mul(new1));
            FloatVector sv = load(s, i).mul(beta2).add(gv.mul(gv).mul(new2));
            mv.intoArray(m, i);
            sv.intoArray(s, i);
            FloatVector change = mv.mul(eta).div(sv.sqrt().fma(unbias, epsilon));
            load(w, i).mul(keep).sub(change).intoArray(w, i);
        }
    }
}
