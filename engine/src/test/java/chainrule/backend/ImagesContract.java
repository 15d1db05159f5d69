package chainrule.backend;

import static org.assertj.core.api.Assertions.assertThat;

import chainrule.backend.Cases.Windows;
import chainrule.backend.Memory.Buffer;

import org.instancio.junit.Given;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;

import java.util.Arrays;
import java.util.List;

/** im2col, convolution and pooling over windows of any size, stride and padding. */
interface ImagesContract extends BackendContract {

    @RepeatedTest(40)
    @Covers("im2col")
    default void im2colAgreesWithReference(@Given(Cases.class) Windows c) {
        compare(
                c,
                Tolerance.EXACT,
                (backend, o) ->
                        backend.im2col(
                                c.window(),
                                o.images("x", c.input()),
                                o.fresh("columns", c.pixels(), c.window().patchSize())));
    }

    @RepeatedTest(40)
    @Covers("im2colGradient")
    default void im2colGradientAgreesWithReference(@Given(Cases.class) Windows c) {
        compareSums(
                c,
                Tolerance.sum(c.taps()),
                (backend, o) ->
                        backend.im2colGradient(
                                c.window(), o.in("columns", c.pixels(), c.window().patchSize()), dx(c, o)));
    }

    private static Matrix dx(Windows c, Operands o) {
        return o.sum("dx", c.inputPixels(), c.window().channels());
    }

    @RepeatedTest(15)
    @Covers("convolution")
    default void convolutionAgreesWithReference(@Given(Cases.class) Windows c) {
        for (boolean withBias : new boolean[] {true, false}) {
            compare(
                    c,
                    Tolerance.sum(c.window().patchSize() + 1),
                    (backend, o) ->
                            backend.convolution(
                                    c.window(),
                                    o.images("x", c.input()),
                                    o.in("weight", c.window().patchSize(), c.filters()),
                                    withBias ? o.in("bias", c.filters()) : null,
                                    o.freshImages("y", c.filtered())));
        }
    }

    @RepeatedTest(15)
    @Covers("convolutionInputGradient")
    default void convolutionInputGradientAgreesWithReference(@Given(Cases.class) Windows c) {
        compareSums(
                c,
                Tolerance.sum(c.filters() * c.taps()),
                (backend, o) ->
                        backend.convolutionInputGradient(
                                c.window(),
                                o.images("dy", c.filtered()),
                                o.in("weight", c.window().patchSize(), c.filters()),
                                dx(c, o)));
    }

    @RepeatedTest(15)
    @Covers("convolutionWeightGradient")
    default void convolutionWeightGradientAgreesWithReference(@Given(Cases.class) Windows c) {
        compareSums(
                c,
                Tolerance.sum(c.pixels()),
                (backend, o) ->
                        backend.convolutionWeightGradient(
                                c.window(),
                                o.images("x", c.input()),
                                o.images("dy", c.filtered()),
                                o.sum("dweight", c.window().patchSize(), c.filters())));
    }

    /** Values in steps of a half, so that most windows have several equal maxima and the first must win. */
    @RepeatedTest(40)
    @Covers({"maxPool", "maxPoolGradient"})
    default void maxPoolAgreesWithReference(@Given(Cases.class) Windows c) {
        compare(
                c,
                Tolerance.sum(c.taps()),
                (backend, o) ->
                        backend.maxPool(
                                c.window(),
                                o.images("x", c.input(), x -> Math.rint(2 * x) / 2),
                                o.freshImages("y", c.pooled())));
        compareSums(
                c,
                Tolerance.roundings(c.taps(), c.taps() + 1),
                (backend, o) -> {
                    Images x = o.images("x", c.input(), v -> Math.rint(2 * v) / 2 - 5); // all below padding
                    Images y = o.freshImages("y", c.pooled());
                    backend.maxPool(c.window(), x, y);
                    backend.maxPoolGradient(c.window(), x, y, o.images("dy", c.pooled()), dx(c, o));
                });
    }

