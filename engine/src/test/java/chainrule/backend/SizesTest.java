package chainrule.backend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import chainrule.backend.cpu.EjmlBackend;
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

/** Products of sizes that no {@code int} holds are refused with their number, wherever a buffer is made of them. */
class SizesTest {
    @Test
    void aProductIsExactUpToTheMost() {
        assertThat(Sizes.product("x")).isEqualTo(1);
        assertThat(Sizes.product("x", 1 << 20, 1 << 10, 0)).isZero();
        assertThat(Sizes.product("x", 3, 715_827_839)).isEqualTo(2_147_483_517);
        assertThat(Sizes.product("x", Sizes.MOST)).isEqualTo(Sizes.MOST);
    }

    /** Products that wrap to negative numbers, to small positive ones and to 0, also in {@code long}. */
    @ParameterizedTest
    @ValueSource(ints = {2, 3, 4, 6})
    void aProductThatWrapsIsRefusedWithItsExactValue(int power) {
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
    void aBufferTooLongForAnArrayIsRefusedBeforeItIsAllocated() {
        try (Backend k = new EjmlBackend(1)) {
            assertThatThrownBy(() -> k.allocate(Integer.MAX_VALUE, "x"))
                    .hasMessageStartingWith("buffer 'x' needs 2,147,483,647 elements, at most ");
        }
    }

    /** 22 images make the im2col matrix too long by little, 43 images by so much that an {@code int} is positive again. */
    @ParameterizedTest
    @CsvSource({"reference, 22", "reference, 43", "ejml, 22", "ejml, 43"})
    void aConvolutionWhoseColumnsDoNotFitIsRefused(String name, int images) {
        Window w = Window.same(100, 100, 1, 100, 100, 1, 1);
        try (Backend k = name.equals("reference") ? new ReferenceBackend() : new EjmlBackend(2);
                Scope _ = k.openScope("test")) {
            Buffer x = k.zeros(images * w.inputSize(), "x");
            Buffer y = k.zeros(images * w.outputPixels(), "y");
            Buffer weight = k.zeros(w.patchSize(), "weight");
            Target dx = Target.add(x);
            Target dweight = Target.add(weight);
            String message =
                    images == 22 ? "im2col needs 2,200,000,000 elements" : "im2col needs 4,300,000,000 elements";
            assertThatThrownBy(() -> k.convolution(w, images, 1, x, weight, null, y)).hasMessageStartingWith(message);
            assertThatThrownBy(() -> k.convolutionInputGradient(w, images, 1, y, weight, dx))
                    .hasMessageStartingWith(message);
            assertThatThrownBy(() -> k.convolutionWeightGradient(w, images, 1, x, y, dweight))
                    .hasMessageStartingWith(message);
        }
    }

    @Test
    void aWindowTooLargeForABufferIsRefused() {
        assertThatThrownBy(() -> Window.same(70_000, 70_000, 1, 3, 3, 1, 1)).hasMessageStartingWith("an image needs ");
        assertThatThrownBy(() -> Window.same(8, 8, 1, 70_000, 70_000, 1, 1)).hasMessageStartingWith("a window needs ");
        Window w = Window.same(1000, 1000, 1, 1, 1, 1, 1);
        assertThat(w.outputPixels(2000)).isEqualTo(2_000_000_000);
        assertThatThrownBy(() -> w.outputPixels(3000))
                .hasMessageStartingWith("the output of a batch needs 3,000,000,000");
    }

    @Test
    void aBatchTooLargeForAnArrayIsRefused() {
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
    void pixelsAreCountedBeyondAnInt() {
        Shape shape = Shape.of(65_536);
        assertThatThrownBy(() -> new ByteImages("none", shape, new byte[0], new byte[65_536], List.of("a")))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
