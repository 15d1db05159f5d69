package chainrule.experiments;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

class ReplayTest {
    private static final Path TRACES = Path.of("..", "engine", "src", "test", "resources", "traces");

    @TempDir Path temporary;

    private static String trace(String name) {
        return TRACES.resolve(name + ".safetensors").toString();
    }

    @Test
    void replaysDenseTraces() {
        List<String> command = new ArrayList<>(List.of("replay", "--backend", "ejml"));
        List.of(
                        "mlp5-tanh-sgd",
                        "mlp5-sigmoid-half-sum-squares",
                        "mlp20-relu-sgd",
                        "mlp40-lecun-momentum",
                        "generator-mse-adam")
                .forEach(name -> command.add(trace(name)));
        Cli run = Cli.run(command);
        assertThat(run.status()).isZero();
        assertThat(run.err()).isEmpty();
        assertThat(run.out()).contains("mlp40-lecun-momentum", "grad.input", "every tensor agrees");
        assertThat(run.out()).doesNotContain("WRONG");
    }

    @Test
    void tooSmallToleranceEndsWithStatusOne() {
        Cli run =
                Cli.run(
                        "replay",
                        trace("mlp5-sigmoid-half-sum-squares"),
                        "--backend",
                        "reference",
                        "--tolerance",
                        "1e-30");
        assertThat(run.status()).isEqualTo(1);
        assertThat(run.out()).contains("WRONG", "over their bound");
    }

    @Test
    void foreignFilesEndWithStatusTwo() throws IOException {
        Path page = Files.writeString(temporary.resolve("page.html"), "<html>not a trace, but long enough</html>");
        byte[] whole = Files.readAllBytes(Path.of(trace("mlp5-sigmoid-half-sum-squares")));
        Path cut = Files.write(temporary.resolve("cut.safetensors"), java.util.Arrays.copyOf(whole, 50_000));
        for (Path file : List.of(page, cut, temporary.resolve("nowhere"), temporary)) {
            Cli run = Cli.run("replay", file.toString(), "--backend", "ejml");
            assertThat(run.status()).isEqualTo(2);
            assertThat(run.err().lines()).hasSize(1);
            assertThat(run.err()).startsWith("./run replay: ").contains(file.toString());
            assertThat(run.out()).doesNotContain("every tensor agrees");
        }
    }

    @Test
    void replaysTheOtherFilesAfterAForeignOne() throws IOException {
        Path page = Files.writeString(temporary.resolve("page.html"), "<html>not a trace, but long enough</html>");
        Cli run = Cli.run("replay", page.toString(), trace("generator-mse-adam"), "--backend", "ejml");
        assertThat(run.status()).isEqualTo(2);
        assertThat(run.out()).contains("generator-mse-adam");
    }

    @ParameterizedTest
    @CsvSource({
        "--tolerance, NaN, --tolerance NaN",
        "--tolerance, -1, --tolerance -1.0",
        "--tolerance, small, '--tolerance ''small'': expected a number'",
        "--threads, 0, --threads 0: expected at least 1",
        "--threads, two, '--threads ''two'': expected a whole number'",
        "--backend, abacus, abacus",
        "--speed, 7, --speed"
    })
    void badOptionsEndWithStatusTwo(String option, String value, String named) {
        Cli run = Cli.run("replay", trace("generator-mse-adam"), option, value);
        assertThat(run.status()).isEqualTo(2);
        assertThat(run.err().lines()).hasSize(1);
        assertThat(run.err()).contains(named).doesNotContain("Exception");
    }

    @Test
    void rejectsReplayWithoutFiles() {
        Cli run = Cli.run("replay");
        assertThat(run.status()).isEqualTo(2);
        assertThat(run.err().lines()).hasSize(1);
        assertThat(run.err()).contains("FILE");
    }
}
