package chainrule.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * Runs each reader on its committed corpus: {@code good-} seeds, which must be read; {@code bad-} files, which must be
 * rejected because each broke a contract once or is likely to; and inputs of the fuzzer that take other paths.
 */
class CorpusTest {
    private static final int LARGEST = 64 << 10;
    private static final int LARGEST_CORPUS = 500_000;

    private static Path corpus() throws URISyntaxException {
        return Path.of(CorpusTest.class.getResource("/corpus").toURI());
    }

    private static List<Path> files(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            return files.filter(Files::isRegularFile).sorted().toList();
        }
    }

    @TestFactory
    Stream<DynamicTest> readersKeepTheirContract() {
        return Targets.ALL.stream().map(target -> DynamicTest.dynamicTest(target.name(), () -> keeps(target)));
    }

    private static void keeps(Target target) throws IOException, URISyntaxException, InterruptedException {
        int read = 0;
        for (Path file : files(corpus().resolve(target.name()))) {
            String name = file.getFileName().toString();
            Harness.Outcome outcome;
            try {
                outcome = Harness.guard(target, Files.readAllBytes(file));
            } catch (Broken e) {
                throw new AssertionError(target.name() + "/" + name + ": " + e.getMessage(), e);
            }
            if (name.startsWith("good-")) {
                assertThat(outcome).as("%s/%s", target.name(), name).isEqualTo(Harness.Outcome.READ);
                read++;
            } else if (name.startsWith("bad-")) {
                assertThat(outcome).as("%s/%s", target.name(), name).isEqualTo(Harness.Outcome.REJECTED);
            }
        }
        assertThat(read).as("seeds of %s that are read", target.name()).isPositive();
    }

    @Test
    void corpusBelongsToTheTargetsAndIsSmall() throws IOException, URISyntaxException {
        try (Stream<Path> folders = Files.list(corpus())) {
            assertThat(folders.map(folder -> folder.getFileName().toString()))
                    .containsExactlyInAnyOrderElementsOf(Targets.ALL.stream().map(Target::name).toList());
        }
        long bytes = 0;
        for (Path file : files(corpus())) {
            assertThat(Files.size(file)).as(file.toString()).isLessThanOrEqualTo(LARGEST);
            bytes += Files.size(file);
        }
        assertThat(bytes).isLessThanOrEqualTo(LARGEST_CORPUS);
    }
}
