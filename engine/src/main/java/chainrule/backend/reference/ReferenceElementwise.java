package chainrule.backend.reference;

import static chainrule.backend.reference.ReferenceBackend.f64;

import chainrule.backend.Backend;
import chainrule.backend.Buffer;
import chainrule.backend.Elementwise;
import chainrule.backend.Philox;
import chainrule.backend.Target;

/** One loop over all numbers, one number at a time. */
interface ReferenceElementwise extends Backend {

    @Override
    default void map(Elementwise f, double a, Buffer x, Buffer y) {
        double[] xv = f64(x);
        double[] yv = f64(y);
        for (int i = 0; i < x.length(); i++) {
            yv[i] = f.value(xv[i], a);
        }
    }

    @Override
    default void mapGradient(Elementwise f, double a, Buffer x, Buffer y, Buffer dy, Target dx) {
        double[] xv = f64(x);
        double[] yv = f64(y);
        double[] dyv = f64(dy);
        double[] dxv = f64(dx.toAddTo(this));
        for (int i = 0; i < x.length(); i++) {
            dxv[i] += f.gradient(xv[i], yv[i], dyv[i], a);
        }
    }

    @Override
    default void add(Buffer x, Buffer y, Buffer z) {
        double[] xv = f64(x);
        double[] yv = f64(y);
        double[] zv = f64(z);
        for (int i = 0; i < x.length(); i++) {
            zv[i] = xv[i] + yv[i];
        }
    }

    @Override
    default void axpy(double alpha, Buffer x, Buffer y) {
        double[] xv = f64(x);
        double[] yv = f64(y);
        for (int i = 0; i < x.length(); i++) {
            yv[i] += alpha * xv[i];
        }
    }

    @Override
    default void scale(double alpha, Buffer x) {
        double[] xv = f64(x);
        for (int i = 0; i < x.length(); i++) {
            xv[i] *= alpha;
        }
    }

    @Override
    default void clamp(double limit, Buffer x) {
        double[] xv = f64(x);
        for (int i = 0; i < x.length(); i++) {
            xv[i] = Math.max(-limit, Math.min(limit, xv[i]));
        }
    }

    @Override
    default void multiply(Buffer x, Buffer y, boolean accumulate, Buffer z) {
        double[] xv = f64(x);
        double[] yv = f64(y);
        double[] zv = f64(z);
        for (int i = 0; i < x.length(); i++) {
            zv[i] = (accumulate ? zv[i] : 0) + xv[i] * yv[i];
        }
    }

    @Override
    default void dropoutMask(long key, double rate, Buffer mask) {
        double[] m = f64(mask);
        for (int i = 0; i < mask.length(); i++) {
            m[i] = Philox.uniform(Philox.word(key, i)) >= (float) rate ? 1 / (1 - rate) : 0;
        }
    }
}
