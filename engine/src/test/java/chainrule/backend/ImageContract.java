package chainrule.backend;

import static org.assertj.core.api.Assertions.assertThat;

import chainrule.backend.Cases.Images;

import org.instancio.junit.Given;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;

import java.util.Arrays;
import java.util.List;

/** im2col, convolution and pooling over windows of any size, stride and padding. */
interface ImageContract extends BackendContract {

    @RepeatedTest(40)
    @Covers("im2col")
    default void im2col(@Given(Cases.class) Images c) {
        compare(
                c,
                Tolerance.EXACT,
                (k, o) ->
                        k.im2col(
                                c.window(), c.images(), o.in("x", c.inputSize()), o.fresh("columns", c.columnsSize())));
    }

    @RepeatedTest(40)
    @Covers("im2colGradient")
    default void im2colGradient(@Given(Cases.class) Images c) {
        compareGradient(
                c,
                Tolerance.sum(taps(c)),
                (k, o) ->
                        k.im2colGradient(
                                c.window(),
                                c.images(),
                                o.in("columns", c.columnsSize()),
                                o.target("dx", c.inputSize())));
    }

    @RepeatedTest(15)
    @Covers("convolution")
    default void convolution(@Given(Cases.class) Images c) {
        for (boolean withBias : new boolean[] {true, false}) {
            compare(
                    c,
                    Tolerance.sum(c.window().patchSize() + 1),
                    (k, o) ->
                            k.convolution(
                                    c.window(),
                                    c.images(),
                                    c.filters(),
                                    o.in("x", c.inputSize()),
                                    o.in("weight", c.window().patchSize() * c.filters()),
                                    withBias ? o.in("bias", c.filters()) : null,
                                    o.inOut("y", c.pixels() * c.filters())));
        }
    }

    @RepeatedTest(15)
    @Covers("convolutionInputGradient")
    default void convolutionInputGradient(@Given(Cases.class) Images c) {
        compareGradient(
                c,
                Tolerance.sum(c.filters() * taps(c)),
                (k, o) ->
                        k.convolutionInputGradient(
                                c.window(),
                                c.images(),
                                c.filters(),
                                o.in("dy", c.pixels() * c.filters()),
                                o.in("weight", c.window().patchSize() * c.filters()),
                                o.target("dx", c.inputSize())));
    }

    @RepeatedTest(15)
    @Covers("convolutionWeightGradient")
    default void convolutionWeightGradient(@Given(Cases.class) Images c) {
        compareGradient(
                c,
                Tolerance.sum(c.pixels()),
                (k, o) ->
                        k.convolutionWeightGradient(
                                c.window(),
                                c.images(),
                                c.filters(),
                                o.in("x", c.inputSize()),
                                o.in("dy", c.pixels() * c.filters()),
                                o.target("dweight", c.window().patchSize() * c.filters())));
    }

    /** Numbers in steps of a half, so that most windows have several equal maxima and the first must win. */
    @RepeatedTest(40)
    @Covers({"maxPool", "maxPoolGradient"})
    default void maxPool(@Given(Cases.class) Images c) {
        compare(
                c,
                Tolerance.sum(taps(c)),
                (k, o) -> {
                    Buffer x = o.in("x", c.inputSize(), number -> Math.rint(2 * number) / 2);
                    Buffer y = o.inOut("y", c.pooledSize());
                    k.maxPool(c.window(), c.images(), x, y);
                });
        compareGradient(
                c,
                Tolerance.roundings(taps(c), taps(c) + 1),
                (k, o) -> {
                    Buffer x = o.in("x", c.inputSize(), number -> Math.rint(2 * number) / 2 - 5); // all below padding
                    Buffer y = o.inOut("y", c.pooledSize());
                    k.maxPool(c.window(), c.images(), x, y);
                    k.maxPoolGradient(
                            c.window(), c.images(), x, y, o.in("dy", c.pooledSize()), o.target("dx", c.inputSize()));
                });
    }