    /**
     * A NaN under a window is its maximum and takes the gradient: hidden forward or backward, it would let a failed run
     * continue. The first of several takes it, as with several equal values.
     */
    @Test
    @Covers({"maxPool", "maxPoolGradient"})
    default void maxPoolTakesNanForTheMaximum() {
        double nan = Double.NaN;
        for (int channels : new int[] {1, 3, 4, 16, 32}) { // whole vectors of any width, and none
            for (boolean overlap : new boolean[] {false, true}) {
                int width = overlap ? 3 : 4;
                Window w = Window.valid(2, width, channels, 2, 2, 2, overlap ? 1 : 2);
                double[] x = overlap ? new double[] {1, nan, 5, 3, 4, 8} : new double[] {1, nan, 5, 6, 3, nan, 8, 7};
                double[] y = overlap ? new double[] {nan, nan} : new double[] {nan, 8};
                double[] dx = overlap ? new double[] {0, 30, 0, 0, 0, 0} : new double[] {0, 10, 0, 0, 0, 0, 20, 0};
                onBackend(
                        backend -> {
                            Images in = image(backend, width, channels, x);
                            Images out = image(backend, 2, channels, 0, 0);
                            backend.maxPool(w, in, out);
                            assertThat(backend.download(out)).containsExactly(spread(y, channels));
                            Matrix gradient = image(backend, width, channels, new double[x.length]);
                            Images dy = image(backend, 2, channels, 10, 20);
                            backend.maxPoolGradient(w, in, out, dy, gradient.sum());
                            assertThat(backend.download(gradient)).containsExactly(spread(dx, channels));
                            backend.maxPoolGradient(w, in, out, dy, gradient);
                            assertThat(backend.download(gradient)).containsExactly(spread(dx, channels));
                        });
            }
        }
    }

    /** A NaN gradient goes where any other would, and nowhere else. */
    @Test
    @Covers({"maxPool", "maxPoolGradient"})
    default void maxPoolPassesNanGradientToTheMaximumOnly() {
        double nan = Double.NaN;
        for (int channels : new int[] {1, 3, 4, 16, 32}) {
            Window w = Window.valid(2, 4, channels, 2, 2, 2, 2);
            onBackend(
                    backend -> {
                        Images x = image(backend, 4, channels, 1, 2, 5, 6, 3, 4, 8, 7);
                        Images y = image(backend, 2, channels, 0, 0);
                        backend.maxPool(w, x, y);
                        Images dx = image(backend, 4, channels, new double[8]);
                        backend.maxPoolGradient(w, x, y, image(backend, 2, channels, nan, 1), dx);
                        double[] expected = spread(new double[] {0, 0, 0, 0, 0, nan, 1, 0}, channels);
                        assertThat(backend.download(dx)).containsExactly(expected);
                    });
        }
    }

    /** One image whose channels are all equal. */
    private static Images image(Backend backend, int width, int channels, double... pixels) {
        Buffer buffer = BackendContract.buffer(backend, spread(pixels, channels));
        return new Images(buffer, 1, pixels.length / width, width, channels);
    }

    /** Each value once for every channel. */
    private static double[] spread(double[] pixels, int channels) {
        double[] all = new double[pixels.length * channels];
        Arrays.setAll(all, i -> pixels[i / channels]);
        return all;
    }

    @RepeatedTest(40)
    @Covers({"averagePool", "averagePoolGradient"})
    default void averagePoolAgreesWithReference(@Given(Cases.class) Windows c) {
        compareSums(
                c,
                Tolerance.sum(c.taps()),
                (backend, o) -> {
                    backend.averagePool(c.window(), o.images("x", c.input()), o.freshImages("y", c.pooled()));
                    backend.averagePoolGradient(c.window(), o.images("dy", c.pooled()), dx(c, o));
                });
    }

    /** Nearly every net uses it, so backends have special kernels for it. In some cases a window misses part of the image. */
    @Test
    @Covers({"maxPool", "maxPoolGradient", "averagePool", "averagePoolGradient"})
    default void poolingByTwoAgreesWithReference() {
        for (int channels : new int[] {5, 16, 48}) {
            Window whole = Window.valid(6, 4, channels, 2, 2, 2, 2);
            Window lastColumnUnseen = Window.valid(4, 9, channels, 2, 2, 2, 2);
            Window lastRowUnseen = Window.valid(7, 6, channels, 2, 2, 2, 2);
            Window bothUnseen = Window.valid(3, 5, channels, 2, 2, 2, 2);
            Window cornerSeen = new Window(new Window.Axis(7, 2, 2, 0, 2), new Window.Axis(8, 2, 2, 0, 1), channels);
            for (Window w : List.of(whole, lastColumnUnseen, lastRowUnseen, bothUnseen, cornerSeen)) {
                Windows c = new Windows(w, 3, 1, 7);
                maxPoolAgreesWithReference(c);
                averagePoolAgreesWithReference(c);
            }
        }
    }
}
