package chainrule.experiments.report;

import chainrule.experiments.report.figure.Figure;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * A section of a report.
 *
 * @param title its heading
 * @param blocks its content, in order
 */
public record Section(String title, List<Block> blocks) {
    public Section {
        blocks = List.copyOf(blocks);
    }

    /** Begins a section. */
    public static Builder titled(String title) {
        return new Builder(title);
    }

    Stream<Figure> figures() {
        return blocks.stream().flatMap(b -> b instanceof Block.Figures f ? f.figures().stream() : Stream.empty());
    }

    /** Builds a section. */
    public static final class Builder {
        private final String title;
        private final List<Block> blocks = new ArrayList<>();

        private Builder(String title) {
            this.title = title;
        }

        /** A paragraph; {@code `code`} and {@code **emphasis**} are marked. */
        public Builder prose(String text) {
            return add(new Block.Prose(text));
        }

        public Builder table(Table table) {
            return add(table);
        }

        /** One figure over the whole width, or several in a row. */
        public Builder figures(Figure... figures) {
            return add(new Block.Figures(List.of(figures)));
        }

        /** A highlighted note. */
        public Builder note(String text) {
            return add(new Block.Note(text, Cell.Tone.PLAIN));
        }

        /** A highlighted note in the color of its tone. */
        public Builder note(String text, Cell.Tone tone) {
            return add(new Block.Note(text, tone));
        }

        /** Preformatted, collapsed text, such as a log. */
        public Builder raw(String summary, String text) {
            return add(new Block.Raw(summary, text));
        }

        public Builder add(Block block) {
            blocks.add(block);
            return this;
        }

        public Section build() {
            return new Section(title, blocks);
        }
    }
}
