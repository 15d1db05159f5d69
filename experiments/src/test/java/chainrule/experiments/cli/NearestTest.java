package chainrule.experiments.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.util.List;

class NearestTest {
    @ParameterizedTest
    @CsvSource({
        "'', '', 0",
        "a, '', 1",
        "'', abc, 3",
        "depth, depth, 0",
        "depht, depth, 1",
        "dept, depth, 1",
        "deptth, depth, 1",
        "septh, depth, 1",
        "kitten, sitting, 3",
        "ca, abc, 3", // optimal string alignment edits no part twice
    })
    void distanceCountsEdits(String a, String b, int edits) {
        assertThat(Nearest.distance(a, b)).isEqualTo(edits).isEqualTo(Nearest.distance(b, a));
    }

    @Test
    void suggestsNoDistantWords() {
        List<String> known = List.of("--depths", "--epochs", "--rate", "--out");
        assertThat(Nearest.to("--epoch", known)).contains("--epochs");
        assertThat(Nearest.to("--rat", known)).contains("--rate");
        assertThat(Nearest.to("--oout", known)).contains("--out");
        assertThat(Nearest.to("--momentum", known)).isEmpty();
        assertThat(Nearest.to("-o", known)).isEmpty();
        assertThat(Nearest.to("--", known)).isEmpty();
    }
}
