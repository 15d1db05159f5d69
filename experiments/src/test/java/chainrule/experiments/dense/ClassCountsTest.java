package chainrule.experiments.dense;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import chainrule.experiments.MnistSlice;
import chainrule.experiments.data.Mnist;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Path;
import java.util.Arrays;

class ClassCountsTest {
    @TempDir Path folder;

    @Test
    void takesChanceAndEntropyFromTheLabels() {
        ClassCounts counts = new ClassCounts(new int[] {1, 3, 0});
        assertThat(counts.chance()).isEqualTo(0.75);
        assertThat(counts.entropy()).isCloseTo(0.562335, within(1e-6));
        assertThat(counts.words())
                .startsWith(
                        "A net that gives every image the same answer is right at best on the 3 of 4 test images of")
                .contains("class 1 (.7500)", "at least .5623");
    }

    @Test
    void countsTheLabelsOfTheTestSet() {
        Mnist mnist = Mnist.load(MnistSlice.write(folder, 20, 50));
        int[] counts = ClassCounts.of(mnist.test());
        assertThat(counts).hasSize(10);
        assertThat(Arrays.stream(counts).sum()).isEqualTo(50);
        long sevens = java.util.stream.IntStream.range(0, 50).filter(i -> mnist.test().label(i) == 7).count();
        assertThat(counts[7]).isEqualTo((int) sevens);
    }

    @Test
    void doesNotMistakeLuckForLearning() {
        ClassCounts digits = new ClassCounts(new int[] {980, 1135, 1032, 1010, 982, 892, 958, 1028, 974, 1009});
        assertThat(digits.atChance(0.1135)).isTrue();
        assertThat(digits.atChance(0.0980)).isTrue();
        assertThat(digits.atChance(0.1198)).isTrue();
        assertThat(digits.atChance(0.1200)).isFalse();
        assertThat(digits.atChance(Double.NaN)).isFalse();
        assertThat(new ClassCounts(new int[] {5, 0}).atChance(1)).isFalse(); // with one class there is nothing to learn
    }
}
