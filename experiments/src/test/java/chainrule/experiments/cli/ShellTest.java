package chainrule.experiments.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

class ShellTest {
    /** The word that a shell reads after quoting. */
    private static List<String> read(String command) throws IOException, InterruptedException {
        ProcessBuilder bash = new ProcessBuilder("bash", "--norc", "-c", command);
        bash.environment().put("LC_ALL", "C.UTF-8"); // else Java would pass ü to the process as a question mark
        Process process = bash.redirectError(ProcessBuilder.Redirect.INHERIT).start();
        String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).isZero();
        return List.of(out.split("\0", -1)).subList(0, (int) out.chars().filter(c -> c == 0).count());
    }

    @Test
    void shellReadsTheSameArguments() throws IOException, InterruptedException {
        List<String> arguments =
                new ArrayList<>(
                        List.of(
                                "depth",
                                "--out",
                                "some folder/a",
                                "--data=$HOME/x",
                                "it's",
                                "'",
                                "''",
                                "",
                                "\"double\"",
                                "back\\slash",
                                "`id`",
                                "$(id)",
                                "!!",
                                "*",
                                "~",
                                "a;b",
                                "a&b",
                                "a|b",
                                "<in>",
                                "#comment",
                                "{1,2}",
                                "[ab]",
                                "line\nfeed",
                                "tab\tx",
                                "-5"));
        if (System.getProperty("sun.jnu.encoding").equalsIgnoreCase("UTF-8")) {
            arguments.add("für η");
        }
        assertThat(read(Shell.command("printf '%s\\0'", arguments))).isEqualTo(arguments);
    }

    @Test
    void doesNotQuotePlainWords() {
        assertThat(Shell.command("./run", List.of("depth", "--depths", "5,20", "--out=a/b-c_d.1", "--rate", "1e-3")))
                .isEqualTo("./run depth --depths 5,20 --out=a/b-c_d.1 --rate 1e-3");
    }
}
