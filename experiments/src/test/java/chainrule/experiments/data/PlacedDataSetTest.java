package chainrule.experiments.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import chainrule.data.DataException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

class PlacedDataSetTest {
    private static final PlacedDataSet FACES =
            new PlacedDataSet(
                    "Faces", "faces", List.of("archive.zip", "faces.zip"), "annotations", "https://there (a login)");

    @TempDir Path home;

    @Test
    void prefersThePathOfTheUser() throws IOException {
        Files.createDirectories(home.resolve("faces/annotations"));
        assertThat(FACES.find(Path.of("mine.zip"), home)).isEqualTo(Path.of("mine.zip"));
    }

    @Test
    void searchesTheDataHomeNext() throws IOException {
        Path folder = Files.createDirectories(home.resolve("faces"));
        Files.createFile(folder.resolve("faces.zip"));
        assertThat(FACES.find(null, home)).isEqualTo(folder.resolve("faces.zip"));
        Files.createFile(folder.resolve("archive.zip"));
        assertThat(FACES.find(null, home)).isEqualTo(folder.resolve("archive.zip"));
        Files.createDirectories(folder.resolve("annotations"));
        assertThat(FACES.find(null, home)).isEqualTo(folder);
    }

    @Test
    void explainsWhatToDownloadAndWhereToPutIt() {
        assertThatThrownBy(() -> FACES.find(null, home))
                .isInstanceOf(DataException.class)
                .hasMessage(
                        "Faces is not on this machine: download archive.zip from https://there (a login) and put it"
                                + " into %s, unpacked or not, or name it with --data",
                        home.resolve("faces"));
    }
}
