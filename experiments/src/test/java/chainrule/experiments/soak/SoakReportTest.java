package chainrule.experiments.soak;

import static org.assertj.core.api.Assertions.assertThat;

import chainrule.experiments.report.Json;
import chainrule.experiments.report.Report;
import chainrule.experiments.study.DivergedNet;
import chainrule.experiments.study.RunFacts;
import chainrule.experiments.study.SavedRun;
import chainrule.train.History;

import com.google.gson.JsonObject;

import org.junit.jupiter.api.Test;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.function.DoubleUnaryOperator;
import java.util.stream.IntStream;

/** The verdict names the quantities that it covers. */
class SoakReportTest {
    private static String lead(
            DoubleUnaryOperator heap, DoubleUnaryOperator code, double resident, DivergedNet... diverged) {
        List<MemorySample> samples =
                IntStream.rangeClosed(0, 60)
                        .mapToObj(
                                m ->
                                        new MemorySample(
                                                60.0 * m,
                                                m,
                                                heap.applyAsDouble(m),
                                                code.applyAsDouble(m),
                                                resident,
                                                2,
                                                3))
                        .toList();
        RunFacts facts = new RunFacts("soak", new LinkedHashMap<>(), null, 1);
        SoakResults results = SoakResults.of(7, samples, List.of(diverged));
        JsonObject json = Json.read(facts.json(results)).getAsJsonObject();
        Report report = new SoakStudy().report(new SavedRun(facts, json, null, null));
        assertThat(report.figures()).hasSize(1);
        report.figures().getFirst().png();
        return report.lead();
    }

    @Test
    void flat() {
        assertThat(lead(_ -> 1e8, _ -> 2e7, 5e8))
                .startsWith("60 training steps of 7 nets in 60 minutes. The heap and resident memory stayed flat.")
                .contains("the heap changed by 0.0 % and resident memory by 0.0 %; up to 5 % count as flat")
                .doesNotContain("grew", "Code and classes");
    }

    @Test
    void mentionsGrowingCode() {
        assertThat(lead(_ -> 1e8, minute -> 2e7 + 1e5 * minute, 5e8))
                .contains("The heap and resident memory stayed flat.")
                .contains("Code and classes, a part of resident memory and not in the verdict, changed by +13.5 %")
                .contains("(+6.00 MB an hour)");
    }

    @Test
    void reportsALeakAndAnUnknownQuantity() {
        assertThat(lead(minute -> 1e8 + 1e6 * minute, _ -> 2e7, Double.NaN))
                .contains("The heap grew; resident memory could not be measured here.")
                .contains("resident memory by an unknown amount");
    }

    @Test
    void namesDivergedNets() {
        History.Divergence where = new History.Divergence("loss", 2, 77, "dense1", 1);
        assertThat(lead(_ -> 1e8, _ -> 2e7, 5e8, new DivergedNet("net 4", where)))
                .contains("1 of 7 nets diverged: net 4 in epoch 2.");
    }
}
