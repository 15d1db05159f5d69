package chainrule.experiments.machine;

import static org.assertj.core.api.Assertions.assertThat;

import chainrule.experiments.MnistSlice;
import chainrule.experiments.resume.Outcome;
import chainrule.experiments.resume.Program;

import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.nio.file.Path;
import java.util.List;
import java.util.SortedMap;

/**
 * A study writes the same files in any locale: Arabic has different digits, German a different decimal separator. Each
 * run is a separate process, since libraries read the default locale when their classes are loaded.
 */
class LocaleTest {
    @TempDir static Path folder;

    private static SortedMap<String, String> english;

    @BeforeAll
    static void runsInEnglish() throws InterruptedException {
        MnistSlice.write(folder.resolve("data"), 1500, 1200); // counts with a thousands separator
        english = study("en-US");
    }

    private static SortedMap<String, String> study(String locale) throws InterruptedException {
        String[] parts = locale.split("-");
        Path out = folder.resolve("out");
        Program program =
                new Program(folder.resolve(locale), "-Duser.language=" + parts[0], "-Duser.country=" + parts[1]);
        int status =
                program.run(
                        List.of(
                                ("depth --depths 1 --activations tanh --seeds 2 --epochs 1 --width 8 --threads 1"
                                                + " --backend ejml --data "
                                                + folder.resolve("data")
                                                + " --out "
                                                + out)
                                        .split(" ")));
        assertThat(status).as(program.printed()).isZero();
        return Outcome.of(out);
    }

    @Test
    void englishFilesHaveEnglishNumbers() {
        assertThat(english.get("results.json")).contains("1,500 training and 1,200 test images");
        assertThat(english.get("report.html")).contains("font-weight:400");
    }

    @ParameterizedTest
    @ValueSource(strings = {"ar-EG", "de-DE"})
    void writesTheSameFilesInAnyLanguage(String locale) throws InterruptedException {
        SortedMap<String, String> files = study(locale);
        assertThat(files.keySet()).isEqualTo(english.keySet());
        files.forEach((name, content) -> assertThat(content.equals(english.get(name))).as(name).isTrue());
    }
}
