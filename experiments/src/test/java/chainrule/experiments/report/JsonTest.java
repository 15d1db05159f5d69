package chainrule.experiments.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;

class JsonTest {
    private record Run(String name, long seed, double[] loss, Optional<String> note, Path out, Duration elapsed) {}

    @Test
    void keepsTheOrderOfComponents() {
        Run run =
                new Run(
                        "tanh <5> & é",
                        42,
                        new double[] {0.1, 1e-300},
                        Optional.empty(),
                        Path.of("a/b"),
                        Duration.ZERO);
        assertThat(Json.write(run))
                .isEqualTo(
                        """
                        {
                          "name": "tanh <5> & é",
                          "seed": 42,
                          "loss": [
                            0.1,
                            1.0E-300
                          ],
                          "note": null,
                          "out": "a/b",
                          "elapsed": "PT0S"
                        }
                        """);
    }

    @Test
    void keepsOrSortsMaps() {
        Map<String, Integer> ordered = new LinkedHashMap<>();
        ordered.put("z", 1);
        ordered.put("a", 2);
        assertThat(Json.read(Json.write(ordered)).getAsJsonObject().keySet()).containsExactly("z", "a");
        Map<Integer, Integer> unordered = Map.of(3, 0, 1, 0, 2, 0);
        assertThat(Json.read(Json.write(unordered)).getAsJsonObject().keySet()).containsExactly("1", "2", "3");
    }

    @ParameterizedTest
    @ValueSource(doubles = {0.0, -0.0, 0.1, 1e-300, Double.MIN_VALUE, Double.MAX_VALUE, 1 / 3.0, Double.NaN})
    void readsTheSameNumbersBack(double value) {
        assertThat(Double.compare(roundTrip(value), value)).isZero();
        assertThat(Double.compare(roundTrip(-value), -value)).isZero();
    }

    @Test
    void restoresAnyBitPattern() {
        Random random = new Random(7);
        for (int i = 0; i < 10_000; i++) {
            double value = Double.longBitsToDouble(random.nextLong());
            float single = Float.intBitsToFloat(random.nextInt());
            assertThat(Double.compare(roundTrip(value), value)).isZero();
            assertThat(Float.compare((float) roundTrip(single), single)).isZero();
        }
    }

    @Test
    void writesNonFiniteNumbersAsStrings() {
        JsonObject json =
                Json.read(Json.write(Map.of("x", List.of(Double.NaN, Float.POSITIVE_INFINITY, -1 / 0.0))))
                        .getAsJsonObject();
        assertThat(json.toString()).isEqualTo("{\"x\":[\"NaN\",\"Infinity\",\"-Infinity\"]}");
    }

    private static double roundTrip(Number value) {
        return Json.number(Json.read(Json.write(Map.of("v", value))).getAsJsonObject().get("v"));
    }

    private record Loss(int epoch, double value, Double validation) {}

    private record Nets(String name, List<Loss> losses, int[][] counts, boolean partial) {}

    @Test
    void readsRecordsBack() {
        Nets nets =
                new Nets(
                        "tanh",
                        List.of(new Loss(1, Double.NaN, null), new Loss(2, Double.NEGATIVE_INFINITY, 0.1)),
                        new int[][] {{1, 2}, {3}},
                        true);
        String text = Json.write(nets);
        Nets read = Json.read(Json.read(text), Nets.class);
        assertThat(read.losses()).isEqualTo(nets.losses());
        assertThat(Json.write(read)).isEqualTo(text);
        assertThat(text).doesNotContain("null").containsOnlyOnce("\"validation\"");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{'name': 'a', 'losses': [{'epoch': 1}], 'counts': [], 'partial': true}|\"value\" is missing in Loss",
                "{'name': 'a', 'losses': [], 'partial': true}|\"counts\" is missing in Nets",
                "{'name': 'a', 'losses': [], 'counts': []}|\"partial\" is missing in Nets",
                "{'name': 'a', 'losses': [], 'counts': [['x']], 'partial': true}|x",
            })
    void rejectsIncompleteRecords(String text, String message) {
        JsonElement json = Json.read(text.replace('\'', '"'));
        assertThatThrownBy(() -> Json.read(json, Nets.class))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(message);
    }

    @ParameterizedTest
    @ValueSource(strings = {"true", "\"0.5\"", "3", "-9223372036854775808", "0.25"})
    void scalarsKeepTheirType(String text) {
        assertThat(Json.write(Json.scalar(Json.read(text)))).isEqualTo(text + "\n");
    }
}
