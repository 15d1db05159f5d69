package chainrule.experiments.report;

import chainrule.experiments.report.figure.Figure;

import java.util.ArrayList;
import java.util.List;

/** A part of a section. */
public sealed interface Block permits Block.Prose, Block.Note, Block.Raw, Block.Figures, Table {
    /** The name of this kind of block in the page's template. */
    String kind();

    /** A paragraph, in which {@code `code`} and {@code **emphasis**} are marked. */
    record Prose(String text) implements Block {
        @Override
        public String kind() {
            return "prose";
        }

        /** The text split by markup. */
        public List<Span> spans() {
            return Span.parse(text);
        }
    }

    /** A highlighted note; the tone BAD marks a failure. */
    record Note(String text, Cell.Tone tone) implements Block {
        @Override
        public String kind() {
            return "note";
        }

        /** The text split by markup. */
        public List<Span> spans() {
            return Span.parse(text);
        }
    }

    /** Preformatted text, collapsed under its summary. */
    record Raw(String summary, String text) implements Block {
        @Override
        public String kind() {
            return "raw";
        }
    }

    /** Figures in a row, as far as the width allows. */
    record Figures(List<Figure> figures) implements Block {
        public Figures {
            figures = List.copyOf(figures);
        }

        @Override
        public String kind() {
            return "figures";
        }
    }

    /** A part of a paragraph. */
    record Span(String tag, String text) {
        /** Splits at pairs of backquotes and of double asterisks; a lone one is text. */
        static List<Span> parse(String text) {
            List<Span> spans = new ArrayList<>();
            int done = 0;
            int i = 0;
            while (i < text.length()) {
                String mark = text.startsWith("**", i) ? "**" : text.charAt(i) == '`' ? "`" : "";
                int end = mark.isEmpty() ? -1 : text.indexOf(mark, i + mark.length());
                if (end < 0) {
                    i += Math.max(1, mark.length());
                    continue;
                }
                spans.add(new Span("", text.substring(done, i)));
                spans.add(new Span(mark.equals("`") ? "code" : "strong", text.substring(i + mark.length(), end)));
                i = end + mark.length();
                done = i;
            }
            spans.add(new Span("", text.substring(done)));
            return spans.stream().filter(s -> !s.text.isEmpty()).toList();
        }
    }
}
