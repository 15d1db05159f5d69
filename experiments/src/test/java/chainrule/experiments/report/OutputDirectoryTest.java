package chainrule.experiments.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import chainrule.experiments.report.figure.Hue;
import chainrule.experiments.report.figure.LineChart;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

class OutputDirectoryTest {
    @TempDir Path temporary;

    @Test
    void createsAnEmptyDirectory() throws IOException {
        Path path = temporary.resolve("a/b");
        assertThat(OutputDirectory.open(path).path()).isEqualTo(path);
        assertThat(names(path)).isEmpty();
    }

    @Test
    void reportsABlockingFileInOneLine() throws IOException {
        Path file = Files.writeString(temporary.resolve("file"), "x");
        for (Path path : List.of(file, file.resolve("below"))) {
            assertThatThrownBy(() -> OutputDirectory.open(path))
                    .isInstanceOf(OutputException.class)
                    .hasMessageStartingWith("cannot write to the output directory " + path + ": ")
                    .satisfies(e -> assertThat(e.getMessage()).doesNotContain("\n"));
        }
    }

    @Test
    void writesPageResultsAndFigures() throws IOException {
        OutputDirectory.open(temporary).write(report("Title", 1), Map.of("a", 1));
        assertThat(names(temporary)).containsExactly("curve.png", "report.html", "results.json");
    }

    @Test
    void changesNothingIfOneFileFails() throws IOException {
        OutputDirectory directory = OutputDirectory.open(temporary);
        directory.write("report.html", "old");
        // a directory blocks the last temporary file, after the figure's has been written
        Path blocked = temporary.resolve(".report.html." + ProcessHandle.current().pid() + ".tmp");
        Files.createDirectories(blocked.resolve("child"));
        assertThatThrownBy(() -> directory.write(report("Title", 1))).isInstanceOf(OutputException.class);
        assertThat(temporary.resolve("report.html")).hasContent("old");
        assertThat(temporary.resolve("curve.png")).doesNotExist();
        assertThat(names(temporary)).containsExactly(blocked.getFileName().toString(), "report.html");
    }

    @Test
    void replacesAnExistingFile() {
        OutputDirectory directory = OutputDirectory.open(temporary);
        directory.write("epochs.csv", "a much longer text than the next");
        directory.write("epochs.csv", "short");
        assertThat(temporary.resolve("epochs.csv")).hasContent("short");
    }

    @Test
    void rejectsDuplicateFigureNames() {
        LineChart chart = LineChart.named("same", "Same").build();
        Report.Builder report = Report.titled("T").section(Section.titled("S").figures(chart, chart));
        assertThatThrownBy(report::build).hasMessageContaining("\"same\"");
    }

    private static Report report(String title, double value) {
        LineChart curve = LineChart.named("curve", "Curve").line("a", Hue.BLUE, value, 2).build();
        return Report.titled(title).section(Section.titled("One").figures(curve)).build();
    }

    private static List<String> names(Path path) throws IOException {
        try (Stream<Path> files = Files.list(path)) {
            return files.map(f -> f.getFileName().toString()).sorted().toList();
        }
    }
}
