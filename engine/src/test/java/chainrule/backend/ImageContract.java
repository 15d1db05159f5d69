package chainrule.backend;

import static org.assertj.core.api.Assertions.assertThat;

import chainrule.backend.Cases.Images;

import org.instancio.junit.Given;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;

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
        compare(
                c,
                Tolerance.sum(taps(c)),
                (k, o) ->
                        k.im2colGradient(
                                c.window(), c.images(), o.in("columns", c.columnsSize()), o.sum("dx", c.inputSize())));
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
        compare(
                c,
                Tolerance.sum(c.filters() * taps(c)),
                (k, o) ->
                        k.convolutionInputGradient(
                                c.window(),
                                c.images(),
                                c.filters(),
                                o.in("dy", c.pixels() * c.filters()),
                                o.in("weight", c.window().patchSize() * c.filters()),
                                o.sum("dx", c.inputSize())));
    }

    @RepeatedTest(15)
    @Covers("convolutionWeightGradient")
    default void convolutionWeightGradient(@Given(Cases.class) Images c) {
        compare(
                c,
                Tolerance.sum(c.pixels()),
                (k, o) ->
                        k.convolutionWeightGradient(
                                c.window(),
                                c.images(),
                                c.filters(),
                                o.in("x", c.inputSize()),
                                o.in("dy", c.pixels() * c.filters()),
                                o.sum("dweight", c.window().patchSize() * c.filters())));
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
        compare(
                c,
                Tolerance.roundings(taps(c), taps(c) + 1),
                (k, o) -> {
                    Buffer x = o.in("x", c.inputSize(), number -> Math.rint(2 * number) / 2 - 5); // all below padding
                    Buffer y = o.inOut("y", c.pooledSize());
                    k.maxPool(c.window(), c.images(), x, y);
                    k.maxPoolGradient(
                            c.window(), c.images(), x, y, o.in("dy", c.pooledSize()), o.sum("dx", c.inputSize()));
                });
    }

    /**
     * A NaN under a window is its maximum: it would be worse to hide it. No tap equals a NaN, so such a window passes no
     * gradient on; the loss is NaN by then, and the run has stopped.
     */
    @Test
    @Covers({"maxPool", "maxPoolGradient"})
    default void aNanUnderAWindowIsItsMaximum() {
        Window w = Window.valid(2, 4, 1, 2, 2, 2, 2);
        onBackend(
                k -> {
                    Buffer x = BackendContract.buffer(k, 1, Double.NaN, 5, 6, 3, 4, 8, 7);
                    Buffer y = k.allocate(2, "y");
                    k.maxPool(w, 1, x, y);
                    assertThat(k.download(y)).containsExactly(Double.NaN, 8);
                    Buffer dx = k.zeros(8, "dx");
                    k.maxPoolGradient(w, 1, x, y, BackendContract.buffer(k, 1, 1), dx);
                    assertThat(k.download(dx)).containsExactly(0, 0, 0, 0, 0, 0, 1, 0);
                });
    }

    @RepeatedTest(40)
    @Covers({"averagePool", "averagePoolGradient"})
    default void averagePool(@Given(Cases.class) Images c) {
        compare(
                c,
                Tolerance.sum(taps(c)),
                (k, o) -> {
                    k.averagePool(c.window(), c.images(), o.in("x", c.inputSize()), o.inOut("y", c.pooledSize()));
                    k.averagePoolGradient(
                            c.window(), c.images(), o.in("dy", c.pooledSize()), o.sum("dx", c.inputSize()));
                });
    }

    /** Places of a window, which is also the most windows that can overlap on one input pixel. */
    private static int taps(Images c) {
        return c.window().kernelHeight() * c.window().kernelWidth();
    }
}
