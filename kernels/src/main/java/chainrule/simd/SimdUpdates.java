package chainrule.simd;

import chainrule.backend.AdamStep;
import chainrule.backend.Matrix;
import chainrule.backend.ejml.EjmlUpdates;
import chainrule.backend.ejml.ThreadPool;

/** Optimizer updates in vectors. */
final class SimdUpdates extends EjmlUpdates {

    SimdUpdates(ThreadPool threads) {
        super(threads);
    }

    @Override
    public void sgd(Matrix w, Matrix g, Matrix v, double rate, double momentum, boolean nesterov, double decay) {
        float[] wv = w.floats();
        float[] gv = g.floats();
        float eta = (float) rate;
        float lambda = (float) decay;
        if (v == null) {
            Loops.vectors(
                    threads, w.elements(), 2, (from, to) -> ArithmeticKernels.sgd(eta, lambda, gv, wv, from, to), wv);
            return;
        }
        float[] vv = v.floats();
        float mu = (float) momentum;
        ThreadPool.Body step =
                nesterov
                        ? (from, to) -> ArithmeticKernels.nesterov(eta, mu, lambda, gv, vv, wv, from, to)
                        : (from, to) -> ArithmeticKernels.momentum(eta, mu, lambda, gv, vv, wv, from, to);
        Loops.vectors(threads, w.elements(), 1, step, wv, vv);
    }

    @Override
    public void adam(Matrix w, Matrix g, Matrix m, Matrix s, AdamStep step) {
        float[] wv = w.floats();
        float[] gv = g.floats();
        float[] mv = m.floats();
        float[] sv = s.floats();
        ArithmeticKernels.Adam constants =
                new ArithmeticKernels.Adam(
                        (float) (step.rate() * step.decay()),
                        (float) step.beta1(),
                        (float) (1 - step.beta1()),
                        (float) step.beta2(),
                        (float) (1 - step.beta2()),
                        (float) (step.rate() / (1 - Math.pow(step.beta1(), step.number()))),
                        (float) (1 / Math.sqrt(1 - Math.pow(step.beta2(), step.number()))),
                        (float) step.epsilon());
        Loops.vectors(
                threads,
                w.elements(),
                4,
                (from, to) -> ArithmeticKernels.adam(constants, gv, mv, sv, wv, from, to),
                wv,
                mv,
                sv);
    }
}
