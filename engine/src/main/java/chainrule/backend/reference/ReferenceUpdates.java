package chainrule.backend.reference;

import chainrule.backend.AdamStep;
import chainrule.backend.Matrix;
import chainrule.backend.UpdatePrimitives;

/** One optimizer step for one parameter, written as the textbook writes it. */
final class ReferenceUpdates implements UpdatePrimitives {

    @Override
    public void sgd(Matrix w, Matrix g, Matrix v, double rate, double momentum, boolean nesterov, double decay) {
        double[] wv = w.doubles();
        for (int i = 0; i < w.elements(); i++) {
            double gradient = g.doubles()[i] + decay * wv[i];
            double velocity = gradient;
            if (v != null) {
                velocity = v.doubles()[i] = momentum * v.doubles()[i] + gradient;
            }
            wv[i] -= rate * (nesterov ? gradient + momentum * velocity : velocity);
        }
    }

    @Override
    public void adam(Matrix w, Matrix g, Matrix m, Matrix s, AdamStep step) {
        double[] wv = w.doubles();
        double[] mv = m.doubles();
        double[] sv = s.doubles();
        double bias1 = 1 - Math.pow(step.beta1(), step.number());
        double bias2 = 1 - Math.pow(step.beta2(), step.number());
        for (int i = 0; i < w.elements(); i++) {
            double gradient = g.doubles()[i];
            wv[i] -= step.rate() * step.decay() * wv[i];
            mv[i] = step.beta1() * mv[i] + (1 - step.beta1()) * gradient;
            sv[i] = step.beta2() * sv[i] + (1 - step.beta2()) * gradient * gradient;
            wv[i] -= step.rate() * (mv[i] / bias1) / (Math.sqrt(sv[i] / bias2) + step.epsilon());
        }
    }
}
