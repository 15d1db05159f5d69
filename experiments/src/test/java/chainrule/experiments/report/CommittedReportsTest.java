package chainrule.experiments.report;

import static org.assertj.core.api.Assertions.assertThat;

import chainrule.experiments.dense.ActivationStudy;
import chainrule.experiments.dense.DepthStudy;
import chainrule.experiments.dense.GradientStudy;
import chainrule.experiments.dense.LecunStudy;
import chainrule.experiments.study.RunFacts;
import chainrule.experiments.study.SavedRun;

import com.google.gson.JsonObject;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The committed reports equal those that the current source renders from their results. */
class CommittedReportsTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "activations",
                "depth",
                "depth-relu40-he",
                "depth-relu40-seeds",
                "depth-tanh40-seeds",
                "gradients",
                "lecun"
            })
    void committedReportsMatchThisVersion(String name) throws IOException {
        Path folder = Path.of("results", name);
        JsonObject json = Json.read(Files.readString(folder.resolve(RunFacts.FILE))).getAsJsonObject();
        RunFacts facts = RunFacts.read(json);
        SavedRun.Reporter study =
                switch (facts.study()) {
                    case "activations" -> new ActivationStudy();
                    case "depth" -> new DepthStudy();
                    case "gradients" -> new GradientStudy();
                    default -> new LecunStudy();
                };
        Report report = study.report(new SavedRun(facts, json, folder, null));
        assertThat(words(HtmlWriter.html(report)))
                .as("run ./run report experiments/results/" + name)
                .isEqualTo(words(Files.readString(folder.resolve("report.html"))));
    }

    /** The page without its drawings, whose coordinates depend on the fonts of the machine. */
    private static String words(String html) {
        return html.replaceAll("(?s)<svg.*?</svg>", "");
    }
}
