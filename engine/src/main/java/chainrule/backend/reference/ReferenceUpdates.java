package chainrule.backend.reference;

import static chainrule.backend.reference.ReferenceBackend.f64;

import chainrule.backend.Backend;
import chainrule.backend.Buffer;

/** One optimiser step for one parameter, written as the textbook writes it. */
interface ReferenceUpdates extends Backend {

    @Override
    default void sgd(Buffer w, Buffer g, Buffer v, double rate, double momentum, boolean nesterov, double decay) {
        for (int i = 0; i < w.length(); i++) {
            double gradient = f64(g)[i] + decay * f64(w)[i];
            double velocity = gradient;
            if (v != null) {
                velocity = f64(v)[i] = momentum * f64(v)[i] + gradient;
            }
            f64(w)[i] -= rate * (nesterov ? gradient + momentum * velocity : velocity);
        }
    }

    @Override
    default void adam(
            Buffer w,
            Buffer g,
            Buffer m,
            Buffer s,
            long step,
            double rate,
            double beta1,
            double beta2,
            double epsilon,
            double decay) {
        double bias1 = 1 - Math.pow(beta1, step);
        double bias2 = 1 - Math.pow(beta2, step);
        for (int i = 0; i < w.length(); i++) {
            double gradient = f64(g)[i];
            f64(w)[i] -= rate * decay * f64(w)[i];
            f64(m)[i] = beta1 * f64(m)[i] + (1 - beta1) * gradient;
            f64(s)[i] = beta2 * f64(s)[i] + (1 - beta2) * gradient * gradient;
            f64(w)[i] -= rate * (f64(m)[i] / bias1) / (Math.sqrt(f64(s)[i] / bias2) + epsilon);
        }
    }
}
