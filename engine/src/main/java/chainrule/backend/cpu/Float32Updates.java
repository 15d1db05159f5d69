package chainrule.backend.cpu;

import static chainrule.backend.cpu.Float32Backend.f32;

import chainrule.backend.Buffer;

/** Optimiser steps over {@code float[]}. */
public interface Float32Updates extends Float32Host {

    @Override
    default void sgd(Buffer w, Buffer g, Buffer v, double rate, double momentum, boolean nesterov, double decay) {
        float[] wv = f32(w);
        float[] gv = f32(g);
        float[] vv = v == null ? null : f32(v);
        float eta = (float) rate;
        float mu = (float) momentum;
        float lambda = (float) decay;
        workers()
                .loop(
                        w.length(),
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
        float[] wv = f32(w);
        float[] gv = f32(g);
        float[] mv = f32(m);
        float[] sv = f32(s);
        float b1 = (float) beta1;
        float b2 = (float) beta2;
        float new1 = (float) (1 - beta1);
        float new2 = (float) (1 - beta2);
        float eta = (float) (rate / (1 - Math.pow(beta1, step)));
        float unbias = (float) (1 / Math.sqrt(1 - Math.pow(beta2, step)));
        float eps = (float) epsilon;
        float shrink = (float) (rate * decay);
        workers()
                .loop(
                        w.length(),
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
