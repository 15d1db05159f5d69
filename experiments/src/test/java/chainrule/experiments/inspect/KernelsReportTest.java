package chainrule.experiments.inspect;

import static org.assertj.core.api.Assertions.assertThat;

import chainrule.backend.provider.KernelCost;
import chainrule.experiments.Cli;
import chainrule.experiments.report.Json;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;

import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** The sentences of the report follow from the counts. */
class KernelsReportTest {
    private static final Path ROOT = Path.of("..");

    private static KernelCost cost(String primitive, String family, long moved, String note) {
        return new KernelCost(
                family, primitive, "8", List.of("kernel_" + primitive), 256, 100, moved, 100, 1, 0, 0, 0, note);
    }

    private static String lead(KernelCost... costs) {
        return new KernelsReport(Map.of(), List.of(costs)).report().lead();
    }

    @Test
    void countsTheKernelsOfTheRun() {
        assertThat(lead(cost("add", "elementwise", 100, ""))).contains("of 1 kernel,").contains("1 of 1 primitives");
        assertThat(lead(cost("add", "elementwise", 100, ""), cost("im2col", "convolution", 500, "overlap")))
                .contains("of 2 kernels,", "1 of 2 primitives", "reason for each of the others");
        assertThat(lead(cost("rung", "ladder: sums", 500, ""))).contains("rungs of a ladder").doesNotContain(" of 0 ");
    }

    @Test
    void helpStatesTheThresholdsInUse() {
        assertThat(Cli.run("kernels", "--help").out())
                .contains(String.format(Locale.ROOT, "! above %.2f", KernelCost.MOST_TRAFFIC))
                .contains(String.format(Locale.ROOT, "! above %.2f", KernelCost.MOST_TRANSACTIONS));
    }

    /** The output in docs/cuda.md matches the committed counts. */
    @Test
    void guideShowsTheCountedLadders() throws IOException {
        String guide = Files.readString(ROOT.resolve("docs/cuda.md"));
        String results = Files.readString(ROOT.resolve("bench/results/kernels/results.json"));
        List<KernelCost> rungs =
                Json.read(results).getAsJsonObject().getAsJsonArray("costs").asList().stream()
                        .map(KernelsReportTest::read)
                        .filter(c -> c.family().startsWith("ladder"))
                        .toList();
        assertThat(rungs).isNotEmpty();
        assertThat(rungs).allSatisfy(c -> assertThat(guide).contains("\n" + KernelsCommand.row(c) + "\n"));
        assertThat(rungs).allSatisfy(c -> assertThat(guide).contains("\n" + KernelsCommand.heading(c.family()) + "\n"));
    }

    private static KernelCost read(JsonElement element) {
        JsonObject c = element.getAsJsonObject();
        return new KernelCost(
                c.get("family").getAsString(),
                c.get("primitive").getAsString(),
                c.get("shape").getAsString(),
                c.getAsJsonArray("kernels").asList().stream().map(JsonElement::getAsString).toList(),
                c.get("threads").getAsLong(),
                c.get("needed").getAsLong(),
                c.get("moved").getAsLong(),
                c.get("distinct").getAsLong(),
                c.get("coalescing").getAsDouble(),
                c.get("bankConflicts").getAsLong(),
                c.get("barriers").getAsLong(),
                c.get("divergence").getAsDouble(),
                c.get("note").getAsString());
    }
}
