package chainrule.bench.versus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import chainrule.bench.Main;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

class VersusCommandTest {
    @TempDir Path folder;

    private int versus(String... words) {
        List<String> all = new ArrayList<>(List.of("versus", "--quick", "--out", folder.resolve("out").toString()));
        all.addAll(List.of(words));
        return Main.execute(all.toArray(String[]::new));
    }

    private VersusResults results() {
        return VersusResults.read(folder.resolve("out/results.json"));
    }

    @Test
    void measuresEachNetWithEachBatchOnEachBackend() {
        assertThat(
                        versus(
                                "--net",
                                "mlp5",
                                "--width",
                                "2..4",
                                "--batch",
                                "1,3",
                                "--backends",
                                "ejml,reference",
                                "--threads",
                                "1"))
                .isZero();
        VersusResults results = results();
        assertThat(results.rounds())
                .hasSize(2)
                .allSatisfy(
                        r -> {
                            assertThat(r.samples()).hasSize(6);
                            assertThat(r.samples()).allSatisfy(s -> assertThat(s.step()).isPositive());
                        });
        assertThat(results.rounds()).extracting(VersusResults.Round::width).contains(2, 4);
        assertThat(results.missing()).isEmpty();
        assertThat(results.plan().contenders().getFirst().description()).contains("EJML");
        assertThat(folder.resolve("out/report.html")).exists();
        assertThat(folder.resolve("out/ratios.json")).exists();
        int rounds = results.rounds().size();
        assertThat(
                        versus(
                                "--net",
                                "mlp5",
                                "--width",
                                "2..4",
                                "--batch",
                                "1,3",
                                "--backends",
                                "ejml,reference",
                                "--threads",
                                "1",
                                "--resume"))
                .isZero();
        assertThat(results().rounds().size()).isGreaterThanOrEqualTo(rounds);
        assertThat(versus("--net", "mlp5", "--width", "2", "--batch", "1", "--backends", "ejml", "--resume"))
                .isEqualTo(2);
        assertThat(Main.execute("versus", "--render", folder.resolve("out").toString())).isZero();
    }

    @Test
    void infers() {
        assertThat(versus("--net", "mnist", "--width", "2", "--batch", "1", "--backends", "ejml", "--infer")).isZero();
        assertThat(results().rounds().getFirst().samples()).allSatisfy(s -> assertThat(s.p99()).isPositive());
    }

    @Test
    void refusesABadCommandLine() {
        assertThat(versus("--net", "resnet")).isEqualTo(2);
        assertThat(versus("--batch", "0")).isEqualTo(2);
        assertThat(versus("--batch", "8..2")).isEqualTo(2);
        assertThat(versus("--backends", "tpu")).isEqualTo(2);
        assertThat(versus("--peers", "no-such-peer")).isEqualTo(2);
        assertThat(versus("--net", "mlp5", "--budget", "soon")).isEqualTo(2);
        assertThat(versus("--model", folder.resolve("none").toString())).isEqualTo(2);
        assertThat(versus("--net", "mlp5", "--resume")).isEqualTo(2);
        assertThat(Files.exists(folder.resolve("out"))).isFalse();
    }

    @Test
    void readsRanges() {
        assertThat(Range.parse("--batch", "1..4096x4")).containsExactly(1, 4, 16, 64, 256, 1024, 4096);
        assertThat(Range.parse("--batch", "3..20")).containsExactly(3, 6, 12, 20);
        assertThat(Range.parse("--batch", "64,1,8,8")).containsExactly(1, 8, 64);
        for (String wrong : List.of("", "x", "1..", "0", "-1", "1..8x1", "5..3", "1,,2", "99999999")) {
            assertThatThrownBy(() -> Range.parse("--batch", wrong))
                    .as(wrong)
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageStartingWith("--batch " + wrong + ": expected");
        }
    }
}
