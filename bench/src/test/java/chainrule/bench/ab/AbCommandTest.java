package chainrule.bench.ab;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import chainrule.bench.Main;
import chainrule.bench.machine.Machine;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

class AbCommandTest {
    @TempDir Path folder;

    private int ab(String... words) {
        List<String> all = new ArrayList<>(List.of("bench", "ab", "--out", folder.resolve("out").toString()));
        all.addAll(List.of(words));
        return Main.execute(all.toArray(String[]::new));
    }

    @Test
    void namesOfRowsAreUnique() {
        List<Case> all = Case.all("simd", 2, _ -> true);
        assertThat(all).extracting(Case::name).doesNotHaveDuplicates().contains("steps mlp40 simd 2 threads");
        assertThat(Case.groups(all, List.of())).hasSizeLessThan(all.size() / 5);
        assertThat(Case.all("simd", 1, name -> name.matches("steps m.*"))).hasSize(4);
    }

    @Test
    void refusesABadCommandLine() {
        assertThat(ab("HEAD", "HEAD", "--filter", "no such row")).isEqualTo(2);
        assertThat(ab("HEAD", "HEAD", "--filter", "(")).isEqualTo(2);
        assertThat(ab("HEAD", "HEAD", "--rounds", "2")).isEqualTo(2);
        assertThat(ab("HEAD")).isEqualTo(2);
        assertThat(folder.resolve("out/results.json")).doesNotExist();
    }

    @Test
    void saysWhatIsNeitherACommitNorABuild() throws IOException {
        Path home = Machine.home();
        assertThatThrownBy(() -> Build.of("no-such-commit", home, folder))
                .hasMessage("'no-such-commit' is neither a commit nor a folder");
        assertThatThrownBy(() -> Build.of(folder.toString(), home, folder))
                .hasMessageContaining("has no script named run");
        Files.writeString(folder.resolve("run"), "#!/bin/sh\necho the compiler complains\nexit 1\n");
        assertThat(folder.resolve("run").toFile().setExecutable(true)).isTrue();
        assertThatThrownBy(() -> Build.of(folder.toString(), home, folder))
                .hasMessageContaining("does not build: the compiler complains");
        Files.writeString(folder.resolve("run"), "#!/bin/sh\n");
        Path record = Files.createDirectories(folder.resolve("bench/target/run"));
        Files.writeString(record.resolve("jdk"), "    java.home = " + System.getProperty("java.home") + "\n");
        Files.writeString(record.resolve("libraries"), "");
        assertThatThrownBy(() -> Build.of(folder.toString(), home, folder))
                .hasMessageContaining("is older than this command");
    }
}