    /**
     * A NaN under a window is its maximum, and takes the gradient: hidden forward or backward, it would let a run go on
     * that has failed. The first of several takes it, as of several equal numbers.
     */
    @Test
    @Covers({"maxPool", "maxPoolGradient"})
    default void aNanUnderAWindowIsItsMaximumAndTakesTheGradient() {
        double nan = Double.NaN;
        for (int channels : new int[] {1, 3, 4, 16, 32}) { // whole vectors of any width, and none
            for (boolean overlap : new boolean[] {false, true}) {
                Window w = Window.valid(2, overlap ? 3 : 4, channels, 2, 2, 2, overlap ? 1 : 2);
                double[] x = overlap ? new double[] {1, nan, 5, 3, 4, 8} : new double[] {1, nan, 5, 6, 3, nan, 8, 7};
                double[] y = overlap ? new double[] {nan, nan} : new double[] {nan, 8};
                double[] dx = overlap ? new double[] {0, 30, 0, 0, 0, 0} : new double[] {0, 10, 0, 0, 0, 0, 20, 0};
                onBackend(
                        k -> {
                            Buffer in = BackendContract.buffer(k, spread(x, channels));
                            Buffer out = k.allocate(2 * channels, "y");
                            k.maxPool(w, 1, in, out);
                            assertThat(k.download(out)).containsExactly(spread(y, channels));
                            Buffer gradient = k.zeros(x.length * channels, "dx");
                            Buffer dy = BackendContract.buffer(k, spread(new double[] {10, 20}, channels));
                            k.maxPoolGradient(w, 1, in, out, dy, Target.add(gradient));
                            assertThat(k.download(gradient)).containsExactly(spread(dx, channels));
                            k.maxPoolGradient(w, 1, in, out, dy, Target.set(gradient));
                            assertThat(k.download(gradient)).containsExactly(spread(dx, channels));
                        });
            }
        }
    }

    /** A NaN gradient goes where any other would, and nowhere else. */
    @Test
    @Covers({"maxPool", "maxPoolGradient"})
    default void maxPoolingPassesANanGradientToTheMaximumAlone() {
        double nan = Double.NaN;
        for (int channels : new int[] {1, 3, 4, 16, 32}) {
            Window w = Window.valid(2, 4, channels, 2, 2, 2, 2);
            onBackend(
                    k -> {
                        Buffer x = BackendContract.buffer(k, spread(new double[] {1, 2, 5, 6, 3, 4, 8, 7}, channels));
                        Buffer y = k.allocate(2 * channels, "y");
                        k.maxPool(w, 1, x, y);
                        Buffer dx = k.allocate(8 * channels, "dx");
                        Buffer dy = BackendContract.buffer(k, spread(new double[] {nan, 1}, channels));
                        k.maxPoolGradient(w, 1, x, y, dy, Target.set(dx));
                        double[] expected = spread(new double[] {0, 0, 0, 0, 0, nan, 1, 0}, channels);
                        assertThat(k.download(dx)).containsExactly(expected);
                    });
        }
    }

    /** Each number once for every channel. */
    private static double[] spread(double[] pixels, int channels) {
        double[] all = new double[pixels.length * channels];
        Arrays.setAll(all, i -> pixels[i / channels]);
        return all;
    }

    @RepeatedTest(40)
    @Covers({"averagePool", "averagePoolGradient"})
    default void averagePool(@Given(Cases.class) Images c) {
        compareGradient(
                c,
                Tolerance.sum(taps(c)),
                (k, o) -> {
                    k.averagePool(c.window(), c.images(), o.in("x", c.inputSize()), o.inOut("y", c.pooledSize()));
                    k.averagePoolGradient(
                            c.window(), c.images(), o.in("dy", c.pooledSize()), o.target("dx", c.inputSize()));
                });
    }

    /** What nearly every net uses, so that backends have kernels of their own for it; not all of the image is seen. */
    @Test
    @Covers({"maxPool", "maxPoolGradient", "averagePool", "averagePoolGradient"})
    default void poolingByTwo() {
        for (int channels : new int[] {5, 16, 48}) {
            Window whole = Window.valid(6, 4, channels, 2, 2, 2, 2);
            Window lastColumnUnseen = Window.valid(4, 9, channels, 2, 2, 2, 2);
            Window lastRowUnseen = Window.valid(7, 6, channels, 2, 2, 2, 2);
            Window bothUnseen = Window.valid(3, 5, channels, 2, 2, 2, 2);
            Window cornerSeen = new Window(7, 8, channels, 2, 2, 2, 2, 0, 0, 2, 1);
            for (Window w : List.of(whole, lastColumnUnseen, lastRowUnseen, bothUnseen, cornerSeen)) {
                Images c = new Images(w, 3, 1, 7);
                maxPool(c);
                averagePool(c);
            }
        }
    }

    /** Places of a window, which is also the most windows that can overlap on one input pixel. */
    private static int taps(Images c) {
        return c.window().kernelHeight() * c.window().kernelWidth();
    }
}
