package chainrule.bench.versus;

import static org.assertj.core.api.Assertions.assertThat;

import chainrule.bench.Main;
import chainrule.bench.machine.Machine;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

class VersusRatiosTest {
    private final Path committed = Machine.home().resolve("bench/results/versus");

    @TempDir Path folder;

    @Test
    void committedPagesFollowFromTheCommittedResults() throws IOException {
        Files.copy(committed.resolve("results.json"), folder.resolve("results.json"));
        assertThat(Main.execute("versus", "--render", folder.toString())).isZero();
        assertThat(folder.resolve("ratios.json")).hasSameTextualContentAs(committed.resolve("ratios.json"));
        assertThat(words("report.html", folder))
                .as("run ./run versus --render bench/results/versus")
                .isEqualTo(words("report.html", committed));
    }

    /** The page without its drawings, whose coordinates depend on the fonts of the machine. */
    private static String words(String name, Path in) throws IOException {
        return Files.readString(in.resolve(name)).replaceAll("(?s)<svg.*?</svg>", "");
    }

    @Test
    void theBaseHasTheRatioOne() throws IOException {
        VersusRatios ratios = VersusRatios.of(VersusResults.read(committed.resolve("results.json")));
        assertThat(ratios.rows())
                .filteredOn(row -> row.contender().equals(ratios.base()))
                .isNotEmpty()
                .allSatisfy(row -> assertThat(row.ratio()).isEqualTo(1));
        assertThat(ratios.rows())
                .filteredOn(row -> row.rounds() > 1)
                .allSatisfy(
                        row -> {
                            assertThat(row.low()).isLessThanOrEqualTo(row.ratio());
                            assertThat(row.high()).isGreaterThanOrEqualTo(row.ratio());
                        });
    }
}
