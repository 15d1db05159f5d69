package chainrule.experiments.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import chainrule.data.DataException;

import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;

class Cifar10Test {
    private static Path sample;

    @TempDir Path temporary;

    @BeforeAll
    static void find() throws URISyntaxException {
        sample = Path.of(Cifar10Test.class.getResource("/cifar10/test_batch.bin").toURI()).getParent();
    }

    private Path archive() throws IOException {
        Path file = temporary.resolve("cifar-10-binary.tar.gz");
        try (Tars tar = new Tars(file)) {
            for (String name : Cifar10.ORIGINAL.sha256().keySet()) {
                tar.file("cifar-10-batches-bin/" + name, Files.readAllBytes(sample.resolve(name)));
            }
        }
        return file;
    }

    @Test
    void readsArchiveAndFolderAlike() throws IOException {
        Cifar10 folder = Cifar10.load(sample);
        Cifar10 archive = Cifar10.load(archive());
        assertThat(archive.train().pixels()).isEqualTo(folder.train().pixels());
        assertThat(archive.train().labels()).isEqualTo(folder.train().labels());
        assertThat(archive.test().pixels()).isEqualTo(folder.test().pixels());
        assertThat(archive.describe())
                .isEqualTo("CIFAR-10, 50 training and 20 test images, " + temporary.resolve("cifar-10-binary.tar.gz"));
    }

    @Test
    void namesADamagedFileAnywhere() throws IOException {
        Path folder = Files.createDirectories(temporary.resolve("folder"));
        for (String name : Cifar10.ORIGINAL.sha256().keySet()) {
            Files.copy(sample.resolve(name), folder.resolve(name));
        }
        Path third = folder.resolve("data_batch_3.bin");
        Files.write(third, Arrays.copyOf(Files.readAllBytes(third), 5000));
        assertThatThrownBy(() -> Cifar10.load(folder))
                .isInstanceOf(DataException.class)
                .hasMessageStartingWith(third + " is ");
        Path archive = archive();
        Files.write(archive, Arrays.copyOf(Files.readAllBytes(archive), 5000));
        assertThatThrownBy(() -> Cifar10.load(archive))
                .isInstanceOf(DataException.class)
                .hasMessage(archive + " is truncated");
    }

    /** The limits accept the original: 170,052,171 bytes, 30,730,000 per file. */
    @Test
    void originalFitsItsLimits() {
        ArchiveLimits limits = Cifar10.ORIGINAL.limits();
        limits.requireFile("data_batch_1.bin", 30_730_000);
        limits.requireTotal("archive", 6L * (30_730_000 + 1024) + 20_480);
        limits.requireRatio("archive", 170_052_171, 6L * 30_730_000);
        assertThat(Cifar10.ORIGINAL.sha256()).hasSize(6);
    }
}
