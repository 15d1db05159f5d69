package chainrule.experiments.report.figure;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import java.awt.geom.Rectangle2D;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.stream.Stream;

import javax.imageio.ImageIO;

class PictureGridTest {
    private static PictureGrid grid(int side, int columns, String title, String... captions) {
        float[] black = new float[side * side];
        List<Picture> pictures = Arrays.stream(captions).map(c -> Picture.gray(side, side, black, c)).toList();
        return new PictureGrid("grid", title, "", columns, pictures);
    }

    static Stream<PictureGrid> grids() {
        String mistake = "true automobile → predicted airplane, 99 %";
        String word = "incomprehensibilities".repeat(3);
        return Stream.of(
                grid(32, 0, "Mistakes", Collections.nCopies(60, mistake).toArray(String[]::new)),
                grid(
                        28,
                        11,
                        "Adversarial examples",
                        Collections.nCopies(22, "target 3\npredicted, 90.0 %").toArray(String[]::new)),
                grid(32, 0, "One", mistake),
                grid(48, 0, "A title that is much wider than the one small picture beneath it is", "7"),
                grid(8, 3, "Words", word, "a", word + " " + word, mistake + "\n" + mistake),
                grid(8, 0, "Nothing"));
    }

    @ParameterizedTest
    @MethodSource("grids")
    void captionsNeitherOverlapNorLeaveThePicture(PictureGrid grid) throws IOException {
        List<Rectangle2D> boxes = GridPainter.captionBoxes(grid);
        Chart.Size size = GridPainter.size(grid);
        Rectangle2D all = new Rectangle2D.Double(0, 0, size.width(), size.height());
        for (int i = 0; i < boxes.size(); i++) {
            assertThat(all.contains(boxes.get(i))).as("caption line %d within %s", i, size).isTrue();
            for (int j = 0; j < i; j++) {
                assertThat(boxes.get(i).intersects(boxes.get(j))).as("caption lines %d and %d", i, j).isFalse();
            }
        }
        BufferedImage drawn = ImageIO.read(new ByteArrayInputStream(grid.png()));
        assertThat(drawn.getWidth()).isEqualTo(2 * size.width());
        for (int x : new int[] {0, drawn.getWidth() - 1}) {
            for (int y = 0; y < drawn.getHeight(); y++) {
                assertThat(drawn.getRGB(x, y)).as("the edge at %d, %d", x, y).isEqualTo(0xffffffff);
            }
        }
    }

    @Test
    void wrapsLongCaptionsBetweenWords() {
        String mistake = "true automobile → predicted airplane, 99 %";
        PictureGrid grid = grid(32, 0, "Mistakes", mistake);
        assertThat(GridPainter.captionBoxes(grid)).hasSizeGreaterThan(1);
        assertThat(GridPainter.size(grid(32, 8, "", Collections.nCopies(8, mistake).toArray(String[]::new))).width())
                .isLessThan(1200);
    }
}
