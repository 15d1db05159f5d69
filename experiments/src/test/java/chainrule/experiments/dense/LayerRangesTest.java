package chainrule.experiments.dense;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LayerRangesTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "....|''",
                "#...|layer 1",
                "...#|layer 4",
                "####|layers 1–4",
                "##.#|layers 1–2 and 4",
                "#.#.##|layers 1, 3 and 5–6"
            })
    void namesLayersAsRanges(String chosen, String words) {
        assertThat(LayerRanges.of(chosen.length(), i -> chosen.charAt(i) == '#')).isEqualTo(words);
    }
}
