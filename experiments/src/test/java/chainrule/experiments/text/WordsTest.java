package chainrule.experiments.text;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import java.util.List;

class WordsTest {
    @Test
    void countsAgreeWithTheirNoun() {
        assertThat(Words.count(0, "net")).isEqualTo("0 nets");
        assertThat(Words.count(1, "epoch")).isEqualTo("1 epoch");
        assertThat(Words.count(1135, "image")).isEqualTo("1,135 images");
        assertThat(Words.count(2, "class")).isEqualTo("2 classes");
        assertThat(Words.of(1, "layer") + Words.of(2, "layer")).isEqualTo("layerlayers");
    }

    @Test
    void joinsListsWithAnd() {
        assertThat(Words.and(List.of())).isEmpty();
        assertThat(Words.and(List.of("a"))).isEqualTo("a");
        assertThat(Words.and(List.of("a", "b"))).isEqualTo("a and b");
        assertThat(Words.and(List.of("a", "b", "c"))).isEqualTo("a, b and c");
    }

    @Test
    void capitalizesSentences() {
        assertThat(Words.sentence("sigmoid, 5 layers")).isEqualTo("Sigmoid, 5 layers");
        assertThat(Words.sentence("")).isEmpty();
    }
}
