package chainrule.experiments.report.figure;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.Collections;
import java.util.List;

import javax.imageio.ImageIO;

class PictureGridTest {
    private static BufferedImage drawn(String caption) throws IOException {
        Picture black = Picture.grey(8, 8, new float[64], caption);
        List<Picture> pictures = Collections.nCopies(6, black);
        return ImageIO.read(new ByteArrayInputStream(new PictureGrid("grid", "", "", 6, pictures).png()));
    }

    /** Underscores leave no blank column within a caption, so blank columns are those between captions. */
    @Test
    void longCaptionsKeepApart() throws IOException {
        BufferedImage narrow = drawn("7");
        BufferedImage wide = drawn("_".repeat(20));
        assertThat(wide.getWidth()).isGreaterThan(narrow.getWidth() + 6 * 20);
        int gaps = 0;
        boolean blank = true;
        int white = wide.getRGB(0, 0);
        for (int x = 0; x < wide.getWidth(); x++) {
            boolean now = column(wide, x, white);
            gaps += now && !blank ? 1 : 0;
            blank = now;
        }
        assertThat(gaps).as("captions that end before the next begins").isEqualTo(6);
    }

    private static boolean column(BufferedImage image, int x, int colour) {
        for (int y = image.getHeight() / 2; y < image.getHeight(); y++) {
            if (image.getRGB(x, y) != colour) {
                return false;
            }
        }
        return true;
    }
}
