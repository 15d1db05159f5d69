package chainrule.experiments.report;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/**
 * A table for the report and, as {@link #plain}, for the console.
 *
 * @param title its caption
 * @param note a sentence below, or the empty string
 * @param referenceName the origin of the cells' reference values, such as "report"
 * @param columns its columns
 * @param rows its rows, each as long as the columns
 */
public record Table(String title, String note, String referenceName, List<Column> columns, List<List<Cell>> rows)
        implements Block {
    /** A column; numeric ones are aligned to the right with digits of one width. */
    public record Column(String title, boolean numeric) {}

    public Table {
        columns = List.copyOf(columns);
        rows = rows.stream().map(List::copyOf).toList();
        for (List<Cell> row : rows) {
            if (row.size() != columns.size()) {
                throw new IllegalArgumentException(
                        "table \""
                                + title
                                + "\": a row of "
                                + row.size()
                                + " cells, expected "
                                + columns.size()
                                + ": "
                                + row);
            }
        }
    }

    @Override
    public String kind() {
        return "table";
    }

    /** Begins a table. */
    public static Builder titled(String title) {
        return new Builder(title);
    }

    /** The table as aligned text, reference values in parentheses: {@code .9698 (report: .9698)}. */
    public String plain() {
        List<List<String>> lines = new ArrayList<>();
        lines.add(columns.stream().map(Column::title).toList());
        rows.forEach(row -> lines.add(row.stream().map(this::plain).toList()));
        int[] widths = new int[columns.size()];
        lines.forEach(line -> Arrays.setAll(widths, i -> Math.max(widths[i], line.get(i).length())));
        StringBuilder text = new StringBuilder(title).append('\n');
        for (List<String> line : lines) {
            StringBuilder row = new StringBuilder();
            for (int i = 0; i < widths.length; i++) {
                String pad = " ".repeat(widths[i] - line.get(i).length());
                row.append("  ").append(columns.get(i).numeric ? pad + line.get(i) : line.get(i) + pad);
            }
            text.append(row.toString().stripTrailing()).append('\n');
        }
        return text.toString();
    }

    private String plain(Cell cell) {
        return cell.reference().isEmpty()
                ? cell.text()
                : cell.text() + " (" + referenceName + ": " + cell.reference() + ")";
    }

    /** Builds a table. */
    public static final class Builder {
        private final String title;
        private final List<Column> columns = new ArrayList<>();
        private final List<List<Cell>> rows = new ArrayList<>();
        private String note = "";
        private String referenceName = "reference";

        private Builder(String title) {
            this.title = title;
        }

        /** Adds columns of words. */
        public Builder columns(String... titles) {
            Arrays.stream(titles).forEach(t -> columns.add(new Column(t, false)));
            return this;
        }

        /** Adds columns of numbers. */
        public Builder numeric(String... titles) {
            Arrays.stream(titles).forEach(t -> columns.add(new Column(t, true)));
            return this;
        }

        /** Adds a row; any value that is not a {@link Cell} is converted with {@code toString()}. */
        public Builder row(Object... cells) {
            rows.add(
                    Arrays.stream(cells)
                            .map(c -> c instanceof Cell cell ? cell : Cell.of(String.valueOf(c)))
                            .collect(Collectors.toList()));
            return this;
        }

        /** Sets the origin of the reference values. */
        public Builder referenceName(String name) {
            referenceName = name;
            return this;
        }

        public Builder note(String text) {
            note = text;
            return this;
        }

        public Table build() {
            return new Table(title, note, referenceName, columns, rows);
        }
    }
}
