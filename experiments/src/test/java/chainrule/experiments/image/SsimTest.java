package chainrule.experiments.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import chainrule.tensor.RandomStream;

import org.junit.jupiter.api.Test;

import java.util.Arrays;

class SsimTest {
    private static double[] noise(long seed, int n) {
        RandomStream random = RandomStream.of(seed, "noise");
        double[] values = new double[n];
        for (int i = 0; i < n; i++) {
            values[i] = random.uniform(i);
        }
        return values;
    }

    @Test
    void equalImagesHaveSimilarityOne() {
        assertThat(Ssim.of(noise(1, 14 * 9 * 3), noise(1, 14 * 9 * 3), 14, 9, 3)).isCloseTo(1, within(1e-12));
        assertThat(Ssim.of(new double[9], new double[9], 3, 3, 1)).isCloseTo(1, within(1e-12));
    }

    /** One pixel has no variance, so the result is (2ab + C₁) / (a² + b² + C₁). */
    @Test
    void matchesOnePixelComputedByHand() {
        double expected = (2 * 0.2 * 0.6 + 1e-4) / (0.04 + 0.36 + 1e-4);
        assertThat(Ssim.of(new double[] {0.2}, new double[] {0.6}, 1, 1, 1)).isCloseTo(expected, within(1e-12));
        assertThat(Ssim.of(new double[] {0.2, 1}, new double[] {0.6, 1}, 1, 1, 2))
                .isCloseTo((expected + 1) / 2, within(1e-12));
    }

    /**
     * (1, 0) against (0, 1): at the first pixel the weights are w and v = 1 − w with w : v = 1 : e^(−1 / 4.5), so the
     * means are w and v, both variances w·v and the covariance −w·v; the second pixel is symmetric.
     */
    @Test
    void matchesTwoPixelsComputedByHand() {
        double w = 1 / (1 + Math.exp(-1 / 4.5));
        double v = 1 - w;
        double expected = (2 * w * v + 1e-4) * (-2 * w * v + 9e-4) / ((w * w + v * v + 1e-4) * (2 * w * v + 9e-4));
        assertThat(expected).isNegative();
        double[] a = {1, 0};
        double[] b = {0, 1};
        assertThat(Ssim.of(a, b, 1, 2, 1)).isCloseTo(expected, within(1e-12));
        assertThat(Ssim.of(a, b, 2, 1, 1)).isCloseTo(expected, within(1e-12));
    }

    /** The window reaches 5 pixels: a change farther away has no effect. */
    @Test
    void windowReachesFivePixels() {
        double[] a = noise(3, 20);
        double[] b = a.clone();
        b[0] = 1 - b[0];
        double lost = 20 * (1 - Ssim.of(a, b, 1, 20, 1));
        double lostNear = 11 * (1 - Ssim.of(Arrays.copyOf(a, 11), Arrays.copyOf(b, 11), 1, 11, 1));
        assertThat(lost).isCloseTo(lostNear, within(1e-12)).isPositive();
    }

    @Test
    void isSymmetricAndFallsWithNoise() {
        double[] image = noise(1, 400);
        double[] other = noise(2, 400);
        assertThat(Ssim.of(image, other, 20, 20, 1))
                .isCloseTo(Ssim.of(other, image, 20, 20, 1), within(1e-14))
                .isBetween(-0.3, 0.3);
        double before = 1;
        for (double fraction : new double[] {0.1, 0.3, 0.6}) {
            double[] mixed = new double[400];
            for (int i = 0; i < 400; i++) {
                mixed[i] = (1 - fraction) * image[i] + fraction * other[i];
            }
            double now = Ssim.of(image, mixed, 20, 20, 1);
            assertThat(now).isLessThan(before);
            before = now;
        }
    }
}
