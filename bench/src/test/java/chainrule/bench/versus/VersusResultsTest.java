package chainrule.bench.versus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import chainrule.experiments.report.Json;

import org.assertj.core.api.AbstractStringAssert;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

class VersusResultsTest {
    @TempDir Path folder;

    private static VersusResults results() {
        return new MadeUp()
                .prices(Map.of("cuda", 3.5))
                .missing("jax", "", 0, "not installed: ./run peers setup jax")
                .accuracy(new TimeToAccuracy.Result("cuda", "mlp5", 0, 64, 0.97, 3, true, 4, 0.9712, 5.25, 0))
                .rounds(2, (contender, batch, _) -> MadeUp.planted(contender, batch, 20))
                .build();
    }

    @Test
    void readsWhatWasWritten() throws IOException {
        Path file = Files.writeString(folder.resolve("results.json"), Json.write(results()));
        assertThat(VersusResults.read(file)).isEqualTo(results());
    }

    @Test
    void rejectsAnotherSchema() throws IOException {
        assertRefused(Json.write(results()).replaceFirst("\"schema\": 1", "\"schema\": 99"))
                .contains("schema 99, this version reads schema 1");
    }

    @Test
    void rejectsOtherFiles() throws IOException {
        assertRefused("{}").contains("is not a results.json of ./run versus");
        assertRefused("[]").contains("is not JSON");
        assertRefused("").contains("is not JSON");
        String text = Json.write(results());
        assertRefused(text.substring(0, text.length() / 2)).contains("is not JSON; a file that is cut short");
        assertThatThrownBy(() -> VersusResults.read(folder.resolve("none.json")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("there is no file");
    }

    @Test
    void rejectsDamagedContentsInOneLine() throws IOException {
        String text = Json.write(results());
        assertRefused(text.replaceFirst("\"load\"", "\"lode\"")).contains("\"load\" is missing in Round");
        assertRefused(text.replaceFirst("\"contender\": \"simd", "\"who\": \"simd"))
                .contains("\"contender\" is missing in Sample");
        assertRefused(text.replaceFirst("\"mode\": \"TRAIN\"", "\"mode\": \"SLEEP\"")).contains("\"mode\"");
        assertRefused(text.replaceFirst("\"rounds\"", "\"sounds\"")).contains("\"rounds\" is missing");
        assertRefused(text.replaceFirst("\"prices\": \\{", "\"prizes\": {")).contains("is not a results.json");
    }

    /** The message, which is one line that names the file. */
    private AbstractStringAssert<?> assertRefused(String text) throws IOException {
        Path file = Files.writeString(folder.resolve("other.json"), text);
        return assertThatThrownBy(() -> VersusResults.read(file))
                .isInstanceOf(IllegalArgumentException.class)
                .message()
                .startsWith(file.toString())
                .hasLineCount(1);
    }
}
