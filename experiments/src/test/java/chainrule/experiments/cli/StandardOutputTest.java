package chainrule.experiments.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import chainrule.experiments.Main;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

class StandardOutputTest {
    @TempDir Path temporary;

    private int list(File out, Path err) throws IOException, InterruptedException {
        List<String> command =
                List.of(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:TieredStopAtLevel=1",
                        "-cp",
                        System.getProperty("java.class.path"),
                        Main.class.getName(),
                        "list");
        return new ProcessBuilder(command).redirectOutput(out).redirectError(err.toFile()).start().waitFor();
    }

    /** A device that is always full. */
    @Test
    void failsIfOutputCannotBeWritten() throws IOException, InterruptedException {
        File full = new File("/dev/full");
        assumeTrue(full.exists(), "only Linux has such a device");
        Path err = temporary.resolve("err");
        assertThat(list(full, err)).isEqualTo(1);
        assertThat(err).content().isEqualToIgnoringNewLines("./run: the output could not be written");
        Path out = temporary.resolve("out");
        assertThat(list(out.toFile(), err)).isZero();
        assertThat(Files.size(out)).isPositive();
        assertThat(err).isEmptyFile();
    }
}
