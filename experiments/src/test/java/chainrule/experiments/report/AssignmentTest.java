package chainrule.experiments.report;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;

class AssignmentTest {
    /** The assignment's text with white space collapsed. */
    private static String assignment() throws IOException {
        try (InputStream text = AssignmentTest.class.getResourceAsStream("/assignment.txt")) {
            return new String(text.readAllBytes(), StandardCharsets.UTF_8).replaceAll("\\s+", " ");
        }
    }

    @ParameterizedTest
    @EnumSource(Assignment.class)
    void quotationsOccurInTheAssignment(Assignment quotation) throws IOException {
        assertThat(assignment()).contains(quotation.text());
    }

    @ParameterizedTest
    @EnumSource(Assignment.class)
    void showsQuotationsWithoutTex(Assignment quotation) {
        assertThat(quotation.quoted()).startsWith("“").endsWith("”").doesNotContain("\\", "$");
    }
}
