package chainrule.experiments.dense;

import static org.assertj.core.api.Assertions.assertThat;

import chainrule.backend.Elementwise;

import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;

class AssignmentFiguresTest {
    @Test
    void matchesTheTwoTablesOfTheAssignment() throws IOException {
        String text;
        try (InputStream stream = AssignmentFiguresTest.class.getResourceAsStream("/assignment.txt")) {
            text = new String(stream.readAllBytes(), StandardCharsets.UTF_8);
        }
        List<Elementwise> columns = List.of(Elementwise.RELU, Elementwise.TANH, Elementwise.SIGMOID);
        for (int depth : new int[] {5, 20, 40}) {
            List<String[]> rows = text.lines().filter(l -> l.startsWith(depth + "\t")).map(l -> l.split("\t")).toList();
            assertThat(rows).hasSize(2);
            for (int i = 0; i < columns.size(); i++) {
                AssignmentFigures.Figure figure = AssignmentFigures.of(columns.get(i), depth);
                assertThat(Double.parseDouble(figure.loss())).isEqualTo(Double.parseDouble(rows.get(0)[i + 1]));
                assertThat(Double.parseDouble(figure.accuracy())).isEqualTo(Double.parseDouble(rows.get(1)[i + 1]));
            }
        }
    }
}
