package chainrule.backend.cpu;

import static chainrule.backend.cpu.Float32Backend.f32;

import chainrule.backend.Buffer;
import chainrule.backend.Elementwise;
import chainrule.backend.Philox;
import chainrule.backend.Target;

/** Elementwise loops over {@code float[]}; the formulas are those of the table in {@link Elementwise}. */
public interface Float32Elementwise extends Float32Host {

    @Override
    default void map(Elementwise f, double a, Buffer x, Buffer y) {
        float[] xv = f32(x);
        float[] yv = f32(y);
        Float32Functions.ValueLoop loop = Float32Functions.map(f);
        workers().loop(x.length(), GRAIN, (from, to) -> loop.run((float) a, xv, yv, from, to));
    }

    @Override
    default void mapGradient(Elementwise f, double a, Buffer x, Buffer y, Buffer dy, Target dx) {
        float[] xv = f32(x);
        float[] yv = f32(y);
        float[] dyv = f32(dy);
        float[] dxv = f32(dx.toAddTo(this));
        Float32Functions.GradientLoop loop = Float32Functions.mapGradient(f);
        workers().loop(x.length(), GRAIN, (from, to) -> loop.run((float) a, xv, yv, dyv, dxv, from, to));
    }

    @Override
    default void add(Buffer x, Buffer y, Buffer z) {
        float[] xv = f32(x);
        float[] yv = f32(y);
        float[] zv = f32(z);
        workers()
                .loop(
                        x.length(),
                        GRAIN,
                        (from, to) -> {
                            for (int i = from; i < to; i++) {
                                zv[i] = xv[i] + yv[i];
                            }
                        });
    }

    @Override
    default void axpy(double alpha, Buffer x, Buffer y) {
        float[] xv = f32(x);
        float[] yv = f32(y);
        float al = (float) alpha;
        workers()
                .loop(
                        x.length(),
                        GRAIN,
                        (from, to) -> {
                            for (int i = from; i < to; i++) {
                                yv[i] += al * xv[i];
                            }
                        });
    }

    @Override
    default void scale(double alpha, Buffer x) {
        float[] xv = f32(x);
        float al = (float) alpha;
        workers()
                .loop(
                        x.length(),
                        GRAIN,
                        (from, to) -> {
                            for (int i = from; i < to; i++) {
                                xv[i] *= al;
                            }
                        });
    }

    @Override
    default void clamp(double limit, Buffer x) {
        float[] xv = f32(x);
        float most = (float) limit;
        workers()
                .loop(
                        x.length(),
                        GRAIN,
                        (from, to) -> {
                            for (int i = from; i < to; i++) {
                                xv[i] = Math.max(-most, Math.min(most, xv[i]));
                            }
                        });
    }

    @Override
    default void multiply(Buffer x, Buffer y, boolean accumulate, Buffer z) {
        float[] xv = f32(x);
        float[] yv = f32(y);
        float[] zv = f32(z);
        workers()
                .loop(
                        x.length(),
                        GRAIN,
                        (from, to) -> {
                            if (accumulate) {
                                for (int i = from; i < to; i++) {
                                    zv[i] += xv[i] * yv[i];
                                }
                            } else {
                                for (int i = from; i < to; i++) {
                                    zv[i] = xv[i] * yv[i];
                                }
                            }
                        });
    }

    @Override
    default void dropoutMask(long key, double rate, Buffer mask) {
        float[] m = f32(mask);
        float threshold = (float) rate;
        float kept = (float) (1 / (1 - rate));
        int blocks = Math.ceilDiv(mask.length(), 4);
        workers()
                .loop(
                        blocks,
                        GRAIN / 16,
                        (from, to) -> {
                            int[] words = new int[4];
                            for (int b = from; b < to; b++) {
                                Philox.block(key, b, words);
                                for (int i = 4 * b; i < Math.min(4 * b + 4, mask.length()); i++) {
                                    m[i] = Philox.uniform(words[i & 3]) >= threshold ? kept : 0;
                                }
                            }
                        });
    }
}
