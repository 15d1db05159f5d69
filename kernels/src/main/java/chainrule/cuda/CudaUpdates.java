package chainrule.cuda;

import chainrule.backend.Buffer;

/** Optimiser steps: optimizers.cu. */
interface CudaUpdates extends CudaHost {

    @Override
    default void sgd(Buffer w, Buffer g, Buffer v, double rate, double momentum, boolean nesterov, double decay) {
        int n = w.length();
        if (v == null) {
            on(Kernel.SGD, n).i32(n).f32(rate).f32(decay).buffers(w, g).elements(n);
        } else {
            on(nesterov ? Kernel.SGD_NESTEROV : Kernel.SGD_MOMENTUM, n)
                    .i32(n)
                    .f32(rate)
                    .f32(decay)
                    .f32(momentum)
                    .buffers(w, g, v)
                    .elements(n);
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
        int n = w.length();
        on(Kernel.ADAM, n)
                .i32(n)
                .f32(rate / (1 - Math.pow(beta1, step)))
                .f32(rate * decay)
                .f32(beta1)
                .f32(1 - beta1)
                .f32(beta2)
                .f32(1 - beta2)
                .f32(1 / Math.sqrt(1 - Math.pow(beta2, step)))
                .f32(epsilon)
                .buffers(w, g, m, s)
                .elements(n);
    }
}
