package chainrule.data.augment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import chainrule.tensor.Shape;
import chainrule.tensor.ShapeException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import java.util.Arrays;

class TestTimeTest {
    private static final Shape SHAPE = Shape.of(3, 3, 1);
    private static final float[] DIGITS = {1, 2, 3, 4, 5, 6, 7, 8, 9};

    private static float[] view(TestTime.View view, Shape shape, float[] image) {
        float[] padded = new float[image.length + 5];
        System.arraycopy(image, 0, padded, 2, image.length);
        float[] to = new float[padded.length];
        Arrays.fill(to, -1);
        view.write(padded, to, 2, shape);
        assertThat(to).startsWith(-1, -1).endsWith(-1, -1, -1);
        return Arrays.copyOfRange(to, 2, 2 + image.length);
    }

    @Test
    void viewsAreTheImageItsMirrorImageAndReflectedShifts() {
        assertThat(TestTime.NONE.views()).hasSize(1);
        assertThat(TestTime.FLIP.views()).hasSize(2);
        float[][] expected = {
            {1, 2, 3, 4, 5, 6, 7, 8, 9},
            {3, 2, 1, 6, 5, 4, 9, 8, 7},
            {5, 4, 5, 2, 1, 2, 5, 4, 5},
            {5, 4, 5, 2, 1, 2, 5, 4, 5},
            {5, 6, 5, 8, 9, 8, 5, 6, 5},
            {5, 6, 5, 8, 9, 8, 5, 6, 5},
        };
        for (int i = 0; i < 6; i++) {
            float[] seen = view(TestTime.FLIP_AND_SHIFT.views().get(i), SHAPE, DIGITS);
            assertThat(seen).as("view %d", i).containsExactly(expected[i]);
        }
    }

    /** In images wider than three pixels, a shifted image differs from its mirror image. */
    @Test
    void mirrorsAViewAfterShiftingIt() {
        float[] image = {1, 2, 3, 4, 5, 6, 7, 8};
        Shape shape = Shape.of(2, 4, 1);
        assertThat(view(new TestTime.View(1, 1, 1, false), shape, image)).containsExactly(6, 5, 6, 7, 2, 1, 2, 3);
        assertThat(view(new TestTime.View(1, 1, 1, true), shape, image)).containsExactly(7, 6, 5, 6, 3, 2, 1, 2);
    }

    @Test
    void keepsTheChannelsOfAPixelTogether() {
        float[] image = {1, -1, 2, -2, 3, -3, 4, -4};
        Shape shape = Shape.of(2, 2, 2);
        assertThat(view(new TestTime.View(1, 0, 0, true), shape, image)).containsExactly(2, -2, 1, -1, 4, -4, 3, -3);
        assertThat(view(new TestTime.View(1, 1, 0, false), shape, image)).containsExactly(3, -3, 4, -4, 1, -1, 2, -2);
    }

    @ParameterizedTest
    @EnumSource
    void weightsSumToOneAndTheFirstViewIsTheImage(TestTime testTime) {
        assertThat(testTime.views().stream().mapToDouble(TestTime.View::weight).sum()).isEqualTo(1);
        assertThat(view(testTime.views().getFirst(), SHAPE, DIGITS)).containsExactly(DIGITS);
    }

    @Test
    void rejectsViewsOfInputsThatAreNotImages() {
        TestTime.NONE.require(Shape.of(784));
        assertThat(view(TestTime.NONE.views().getFirst(), Shape.of(9), DIGITS)).containsExactly(DIGITS);
        TestTime.FLIP.require(Shape.of(2, 2, 1));
        for (Shape shape : new Shape[] {Shape.of(784), Shape.of(28, 28), Shape.of(1, 5, 3), Shape.of(5, 1, 3)}) {
            assertThatThrownBy(() -> TestTime.FLIP.require(shape))
                    .isInstanceOf(ShapeException.class)
                    .hasMessageContaining("at least 2 × 2 pixels, got " + shape);
        }
    }
}
