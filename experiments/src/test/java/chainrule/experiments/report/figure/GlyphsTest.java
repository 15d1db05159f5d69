package chainrule.experiments.report.figure;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import java.awt.Font;
import java.io.IOException;
import java.lang.reflect.RecordComponent;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** PNG files show no empty boxes for characters that the bundled font lacks. */
class GlyphsTest {
    private static final Font FONT = Canvas.font(Theme.TEXT);
    private static final String AWKWARD = "tanh(⅔x) / (1 + e⁻ˣ) + eˣ";

    private static void assertDrawable(String text) {
        String spelled = Glyphs.spelled(FONT, text);
        assertThat(FONT.canDisplayUpTo(spelled)).as("the first missing character of \"%s\"", spelled).isEqualTo(-1);
    }

    @Test
    void spellsOnlyMissingCharacters() {
        assertThat(Glyphs.spelled(FONT, AWKWARD)).isEqualTo("tanh((2/3)x) / (1 + e^(−x)) + e^x");
        assertThat(Glyphs.spelled(FONT, "≤ 10⁻⁷ · ½ → ∞")).isEqualTo("≤ 10⁻⁷ · ½ → ∞");
    }

    static Stream<Chart> awkwardCharts() {
        LineChart.Builder lines = LineChart.named("a", AWKWARD).caption(AWKWARD).x(AWKWARD).y(AWKWARD);
        return Stream.of(
                lines.line(AWKWARD, Hue.BLUE, 1, 2)
                        .trainingAnd(AWKWARD, AWKWARD, Hue.RED, new double[2], new double[2])
                        .build(),
                StripPlot.named("c", AWKWARD, AWKWARD).group(AWKWARD, Hue.RED, 1, 2).build(),
                BarChart.named("d", AWKWARD, AWKWARD).bar(AWKWARD, 1, Hue.BLUE).reference(2, AWKWARD).build(),
                HeatMap.confusion("e", AWKWARD, AWKWARD, List.of(AWKWARD, "b"), new int[][] {{1, 2}, {3, 4}}));
    }

    @ParameterizedTest
    @MethodSource("awkwardCharts")
    void spellsEveryTextOfEveryKindOfChart(Chart chart) throws ReflectiveOperationException {
        assertDrawableTree(Glyphs.spelled(FONT, chart));
        assertThat(chart.png()).isNotEmpty();
    }

    private static void assertDrawableTree(Object value) throws ReflectiveOperationException {
        switch (value) {
            case String text -> assertThat(FONT.canDisplayUpTo(text)).as(text).isEqualTo(-1);
            case List<?> items -> {
                for (Object item : items) {
                    assertDrawableTree(item);
                }
            }
            case Object[] items -> assertDrawableTree(Arrays.asList(items));
            case Record record -> {
                for (RecordComponent component : record.getClass().getRecordComponents()) {
                    assertDrawableTree(component.getAccessor().invoke(record));
                }
            }
            default -> {}
        }
    }

    /** All texts of all charts in the committed reports. */
    @Test
    void spellsAllTextsOfCommittedCharts() throws IOException {
        Pattern drawn = Pattern.compile("(?s)<text[^>]*>([^<]*)|class=\"figure-title\">([^<]*)|alt=\"([^\"]*)\"");
        int texts = 0;
        for (String folder : List.of("results", "../bench/results")) {
            try (Stream<Path> files = Files.walk(Path.of(folder))) {
                for (Path file : files.filter(f -> f.endsWith("report.html")).toList()) {
                    var found = drawn.matcher(Files.readString(file));
                    while (found.find()) {
                        for (int group = 1; group <= found.groupCount(); group++) {
                            if (found.group(group) != null) {
                                found.group(group).lines().forEach(GlyphsTest::assertDrawable);
                                texts++;
                            }
                        }
                    }
                }
            }
        }
        assertThat(texts).isGreaterThan(1000);
    }
}
