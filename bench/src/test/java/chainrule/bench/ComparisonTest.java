package chainrule.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import chainrule.bench.Comparison.Verdict;
import chainrule.experiments.report.Json;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

class ComparisonTest {
    @TempDir Path folder;

    private static Verdict verdict(double[] before, double[] after) {
        Comparison comparison =
                Comparison.of(List.of(Measured.product("s", before)), List.of(Measured.product("s", after)));
        return comparison.rows().getFirst().verdict();
    }

    private static double[] around(double median, double quartile) {
        return new double[] {
            median - 2 * quartile, median - quartile, median, median + quartile, median + 2 * quartile
        };
    }

    @ParameterizedTest
    @CsvSource({
        "100, 0, 102.9, 0, SAME",
        "100, 0, 103.1, 0, SLOWER",
        "100, 0, 96.9, 0, FASTER",
        "100, 0, 97.2, 0, SAME",
        // quartiles 4 % apart on both sides: noise is 1.5·√2·4 % = 8.5 %
        "100, 2, 108, 2, SAME",
        "100, 2, 110, 2, SLOWER",
        "100, 2, 90, 1.8, FASTER",
        // a large spread on one side is enough to hide a change
        "100, 10, 120, 0, SAME",
        "100, 10, 140, 0, SLOWER"
    })
    void countsAChangeIfTheMediansDifferByMoreThanNoise(
            double before, double beforeQuartile, double after, double afterQuartile, Verdict expected) {
        assertThat(verdict(around(before, beforeQuartile), around(after, afterQuartile))).isEqualTo(expected);
    }

    @Test
    void omitsAndCountsMeasurementsMissingFromTheEarlierRun() {
        Comparison comparison =
                Comparison.of(
                        List.of(Measured.product("a", 100), Measured.product("b", 100)),
                        List.of(Measured.product("a", 50), Measured.product("c", 1)));
        assertThat(comparison.rows()).hasSize(1);
        assertThat(comparison.rows().getFirst().change()).isEqualTo(-0.5);
        assertThat(comparison.summary()).isEqualTo("1 faster, 0 slower, 0 within noise, 1 not in the earlier result");
    }

    @Test
    void readsResultsAsWritten() throws IOException {
        Results results =
                new Results(
                        new LinkedHashMap<>(Map.of("CPU", "a fast one")),
                        List.of(Measured.product("a", 1.5, 2.25), Measured.product("b", 1e-9)));
        Path file = Files.writeString(folder.resolve("results.json"), Json.write(results));
        assertThat(Results.read(file)).isEqualTo(results);
        assertThat(Results.read(file).sameMachine(results)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "no json {", "[]", "{}", "{\"facts\": {}, \"measurements\": [{\"family\": \"gemm\"}]}"})
    void rejectsOtherFiles(String content) throws IOException {
        Path file = Files.writeString(folder.resolve("other.json"), content);
        assertThatThrownBy(() -> Results.read(file))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("other.json");
    }
}
