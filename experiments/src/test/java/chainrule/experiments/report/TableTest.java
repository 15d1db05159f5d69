package chainrule.experiments.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class TableTest {
    @Test
    void alignsPlainText() {
        Table table =
                Table.titled("Test accuracy")
                        .columns("layers")
                        .numeric("tanh")
                        .referenceName("report")
                        .row(5, Cell.decimals(.96981, 4).withReference(".9698"))
                        .row(40, Cell.decimals(1, 4))
                        .build();
        assertThat(table.plain())
                .isEqualTo(
                        """
                        Test accuracy
                          layers                   tanh
                          5       .9698 (report: .9698)
                          40                     1.0000
                        """);
    }

    @Test
    void rejectsARowOfTheWrongLength() {
        Table.Builder table = Table.titled("T").columns("a", "b").row(1);
        assertThatThrownBy(table::build).hasMessageContaining("a row of 1 cells, expected 2");
    }

    @Test
    void parsesPairedMarkup() {
        assertThat(Block.Span.parse("a `b` **c** d ` e ** f"))
                .containsExactly(
                        new Block.Span("", "a "),
                        new Block.Span("code", "b"),
                        new Block.Span("", " "),
                        new Block.Span("strong", "c"),
                        new Block.Span("", " d ` e ** f"));
    }
}
