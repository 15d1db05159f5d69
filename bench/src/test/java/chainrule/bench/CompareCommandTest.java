package chainrule.bench;

import static org.assertj.core.api.Assertions.assertThat;

import chainrule.bench.path.Work;
import chainrule.experiments.report.Json;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import picocli.CommandLine;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

class CompareCommandTest {
    @TempDir Path folder;

    private Path run(String name, String cpu, Measurement... measurements) throws IOException {
        Results results = new Results(new LinkedHashMap<>(Map.of("CPU", cpu, "JDK", "25")), List.of(measurements));
        return Files.writeString(folder.resolve(name), Json.write(results));
    }

    private static Measurement forks(String shape, double... means) {
        double[][] forks = new double[means.length][];
        for (int i = 0; i < means.length; i++) {
            forks[i] = new double[] {means[i], means[i], means[i]};
        }
        return Measured.forks("gemm", shape, "simd", 1, Work.flop(1000), forks);
    }

    private record Cli(int status, String out, String problem) {}

    private static Cli compare(Object... arguments) {
        String[] words = new String[arguments.length];
        for (int i = 0; i < words.length; i++) {
            words[i] = arguments[i].toString();
        }
        StringBuilder problem = new StringBuilder();
        PrintStream out = System.out;
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        System.setOut(new PrintStream(bytes, true, StandardCharsets.UTF_8));
        try {
            int status =
                    new CommandLine(new CompareCommand())
                            .setExecutionExceptionHandler(
                                    (e, _, _) -> {
                                        problem.append(e.getMessage());
                                        return 2;
                                    })
                            .execute(words);
            return new Cli(status, bytes.toString(StandardCharsets.UTF_8), problem.toString());
        } finally {
            System.setOut(out);
        }
    }

    @Test
    void comparesRowsByNameWithTheFirstFile() throws IOException {
        Path base = run("a.json", "c", forks("64", 100, 101, 99, 100), forks("128", 50, 51, 50), forks("gone", 1, 1));
        Path faster = run("b.json", "c", forks("64", 80, 81, 80, 79), forks("128", 50, 50, 51));
        Path single = run("c.json", "c", forks("64", 90));
        Cli cli = compare(base, faster, single, "--out", folder.resolve("page"));
        assertThat(cli.status()).as(cli.problem()).isZero();
        assertThat(cli.out())
                .containsPattern("gemm forward 64 simd 1 .*b.json .*0.800 .*faster")
                .containsPattern("gemm forward 64 simd 1 .*c.json .*0.900 .*too few forks")
                .containsPattern("gemm forward 128 simd 1 .*no difference shown")
                .contains("1 faster, 0 slower, 1 without a difference shown, 1 with too few forks")
                .doesNotContain("warning", "gone");
        assertThat(Files.readString(folder.resolve("page/report.html"))).contains("Row by row", "0.800");
    }

    @Test
    void filtersRows() throws IOException {
        Path base = run("a.json", "c", forks("64", 100, 101), forks("128", 50, 51));
        Path other = run("b.json", "c", forks("64", 102, 101), forks("128", 60, 61));
        assertThat(compare(base, other, "-t", "5").out()).contains("forward 128").doesNotContain("forward 64");
        assertThat(compare(base, other, "-f", " 64 ").out()).contains("forward 64").doesNotContain("forward 128");
        Cli none = compare(base, other, "-f", "steps");
        assertThat(none.status()).isEqualTo(2);
        assertThat(none.problem()).contains("no rows in common", "'gemm forward 64 simd 1'");
    }

    @Test
    void namesDifferentMachines() throws IOException {
        Path base = run("a.json", "one CPU", forks("64", 100, 101));
        Path other = run("b.json", "another CPU", forks("64", 100, 101));
        assertThat(compare(base, other).out()).contains("b.json has another CPU: another CPU, the base one CPU");
    }

    @Test
    void correctsForTheNumberOfRows() throws IOException {
        // one row with p near .03 among forty equal ones is no discovery
        Measurement[] before = new Measurement[41];
        Measurement[] after = new Measurement[41];
        for (int i = 0; i < 40; i++) {
            before[i] = forks("equal" + i, 100, 110, 105);
            after[i] = forks("equal" + i, 105, 100, 110);
        }
        before[40] = forks("odd", 100, 104, 102);
        after[40] = forks("odd", 106, 110, 107);
        assertThat(Ratio.of(before[40].forkMeans(), after[40].forkMeans()).differs()).isTrue();
        assertThat(compare(run("a.json", "c", before), run("b.json", "c", after)).out())
                .contains("0 faster, 0 slower, 41 without a difference shown");
        assertThat(compare(run("a.json", "c", before[40]), run("b.json", "c", after[40])).out())
                .contains("0 faster, 1 slower, 0 without");
    }

    @Test
    void readsCommittedResultsOfTheFirstFormat() {
        Path ours = Path.of("results/pytorch/ours-1/results.json");
        Path again = Path.of("results/pytorch/ours-2/results.json");
        assertThat(compare(ours, again).out()).contains("steps step mlp40 simd 2", "too few forks");
    }
}
