package chainrule.experiments.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import chainrule.data.DataException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.w3c.dom.Element;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

class SafeXmlTest {
    @TempDir Path temporary;

    private static Element parse(String xml) {
        return SafeXml.parse("faces.xml", xml.getBytes(StandardCharsets.UTF_8));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "\n", " \r\n\t", "<?xml version='1.0'?>", "\n<?xml version='1.0'?>\n", "\uFEFF"})
    void readsAnAnnotation(String before) {
        Element root = parse(before + "<annotation><object><name>with &amp; mask</name></object></annotation>\n");
        assertThat(root.getTagName()).isEqualTo("annotation");
        assertThat(root.getElementsByTagName("name").item(0).getTextContent()).isEqualTo("with & mask");
    }

    /** A file that includes another one, in the three ways of XML. */
    @Test
    void readsNoOtherFormats() throws IOException {
        Path secret = Files.writeString(temporary.resolve("secret.txt"), "the secret");
        String uri = secret.toUri().toString();
        for (String xml :
                new String[] {
                    "<!DOCTYPE a [<!ENTITY x SYSTEM '" + uri + "'>]><a>&x;</a>",
                    "<!DOCTYPE a [<!ENTITY % x SYSTEM '" + uri + "'> %x;]><a/>",
                    "<!DOCTYPE a SYSTEM '" + uri + "'><a/>",
                }) {
            assertThatThrownBy(() -> parse(xml))
                    .isInstanceOf(DataException.class)
                    .hasMessageStartingWith("faces.xml is not valid XML: line 1: DOCTYPE");
        }
        String inclusion =
                "<a xmlns:xi='http://www.w3.org/2001/XInclude'><xi:include parse='text' href='" + uri + "'/></a>";
        assertThat(parse(inclusion).getTextContent()).isEmpty();
    }

    @Test
    void rejectsEntityExpansion() {
        String bomb = "<!DOCTYPE a [<!ENTITY b 'x'><!ENTITY c '&b;&b;&b;'><!ENTITY d '&c;&c;&c;'>]><a>&d;</a>";
        assertThatThrownBy(() -> parse(bomb)).isInstanceOf(DataException.class).hasMessageContaining("DOCTYPE");
    }

    @Test
    void rejectsDeepNesting() {
        int most = SafeXml.DEEPEST;
        assertThat(parse("<a>".repeat(most) + "</a>".repeat(most)).getTagName()).isEqualTo("a");
        assertThatThrownBy(() -> parse("<a>".repeat(100_000))).isInstanceOf(DataException.class);
        assertThatThrownBy(() -> parse("<a>".repeat(most + 1) + "</a>".repeat(most + 1)))
                .isInstanceOf(DataException.class)
                .hasMessageContaining("line 1");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "text", "<a>", "<a></b>", "<a>&unknown;</a>", "<a>\u0001</a>", "<a/><b/>", "<a"})
    void reportsMalformedXmlInOneLine(String xml) {
        assertThatThrownBy(() -> parse(xml))
                .isInstanceOf(DataException.class)
                .hasMessageStartingWith("faces.xml is not valid XML: ")
                .satisfies(e -> assertThat(e.getMessage().lines()).hasSize(1));
    }

    @Test
    void namesTheLine() {
        assertThatThrownBy(() -> parse("\n<a>\n\n<b></a>")).hasMessageContaining("line 3");
    }
}
