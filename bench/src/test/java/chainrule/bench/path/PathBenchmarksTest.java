package chainrule.bench.path;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import chainrule.bench.contender.Net;
import chainrule.data.Batch;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;

/** One call of each benchmark of whole paths, in this JVM. */
class PathBenchmarksTest {
    private static <B extends Workbench> B opened(B bench) {
        bench.backend = "simd";
        bench.threads = 1;
        bench.device = "";
        bench.open();
        return bench;
    }

    @ParameterizedTest
    @CsvSource({"mlp40@1,10", "mnist@16,160"})
    void inferenceReturnsTheOutputsOfTheBatch(String shape, int outputs) {
        InferenceBenchmark bench = new InferenceBenchmark();
        bench.shape = shape;
        opened(bench);
        double[] first = bench.forward();
        assertThat(first).hasSize(outputs);
        assertThat(bench.forward()).as("nothing is trained").isEqualTo(first);
        bench.close();
    }

    /** mlp2, 784 → 32 → 32 → 10, counted by hand; a step does each product three times, but the first twice. */
    @Test
    void inferenceCountsEachProductOnce() {
        double first = 2.0 * 5 * 784 * 32;
        double others = 2.0 * 5 * (32 * 32 + 32 * 10);
        assertThat(Net.named("mlp2").inferenceFlop(5)).isEqualTo(first + others);
        assertThat(Net.named("mlp2").flop(5)).isEqualTo(2 * first + 3 * others);
        assertThat(new InferenceBenchmark().work("forward", "mlp2@5", "simd")).isEqualTo(Work.flop(first + others));
    }

    /** Twenty batches are an epoch; the twenty-first begins the next. */
    @Test
    void inputGoesOnAfterAnEpoch() {
        InputBenchmark bench = new InputBenchmark();
        bench.shape = "28x28x1";
        opened(bench);
        Set<Integer> different = new HashSet<>();
        for (int i = 0; i < 21; i++) {
            for (Batch batch : new Batch[] {bench.shuffled(), bench.augmented(), bench.prefetched()}) {
                assertThat(batch.size()).isEqualTo(Net.BATCH);
                assertThat(batch.inputs().length).isGreaterThanOrEqualTo(Net.BATCH * 784);
            }
            different.add(Arrays.hashCode(bench.shuffled().inputs()));
        }
        assertThat(different).hasSize(21);
        bench.close();
        assertThat(bench.work("shuffled", "32x32x3", "simd").amount()).isEqualTo(4.0 * 128 * 32 * 32 * 3);
    }

    @ParameterizedTest
    @CsvSource({"mlp40", "mnist"})
    void modelsAreSavedAndLoaded(String shape) {
        ModelFileBenchmark bench = new ModelFileBenchmark();
        bench.shape = shape;
        opened(bench);
        Path file = bench.save();
        assertThat(file).exists();
        assertThat(bench.load()).isPositive();
        double bytes = bench.work("save", shape, "simd").amount();
        assertThat((double) file.toFile().length()).isBetween(bytes, 1.1 * bytes + 10_000);
        bench.close();
        assertThat(Files.exists(file.getParent())).isFalse();
    }

    @Test
    void startsAJvmThatTrainsOneStep() {
        StartBenchmark bench = new StartBenchmark();
        bench.shape = "mlp2";
        opened(bench);
        assertThat(bench.firstStep()).isZero();
        bench.close();
        bench.shape = "nothing";
        opened(bench);
        assertThatThrownBy(bench::firstStep).hasMessage("the started program failed with status 1");
        bench.close();
    }
}
