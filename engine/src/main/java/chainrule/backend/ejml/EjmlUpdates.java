package chainrule.backend.ejml;

import static chainrule.backend.ejml.ThreadPool.GRAIN;

import chainrule.backend.AdamStep;
import chainrule.backend.Matrix;
import chainrule.backend.UpdatePrimitives;

/** Optimizer steps over {@code float[]}. */
public class EjmlUpdates implements UpdatePrimitives {
    /** The threads that share a loop. */
    protected final ThreadPool threads;

    public EjmlUpdates(ThreadPool threads) {
        this.threads = threads;
    }

    @Override
    public void sgd(Matrix w, Matrix g, Matrix v, double rate, double momentum, boolean nesterov, double decay) {
        float[] wv = w.floats();
        float[] gv = g.floats();
        float[] vv = v == null ? null : v.floats();
        float eta = (float) rate;
        float mu = (float) momentum;
        float lambda = (float) decay;
        threads.parallelFor(
                w.elements(),
                GRAIN,
                (from, to) -> {
                    if (vv == null) {
                        for (int i = from; i < to; i++) {
                            wv[i] -= eta * (gv[i] + lambda * wv[i]);
                        }
                    } else if (nesterov) {
                        for (int i = from; i < to; i++) {
                            float gradient = gv[i] + lambda * wv[i];
                            vv[i] = mu * vv[i] + gradient;
                            wv[i] -= eta * (gradient + mu * vv[i]);
                        }
                    } else {
                        for (int i = from; i < to; i++) {
                            vv[i] = mu * vv[i] + (gv[i] + lambda * wv[i]);
                            wv[i] -= eta * vv[i];
                        }
                    }
                });
    }

    @Override
    public void adam(Matrix w, Matrix g, Matrix m, Matrix s, AdamStep step) {
        float[] wv = w.floats();
        float[] gv = g.floats();
        float[] mv = m.floats();
        float[] sv = s.floats();
        float b1 = (float) step.beta1();
        float b2 = (float) step.beta2();
        float new1 = (float) (1 - step.beta1());
        float new2 = (float) (1 - step.beta2());
        float eta = (float) (step.rate() / (1 - Math.pow(step.beta1(), step.number())));
        float unbias = (float) (1 / Math.sqrt(1 - Math.pow(step.beta2(), step.number())));
        float eps = (float) step.epsilon();
        float shrink = (float) (step.rate() * step.decay());
        threads.parallelFor(
                w.elements(),
                GRAIN,
                (from, to) -> {
                    for (int i = from; i < to; i++) {
                        wv[i] -= shrink * wv[i];
                        mv[i] = b1 * mv[i] + new1 * gv[i];
                        sv[i] = b2 * sv[i] + new2 * gv[i] * gv[i];
                        wv[i] -= eta * mv[i] / ((float) Math.sqrt(sv[i]) * unbias + eps);
                    }
                });
    }
}
