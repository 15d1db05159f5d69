package chainrule.experiments.report;

import static org.assertj.core.api.Assertions.assertThat;

import chainrule.experiments.cli.RunFacts;
import chainrule.experiments.dense.ActivationStudy;
import chainrule.experiments.dense.DepthStudy;
import chainrule.experiments.dense.GradientStudy;
import chainrule.experiments.dense.LecunStudy;

import com.google.gson.JsonObject;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The reports in the repository are what today's source makes of their results: no sentence is older than it. */
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
    void committedReportsAreRenderedByThisVersion(String name) throws IOException {
        Path folder = Path.of("results", name);
        JsonObject json = Json.read(Files.readString(folder.resolve(RunFacts.FILE))).getAsJsonObject();
        RunFacts facts = RunFacts.read(json);
        Report report =
                switch (facts.study()) {
                    case "activations" -> ActivationStudy.report(facts, json);
                    case "depth" -> DepthStudy.report(facts, json);
                    case "gradients" -> GradientStudy.report(facts, json);
                    default -> LecunStudy.report(facts, json);
                };
        assertThat(words(HtmlWriter.html(report)))
                .as("run ./run report experiments/results/" + name)
                .isEqualTo(words(Files.readString(folder.resolve("report.html"))));
    }

    /** Without the drawings, whose coordinates hang on the machine's fonts. */
    private static String words(String html) {
        return html.replaceAll("(?s)<svg.*?</svg>", "");
    }
}
