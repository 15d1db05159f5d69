package chainrule.backend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import chainrule.backend.ejml.EjmlBackend;
import chainrule.backend.reference.ReferenceBackend;
import chainrule.data.Batches;
import chainrule.data.ByteImages;
import chainrule.data.Dataset;
import chainrule.tensor.Shape;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.math.BigInteger;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** A product of sizes that exceeds an {@code int} is rejected with its exact value wherever it would be the size of a buffer. */
class SizesTest {
    @Test
    void productIsExactUpToTheLargestBuffer() {
        assertThat(Sizes.product("x")).isEqualTo(1);
        assertThat(Sizes.product("x", 1 << 20, 1 << 10, 0)).isZero();
        assertThat(Sizes.product("x", 3, 715_827_839)).isEqualTo(2_147_483_517);
        assertThat(Sizes.product("x", Sizes.MOST)).isEqualTo(Sizes.MOST);
    }

    /** Products that wrap to negative numbers, to small positive ones and to 0, also in {@code long}. */
    @ParameterizedTest
    @ValueSource(ints = {2, 3, 4, 6})
    void rejectsProductThatWrapsWithItsExactValue(int power) {
        int[] sizes = new int[power];
        Arrays.fill(sizes, 65_536);
        String exact = String.format(Locale.ROOT, "%,d", BigInteger.TWO.pow(16 * power));
        assertThatThrownBy(() -> Sizes.product("x", sizes))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(
                        "x needs "
                                + exact
                                + " elements (65536"
                                + " × 65536".repeat(power - 1)
                                + "), at most 2,147,483,519 are possible: use a smaller batch");
    }

    @Test
    void rejectsBufferLongerThanAnArrayBeforeAllocating() {
        try (Backend backend = new EjmlBackend(1)) {
            assertThatThrownBy(() -> backend.allocate(Integer.MAX_VALUE, "x"))
                    .hasMessageStartingWith("buffer 'x' needs 2,147,483,647 elements, at most ");
        }
    }

    /** With 22 images the im2col matrix is a little too long, with 43 so much that an {@code int} is positive again. */
    @ParameterizedTest
    @CsvSource({"reference, 22", "reference, 43", "ejml, 22", "ejml, 43"})
    void rejectsConvolutionWhoseColumnsDoNotFit(String name, int images) {
        Window w = Window.same(100, 100, 1, 100, 100, 1, 1);
        try (Backend backend = name.equals("reference") ? new ReferenceBackend() : new EjmlBackend(2);
                Scope _ = backend.openScope("test")) {
            Images x = new Images(backend.zeros(images * w.inputSize(), "x"), images, 100, 100, 1);
            Images y = new Images(backend.zeros(images * w.outputPixels(), "y"), images, 100, 100, 1);
            Matrix weight = Matrix.of(backend.zeros(w.patchSize(), "weight"), w.patchSize(), 1);
            Matrix dx = x.sum();
            Matrix dweight = weight.sum();
            String message =
                    images == 22 ? "im2col needs 2,200,000,000 elements" : "im2col needs 4,300,000,000 elements";
            assertThatThrownBy(() -> backend.convolution(w, x, weight, null, y)).hasMessageStartingWith(message);
            assertThatThrownBy(() -> backend.convolutionInputGradient(w, y, weight, dx))
                    .hasMessageStartingWith(message);
            assertThatThrownBy(() -> backend.convolutionWeightGradient(w, x, y, dweight))
                    .hasMessageStartingWith(message);
        }
    }

    @Test
    void rejectsWindowTooLargeForABuffer() {
        assertThatThrownBy(() -> Window.same(70_000, 70_000, 1, 3, 3, 1, 1)).hasMessageStartingWith("an image needs ");
        assertThatThrownBy(() -> Window.same(8, 8, 1, 70_000, 70_000, 1, 1)).hasMessageStartingWith("a window needs ");
        Window w = Window.same(1000, 1000, 1, 1, 1, 1, 1);
        assertThat(w.outputPixels(2000)).isEqualTo(2_000_000_000);
        assertThatThrownBy(() -> w.outputPixels(3000))
                .hasMessageStartingWith("the output of a batch needs 3,000,000,000");
    }

    @Test
    void rejectsBatchTooLargeForAnArray() {
        Shape shape = Shape.of(50_000, 10_000);
        Dataset data =
                new Dataset() {
                    @Override
                    public String name() {
                        return "large";
                    }

                    @Override
                    public int size() {
                        return 5;
                    }

                    @Override
                    public Shape inputShape() {
                        return shape;
                    }

                    @Override
                    public void input(int index, float[] into, int offset) {}

                    @Override
                    public int label(int index) {
                        return 0;
                    }

                    @Override
                    public List<String> classNames() {
                        return List.of("a", "b");
                    }
                };
        assertThatThrownBy(() -> new Batches(data, 5)).hasMessageStartingWith("a batch needs 2,500,000,000 elements");
    }

    /** 65,536 · 65,536 = 2³² elements are 0 as an {@code int}. */
    @Test
    void rejectsImagesWhosePixelCountWraps() {
        Shape shape = Shape.of(65_536);
        assertThatThrownBy(() -> new ByteImages("none", shape, new byte[0], new byte[65_536], List.of("a")))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
