package chainrule.cuda;

import chainrule.backend.AdamStep;
import chainrule.backend.Matrix;
import chainrule.backend.UpdatePrimitives;

/** Optimizer steps: optimizers.cu. */
final class CudaUpdates implements UpdatePrimitives {
    private final CudaStream stream;

    CudaUpdates(CudaStream stream) {
        this.stream = stream;
    }

    @Override
    public void sgd(Matrix w, Matrix g, Matrix v, double rate, double momentum, boolean nesterov, double decay) {
        int n = w.elements();
        if (v == null) {
            stream.on(Kernel.SGD, n).i32(n).f32(rate).f32(decay).buffers(w, g).elements(n);
        } else {
            stream.on(nesterov ? Kernel.SGD_NESTEROV : Kernel.SGD_MOMENTUM, n)
                    .i32(n)
                    .f32(rate)
                    .f32(decay)
                    .f32(momentum)
                    .buffers(w, g, v)
                    .elements(n);
        }
    }

    @Override
    public void adam(Matrix w, Matrix g, Matrix m, Matrix s, AdamStep step) {
        int n = w.elements();
        stream.on(Kernel.ADAM, n)
                .i32(n)
                .f32(step.rate() / (1 - Math.pow(step.beta1(), step.number())))
                .f32(step.rate() * step.decay())
                .f32(step.beta1())
                .f32(1 - step.beta1())
                .f32(step.beta2())
                .f32(1 - step.beta2())
                .f32(1 / Math.sqrt(1 - Math.pow(step.beta2(), step.number())))
                .f32(step.epsilon())
                .buffers(w, g, m, s)
                .elements(n);
    }
}
