package chainrule.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class ShapeTest {
    @Test
    void sizesAndDerivedShapes() {
        Shape shape = Shape.of(2, 3, 4);
        assertThat(shape).hasToString("[2 × 3 × 4]").isEqualTo(Shape.of(2, 3, 4)).isNotEqualTo(Shape.of(4, 3, 2));
        assertThat(shape.elements()).isEqualTo(24);
        assertThat(shape.size(-1)).isEqualTo(4);
        assertThat(shape.size(0)).isEqualTo(2);
        assertThat(shape.batch(64)).isEqualTo(Shape.of(64, 2, 3, 4));
        assertThat(shape.example()).isEqualTo(Shape.of(3, 4));
        assertThat(shape.withLast(9)).isEqualTo(Shape.of(2, 3, 9));
        assertThat(Shape.of().elements()).isEqualTo(1);
        assertThat(Shape.of()).hasToString("[]");
    }

    @Test
    void keepsItsSizesWhenTheArrayChanges() {
        int[] sizes = {2, 3};
        Shape shape = Shape.of(sizes);
        sizes[0] = 7;
        shape.sizes()[1] = 7;
        assertThat(shape).isEqualTo(Shape.of(2, 3));
    }

    @Test
    void rejectsImpossibleSizes() {
        assertThatThrownBy(() -> Shape.of(3, 0))
                .isInstanceOf(ShapeException.class)
                .hasMessage("shape [3, 0]: every size must be at least 1");
        assertThatThrownBy(() -> Shape.of(65536, 65536))
                .isInstanceOf(ShapeException.class)
                .hasMessage("shape [65536, 65536] has more than 2³¹ − 1 elements");
    }
}
