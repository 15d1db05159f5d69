package chainrule.experiments;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

import picocli.CommandLine;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.OptionSpec;

import java.util.stream.Stream;

class HelpTest {
    /** All commands. */
    static Stream<String> commands() {
        return new CommandLine(new Main()).getSubcommands().keySet().stream();
    }

    @ParameterizedTest
    @MethodSource("commands")
    void everyOptionIsExplained(String study) {
        Cli run = Cli.run(study, "--help");
        assertThat(run.status()).isZero();
        assertThat(run.err()).isEmpty();
        CommandLine command = new CommandLine(new Main()).getSubcommands().get(study);
        for (OptionSpec option : command.getCommandSpec().options()) {
            assertThat(run.out())
                    .contains(
                            option.negatable() && !option.usageHelp()
                                    ? option.longestName().replace("--no-", "--[no-]")
                                    : option.longestName());
            assertThat(String.join(" ", option.description())).as(option.longestName()).hasSizeGreaterThan(10);
            if (option.defaultValue() != null && !option.negatable() && !option.usageHelp() && !option.versionHelp()) {
                assertThat(run.out().replaceAll("\\s", "")).contains("(default:" + option.defaultValue() + ")");
            }
        }
        for (ArgSpec parameter : command.getCommandSpec().positionalParameters()) {
            assertThat(String.join(" ", parameter.description())).isNotBlank();
        }
        assertThat(run.out()).contains(String.join(" ", command.getCommandSpec().usageMessage().description()));
        assertThat(run.out()).doesNotContain("${", "...]");
        assertThat(run.out().lines()).allMatch(line -> line.length() <= 120);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "depth",
                "gradients",
                "lecun",
                "activations",
                "mnist-cnn",
                "mnist-adversarial",
                "cifar",
                "cifar-adversarial",
                "mask"
            })
    void everyStudyHasTheCommonOptions(String study) {
        assertThat(Cli.run(study, "--help").out())
                .contains("--backend", "--threads", "--seed", "--out", "--data", "--help")
                .contains("--checkpoint-every", "--resume");
    }

    @ParameterizedTest
    @ValueSource(strings = {"depth", "gradients", "lecun"})
    void everyDenseStudyHasTheTrainingOptions(String study) {
        assertThat(Cli.run(study, "--help").out()).contains("--epochs", "--batch", "--depths", "--rate", "--init");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "help depth",
                "-h depth",
                "--help depth",
                "depth -h",
                "depth help",
                "depth --epochs 1 -h",
                "depth -h --epochs 1",
                "depth --epoch 1 -h",
                "depth -h --rate fast",
                "depth --rate -h",
            })
    void acceptsHelpAtAnyPosition(String command) {
        Cli run = Cli.run(command.split(" "));
        assertThat(run.status()).as(run.err()).isZero();
        assertThat(run.err()).isEmpty();
        assertThat(run.out()).isEqualTo(Cli.run("depth", "--help").out());
    }

    @Test
    void helpAlonePrintsTheOverview() {
        assertThat(Cli.run("help")).isEqualTo(Cli.run("--help"));
    }

    @Test
    void printsTheHelpWithoutAStudy() {
        Cli run = Cli.run();
        assertThat(run.status()).isZero();
        assertThat(run.err()).isEmpty();
        assertThat(run.out()).contains("depth", "gradients", "lecun", "activations", "explain", "replay", "list");
        assertThat(run.out()).contains("Exit status", "3   done, but a net diverged");
        assertThat(Cli.run("--version").out()).contains("chainrule");
    }
}
