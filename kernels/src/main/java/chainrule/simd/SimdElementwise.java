package chainrule.simd;

import static chainrule.backend.cpu.Float32Backend.f32;

import chainrule.backend.Buffer;
import chainrule.backend.Elementwise;
import chainrule.backend.Philox;
import chainrule.backend.Target;
import chainrule.backend.cpu.Float32Elementwise;
import chainrule.backend.cpu.Float32Updates;
import chainrule.backend.cpu.Workers;

/** Elementwise primitives and optimiser updates. */
interface SimdElementwise extends Float32Elementwise, Float32Updates {

    @Override
    default void map(Elementwise f, double a, Buffer x, Buffer y) {
        float[] xv = f32(x);
        float[] yv = f32(y);
        ActivationKernels.ValueLoop loop = ActivationKernels.map(f);
        int cost = ActivationKernels.cost(f);
        Loops.vectors(workers(), x.length(), cost, (from, to) -> loop.run((float) a, xv, yv, from, to), yv);
    }

    @Override
    default void mapGradient(Elementwise f, double a, Buffer x, Buffer y, Buffer dy, Target dx) {
        float[] xv = f32(x);
        float[] yv = f32(y);
        float[] dyv = f32(dy);
        float[] dxv = f32(dx.buffer());
        boolean accumulate = dx.accumulate();
        ActivationKernels.GradientLoop loop = ActivationKernels.mapGradient(f);
        Loops.vectors(
                workers(),
                x.length(),
                ActivationKernels.gradientCost(f),
                (from, to) -> loop.run((float) a, xv, yv, dyv, accumulate, dxv, from, to),
                dxv);
    }

    @Override
    default void add(Buffer x, Buffer y, Buffer z) {
        float[] xv = f32(x);
        float[] yv = f32(y);
        float[] zv = f32(z);
        Loops.vectors(workers(), x.length(), 1, (from, to) -> ArithmeticKernels.add(xv, yv, zv, from, to), zv);
    }

    @Override
    default void axpy(double alpha, Buffer x, Buffer y) {
        float[] xv = f32(x);
        float[] yv = f32(y);
        Loops.vectors(
                workers(), x.length(), 1, (from, to) -> ArithmeticKernels.axpy((float) alpha, xv, yv, from, to), yv);
    }

    @Override
    default void scale(double alpha, Buffer x) {
        float[] xv = f32(x);
        Loops.vectors(workers(), x.length(), 1, (from, to) -> ArithmeticKernels.scale((float) alpha, xv, from, to), xv);
    }

    @Override
    default void clamp(double limit, Buffer x) {
        float[] xv = f32(x);
        Loops.vectors(workers(), x.length(), 1, (from, to) -> ArithmeticKernels.clamp((float) limit, xv, from, to), xv);
    }

    @Override
    default void multiply(Buffer x, Buffer y, boolean accumulate, Buffer z) {
        float[] xv = f32(x);
        float[] yv = f32(y);
        float[] zv = f32(z);
        if (accumulate) {
            Loops.vectors(
                    workers(), x.length(), 1, (from, to) -> ArithmeticKernels.multiplyAdd(xv, yv, zv, from, to), zv);
        } else {
            Loops.vectors(workers(), x.length(), 1, (from, to) -> ArithmeticKernels.multiply(xv, yv, zv, from, to), zv);
        }
    }

    @Override
    default void dropoutMask(long key, double rate, Buffer mask) {
        float[] m = f32(mask);
        int whole = mask.length() / (4 * DropoutMask.BLOCKS);
        float kept = (float) (1 / (1 - rate));
        workers()
                .loop(
                        whole,
                        128,
                        (from, to) ->
                                DropoutMask.fill(
                                        key,
                                        (float) rate,
                                        kept,
                                        m,
                                        from * DropoutMask.BLOCKS,
                                        to * DropoutMask.BLOCKS));
        int done = whole * 4 * DropoutMask.BLOCKS;
        for (int i = done; i < mask.length(); i++) {
            m[i] = Philox.uniform(Philox.word(key, i)) >= (float) rate ? kept : 0;
        }
    }

    @Override
    default void sgd(Buffer w, Buffer g, Buffer v, double rate, double momentum, boolean nesterov, double decay) {
        float[] wv = f32(w);
        float[] gv = f32(g);
        float eta = (float) rate;
        float lambda = (float) decay;
        if (v == null) {
            Loops.vectors(
                    workers(), w.length(), 2, (from, to) -> ArithmeticKernels.sgd(eta, lambda, gv, wv, from, to), wv);
            return;
        }
        float[] vv = f32(v);
        float mu = (float) momentum;
        Workers.Piece step =
                nesterov
                        ? (from, to) -> ArithmeticKernels.nesterov(eta, mu, lambda, gv, vv, wv, from, to)
                        : (from, to) -> ArithmeticKernels.momentum(eta, mu, lambda, gv, vv, wv, from, to);
        Loops.vectors(workers(), w.length(), 1, step, wv, vv);
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
        ArithmeticKernels.Adam numbers =
                new ArithmeticKernels.Adam(
                        (float) (rate * decay),
                        (float) beta1,
                        (float) (1 - beta1),
                        (float) beta2,
                        (float) (1 - beta2),
                        (float) (rate / (1 - Math.pow(beta1, step))),
                        (float) (1 / Math.sqrt(1 - Math.pow(beta2, step))),
                        (float) epsilon);
        Loops.vectors(
                workers(),
                w.length(),
                4,
                (from, to) -> ArithmeticKernels.adam(numbers, gv, mv, sv, wv, from, to),
                wv,
                mv,
                sv);
    }
}
