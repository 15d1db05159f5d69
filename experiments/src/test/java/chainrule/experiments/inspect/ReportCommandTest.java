package chainrule.experiments.inspect;

import static org.assertj.core.api.Assertions.assertThat;

import chainrule.experiments.Cli;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

class ReportCommandTest {
    @TempDir Path folder;

    private Cli report(String json) throws IOException {
        Files.writeString(folder.resolve("results.json"), json);
        return Cli.run("report", folder.toString());
    }

    @Test
    void rejectsFilesThatAreNoResults() throws IOException {
        String file = folder.resolve("results.json").toString();
        Cli missing = Cli.run("report", folder.toString());
        assertThat(missing.status()).isEqualTo(2);
        assertThat(missing.err()).contains(file + " is missing");
        for (String json : new String[] {"", "[]", "{", "3", "{}", "{\"study\": \"depth\"}"}) {
            Cli run = report(json);
            assertThat(run.status()).as(json).isEqualTo(2);
            assertThat(run.err()).as(json).contains(file).hasLineCount(1);
        }
    }

    @Test
    void namesTheStudyThatHasNoReport() throws IOException {
        Cli run = report("{\"study\": \"nap\", \"configuration\": {}, \"elapsedSeconds\": 1}");
        assertThat(run.status()).isEqualTo(2);
        assertThat(run.err()).contains("no report is known for the study 'nap'", "depth");
    }

    @Test
    void namesMissingResults() throws IOException {
        Cli run =
                report(
                        "{\"study\": \"depth\", \"configuration\": {\"epochs\": 1}, \"nets\": [], \"elapsedSeconds\":"
                                + " 1}");
        assertThat(run.status()).isEqualTo(2);
        assertThat(run.err()).contains("\"testClassCounts\" is missing");
        assertThat(folder.resolve("report.html")).doesNotExist();
    }
}
