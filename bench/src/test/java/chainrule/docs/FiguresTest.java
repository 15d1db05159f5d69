package chainrule.docs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.gson.JsonParser;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.FieldSource;

import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import java.util.Set;

/**
 * Each figure in a document agrees with its file of results, or states why it has none: {@link Figures} explains the
 * comments that anchor them. After new results, {@code -Dfigures.write=true} writes the new figures into the documents;
 * a person must still check the sentences around them.
 */
class FiguresTest {
    static final List<Markdown> DOCUMENTS = Repository.documents();

    /** Documents whose figures need no anchors; existing anchors are checked. */
    private static final Set<String> NARRATIVE = Set.of("CHANGELOG.md");

    @ParameterizedTest
    @FieldSource("DOCUMENTS")
    void figuresAgreeWithTheirFiles(Markdown document) throws IOException {
        Figures figures = Figures.of(document);
        if (Boolean.getBoolean("figures.write")) {
            Files.writeString(Repository.ROOT.resolve(document.file()), figures.corrected());
        }
        assertThat(figures.errors()).isEmpty();
    }

    @ParameterizedTest
    @FieldSource("DOCUMENTS")
    void figuresHaveAFileOrAReason(Markdown document) {
        if (!NARRATIVE.contains(document.file())) {
            assertThat(Figures.of(document).unanchored()).isEmpty();
        }
    }

    @Test
    void documentsHaveAnchoredFigures() {
        assertThat(DOCUMENTS.stream().map(Figures::of).mapToInt(Figures::checked).sum()).isGreaterThan(50);
    }

    @ParameterizedTest
    @CsvSource({
        ".9658, .96575, true",
        ".9658, .96585, true",
        ".9658, .96574, false",
        "≥ .994, .99366, false",
        "≥ .993, .99366, true",
        "< 5, 5, false",
        "1 min 53 s, 113.29, true",
        "1 min 54 s, 113.29, false",
        "40 min, 2387, true",
        "'88,569', 88569, true",
        "+1.0 %, .01034, true",
        "−6.8 %, -.0680, true",
        "7 %, .0746, true",
        "8 %, .0746, false",
        "1e-26, 1.4e-26, true",
        "1e-26, 1.6e-26, false",
        "4.6, 4.64, true",
        "0.1, NaN, false"
    })
    void acceptsValuesThatRoundToTheFigure(String figure, double value, boolean right) {
        assertThat(Figures.matches(figure, value)).isEqualTo(right);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "a.b|3",
                "nets[1].x|5",
                "nets[k=u].x|4",
                "nets[k!=$l].x|5",
                "nets[!gone].x|4",
                "nets[gone].x|5",
                "count(nets[].x)|2",
                "nets[x>=4.5].x|5",
                "nets[x<=4.5].x|4",
                "max(nets[].x) - min(nets[].x)|1",
                "mean(nets[].x) * 2 + 1|10",
                "median(nets[].many)|2.5",
                "sum(2 * nets[1].many - nets[0].x)|6",
                "\"an odd / name\"|7",
                "other:y|8"
            })
    void evaluatesExpressions(String expression, double value) {
        String main =
                """
                {"a": {"b": 3}, "an odd / name": 7,
                 "nets": [{"k": "u", "l": "u", "x": 4, "many": [1, 2]},
                          {"k": "v", "l": "u", "x": 5, "many": [3, 4], "gone": true}]}
                """;
        assertThat(Expression.value(expression, f -> JsonParser.parseString(f.isEmpty() ? main : "{\"y\": 8}")))
                .isEqualTo(value);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                "b|\"no 'b' among [a]\"",
                "a[k=w]|no element matches [k=w]",
                "a[].x|2 numbers, expected one",
                "max(a[].x|\"')' is missing\"",
                "largest(a[].x)|\"no function 'largest'\"",
                "a[0].k|\"'u' is not a number\"",
                "a[0].x 3|unexpected text"
            })
    void rejectsInvalidExpressions(String expression, String part) {
        String json = "{\"a\": [{\"k\": \"u\", \"x\": 1}, {\"k\": \"v\", \"x\": 2}]}";
        assertThatThrownBy(() -> Expression.value(expression, _ -> JsonParser.parseString(json)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(part);
    }

    @Test
    void findsWrongMissingAndUnanchoredFigures() {
        Figures figures =
                Figures.of(
                        new Markdown(
                                "made-up.md",
                                """
                                # Made up

                                It took 1 min 53 s and reached .5 of 70,000, 3.1 times what `./run x --rate 0.1` has.
                                <!-- figures experiments/results/depth/results.json
                                1 min 53 s = 113
                                .5 = 0.62
                                .5 = 0.5
                                3.1 -- made up
                                -->

                                ## A log
                                <!-- no results file: measured by hand -->
                                Then 12.5 ms.
                                """));
        assertThat(figures.errors())
                .containsExactly(
                        "made-up.md:3: '.5', but 0.62 = 0.62",
                        "made-up.md:7: '.5' is not in the text above, or not in this order");
        assertThat(figures.unanchored()).containsExactly("made-up.md:3: '70,000' comes from no file");
        assertThat(figures.corrected()).contains("reached .6 of", "\n.6 = 0.62");
    }
}
