package chainrule.experiments.report;

import chainrule.experiments.report.figure.Figure;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * A study's report.
 *
 * @param title its heading
 * @param lead the finding in one paragraph
 * @param facts the configuration of the run: command, backend, seed, data …
 * @param sections its sections
 */
public record Report(String title, String lead, List<Fact> facts, List<Section> sections) {
    /** A fact and its value. */
    public record Fact(String name, String value) {}

    public Report {
        facts = List.copyOf(facts);
        sections = List.copyOf(sections);
        Set<String> names = new HashSet<>();
        for (Section section : sections) {
            section.figures()
                    .map(Figure::name)
                    .filter(n -> !names.add(n))
                    .findFirst()
                    .ifPresent(
                            n -> {
                                throw new IllegalArgumentException(
                                        "two figures are named \"" + n + "\": their files would collide");
                            });
        }
    }

    /** Begins a report. */
    public static Builder titled(String title) {
        return new Builder(title);
    }

    /** Every figure of every section. */
    public List<Figure> figures() {
        return sections.stream().flatMap(Section::figures).toList();
    }

    /** Builds a report. */
    public static final class Builder {
        private final String title;
        private final List<Fact> facts = new ArrayList<>();
        private final List<Section> sections = new ArrayList<>();
        private String lead = "";

        private Builder(String title) {
            this.title = title;
        }

        public Builder lead(String paragraph) {
            lead = paragraph;
            return this;
        }

        public Builder fact(String name, Object value) {
            facts.add(new Fact(name, String.valueOf(value)));
            return this;
        }

        public Builder section(Section section) {
            sections.add(section);
            return this;
        }

        public Builder section(Section.Builder section) {
            return section(section.build());
        }

        public Report build() {
            return new Report(title, lead, facts, sections);
        }
    }
}
