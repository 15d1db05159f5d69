package chainrule.docs;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The parts of a document that tests can check: its code, its links, and the figures in its prose.
 *
 * @param file relative to the root of the project
 */
record Markdown(String file, String text) {
    private static final Pattern COMMENT = Pattern.compile("<!--.*?-->", Pattern.DOTALL);
    private static final Pattern FENCE = Pattern.compile("^```(\\w*)\\n(.*?)^```$", Pattern.DOTALL | Pattern.MULTILINE);
    private static final Pattern INDENTED = Pattern.compile("(?<=\\n\\n)((?: {4}.*\\n)+)");
    private static final Pattern SPAN = Pattern.compile("`([^`]+)`");
    private static final Pattern LINK = Pattern.compile("\\]\\(([^)\\s]+)\\)");

    /** The file, for the names of tests. */
    @Override
    public String toString() {
        return file;
    }

    /** A piece of the text and its offset. */
    record Piece(String text, int at) {}

    /** The text with comments and code blocks blanked out; all characters keep their offsets. */
    String prose() {
        return blank(blank(blank(text, COMMENT), FENCE), INDENTED);
    }

    /** The prose without spans of code and the targets of links. */
    String sentences() {
        return blank(blank(prose(), SPAN), Pattern.compile("(?<=\\])\\([^)\\s]+\\)"));
    }

    /** The comments. */
    List<Piece> comments() {
        return pieces(COMMENT, text, 0);
    }

    /** The text between backticks in the prose. */
    List<Piece> spans() {
        return pieces(SPAN, prose(), 1).stream().map(p -> new Piece(p.text().replaceAll("\\s+", " "), p.at())).toList();
    }

    /** The lines of the code blocks. */
    List<Piece> codeLines() {
        String visible = blank(text, COMMENT);
        List<Piece> blocks = new ArrayList<>(pieces(FENCE, visible, 2));
        blocks.addAll(pieces(INDENTED, blank(visible, FENCE), 1));
        List<Piece> lines = new ArrayList<>();
        for (Piece block : blocks) {
            String joined = block.text().replaceAll("\\\\\\n\\s*", " ");
            int at = block.at();
            for (String line : joined.split("\n")) {
                lines.add(new Piece(line.strip(), at));
                at += line.length() + 1;
            }
        }
        return lines;
    }

    /** The code blocks in a language. */
    List<String> code(String language) {
        return FENCE.matcher(text).results().filter(m -> m.group(1).equals(language)).map(m -> m.group(2)).toList();
    }

    /** The targets of the links. */
    List<Piece> links() {
        return pieces(LINK, prose(), 1);
    }

    /** "README.md:12". */
    String place(int at) {
        return file + ":" + (1 + text.substring(0, at).chars().filter(c -> c == '\n').count());
    }

    private static List<Piece> pieces(Pattern pattern, String text, int group) {
        return pattern.matcher(text).results().map(m -> new Piece(m.group(group), m.start(group))).toList();
    }

    private static String blank(String text, Pattern pattern) {
        return pattern.matcher(text).replaceAll(Markdown::spaces);
    }

    private static String spaces(MatchResult match) {
        return Matcher.quoteReplacement(match.group().replaceAll("[^\\n]", " "));
    }
}
