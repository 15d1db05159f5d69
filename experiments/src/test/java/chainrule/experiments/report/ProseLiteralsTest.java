package chainrule.experiments.report;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Sentences of reports contain no literal numbers, which would be wrong for other runs. */
class ProseLiteralsTest {
    private static final Path SOURCES = Path.of("src/main/java/chainrule/experiments");

    /** Matches comments, characters, text blocks and strings as a whole. */
    private static final Pattern TOKEN =
            Pattern.compile(
                    "//[^\\n]*|/\\*.*?\\*/|'(?:\\\\.|[^'\\\\])+'|\"\"\"(.*?)\"\"\"|\"((?:\\\\.|[^\"\\\\])*)\"",
                    Pattern.DOTALL);

    /** Strings joined by + are one text. */
    private static final Pattern JOINED = Pattern.compile("\\s*\\+\\s*");

    private static final Pattern NUMBER =
            Pattern.compile("[0-9]|\\b(ten|twelve|twenty|thirty|forty|fifty|hundreds?|thousands?|millions?)\\b");

    private static final Pattern WORD = Pattern.compile("\\p{L}{2,}");

    /** Mathematical constants and names, which are valid for every run. */
    private static final List<String> ALLOWED =
            List.of(
                    "4/27",
                    "8/27",
                    "32/27",
                    "(−1, 1)",
                    "between −1 and 1",
                    "0 or 1",
                    "t = 0",
                    "t = 1",
                    "y²(1 − y)",
                    "2y − 3y²",
                    "(1 − y)²(1 + y)",
                    "(1 − y)(1 + 3y)",
                    "1 − p",
                    "1 − q",
                    "2p(1 − p)²",
                    "2q²(1 − q)",
                    "exactly 0",
                    "L2 norm",
                    "1/",
                    "layer 1",
                    "layer 2");

    /** Matches a text for people: a word and a space. */
    private static boolean prose(String literal) {
        return literal.contains(" ") && WORD.matcher(literal).find();
    }

    static List<String> withNumbers(String source) {
        List<String> found = new ArrayList<>();
        StringBuilder text = new StringBuilder();
        int end = 0;
        Matcher token = TOKEN.matcher(source);
        while (token.find()) {
            String literal = token.group(2) != null ? token.group(2) : token.group(1);
            if (literal == null) {
                continue;
            }
            if (!JOINED.matcher(source.substring(end, token.start())).matches()) {
                check(text.toString(), found);
                text.setLength(0);
            }
            text.append(literal);
            end = token.end();
        }
        check(text.toString(), found);
        return found;
    }

    private static void check(String text, List<String> found) {
        String rest = text.replaceAll("%[-+,0-9.]*[a-zA-Z]", "");
        for (String allowed : ALLOWED.stream().sorted(Comparator.comparing(String::length).reversed()).toList()) {
            rest = rest.replaceAll("(?<![0-9.])" + Pattern.quote(allowed) + "(?![0-9.]*[0-9])", "");
        }
        if (prose(text) && NUMBER.matcher(rest).find()) {
            found.add(text);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "dense/DepthReport.java",
                "dense/GradientReport.java",
                "dense/LecunReport.java",
                "dense/ActivationReport.java",
                "dense/Verdict.java",
                "dense/ClassCounts.java",
                "dense/LayerRanges.java",
                "study/DivergedNet.java",
                "text/Words.java"
            })
    void takesNumbersInSentencesFromTheResults(String file) throws IOException {
        assertThat(withNumbers(Files.readString(SOURCES.resolve(file)))).isEmpty();
    }

    @Test
    void findsNumbersInConcatenations() {
        assertThat(withNumbers("a(\"right on the \"\n + \"1,135 ones\");")).hasSize(1);
        assertThat(withNumbers("a(\"the net keeps\" + x + \" of 10,000 images\");")).hasSize(1);
        assertThat(withNumbers("a(\"forty layers leave nothing\");")).hasSize(1);
        assertThat(withNumbers("a(\"at most 14/27 of it\");")).hasSize(1);
        assertThat(withNumbers("// at 40 layers\n/* \"of 40 layers\" */ a(\"loss-40\", \"of %.4f or %,d nets\");"))
                .isEmpty();
        assertThat(withNumbers("a(\"at most 4/27 of it, '\\\"' and so on\");")).isEmpty();
    }
}
