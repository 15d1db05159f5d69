package chainrule.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import picocli.CommandLine;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

class ProfileCommandTest {
    private static final Pattern FRACTION =
            Pattern.compile("(?m)^  (\\S.*?)\\s+([\\d.]*)\\s+(-?[\\d.]+)\\s+(-?[\\d.]+) %$");

    private static void execute(String... options) {
        ProfileCommand command = new ProfileCommand();
        new CommandLine(command).parseArgs(options);
        command.run();
    }

    private static String run(String... options) {
        PrintStream out = System.out;
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        System.setOut(new PrintStream(bytes, true, StandardCharsets.UTF_8));
        try {
            execute(options);
        } finally {
            System.setOut(out);
        }
        return bytes.toString(StandardCharsets.UTF_8);
    }

    @ParameterizedTest
    @CsvSource({"reference,1,mlp2", "ejml,2,mlp5"})
    void printsWarmUpAndTheFractionsOfAStep(String backend, String threads, String net) {
        String out = run("--backend", backend, "--threads", threads, "--net", net, "--batch", "8", "--seconds", "0.2");
        assertThat(out)
                .startsWith(net + ", batch 8, ")
                .contains("first step done", "steps/s", "Where a step goes", "affine", "softmaxCrossEntropyGradient")
                .containsPattern("(?m)^  peak memory of the process so far [1-9]\\d+ MB$")
                .containsPattern("(?m)^  step \\d+\\.\\d µs of (processor|elapsed) time");
        List<String> names = new ArrayList<>();
        double sum = 0;
        Matcher row = FRACTION.matcher(out);
        while (row.find()) {
            names.add(row.group(1));
            sum += Double.parseDouble(row.group(4));
        }
        assertThat(names).contains("between primitives, on the host").endsWith("all");
        assertThat(sum).as("all fractions, and their sum").isEqualTo(200, within(0.1 * names.size()));
    }

    @Test
    void findsTheWindowFromWhichOnStepsHaveTheirFullSpeed() {
        List<Double> warming = List.of(10.0, 50.0, 80.0, 97.0, 99.0, 20.0, 100.0, 101.0, 99.0, 100.0);
        assertThat(ProfileCommand.fullSpeed(warming)).isEqualTo(3); // one slow window is a disturbance
        assertThat(ProfileCommand.fullSpeed(List.of(100.0, 100.0, 100.0, 100.0))).isZero();
        assertThat(ProfileCommand.fullSpeed(List.of(1.0, 2.0))).as("too few windows").isEqualTo(2);
        assertThat(ProfileCommand.fullSpeed(List.of())).isZero();
    }

    @Test
    void listsConvolutionsOfEachLayerSeparately() {
        assertThat(run("--backend", "simd", "--net", "mnist", "--batch", "2", "--seconds", "0.2"))
                .contains("1@28", "32@14", "64@7");
    }

    @Test
    void refusesBadOptions() {
        assertThatThrownBy(() -> execute("--net", "resnet")).hasMessageStartingWith("unknown net 'resnet'");
        assertThatThrownBy(() -> execute("--seconds", "0")).hasMessage("--seconds 0.0: expected between 0.1 and 3600");
        assertThatThrownBy(() -> execute("--batch", "0")).hasMessage("--batch 0: expected at least 1");
        assertThatThrownBy(() -> execute("--threads", "0")).hasMessageStartingWith("--threads 0");
        assertThatThrownBy(() -> execute("--backend", "fast")).hasMessageStartingWith("unknown backend");
    }
}
