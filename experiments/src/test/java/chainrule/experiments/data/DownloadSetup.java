package chainrule.experiments.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import chainrule.data.DataException;

import org.assertj.core.api.AbstractThrowableAssert;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;

/** A file of random bytes, a server that offers it, and assertions for downloads. */
abstract class DownloadSetup {
    static final int SIZE = 300_000;
    static final Download.Policy CALM = new Download.Policy(3, Duration.ofMillis(1), Duration.ofSeconds(10));
    static final Download.Policy HASTY = new Download.Policy(3, Duration.ofMillis(1), Duration.ofMillis(400));

    @TempDir Path temporary;

    final byte[] content = new byte[SIZE];
    final List<String> notes = new ArrayList<>();
    Download.Policy policy = CALM;
    TestServer server;
    Path target;

    @BeforeEach
    void open() {
        new Random(7).nextBytes(content);
        server = new TestServer(content);
        target = temporary.resolve("folder/data.tar.gz");
    }

    @AfterEach
    void close() throws IOException {
        server.close();
    }

    RemoteFile file(String path) {
        return new RemoteFile("data.tar.gz", server.uri(path), SIZE, Sha256.of(content));
    }

    void fetch(RemoteFile file) {
        Download.Progress progress =
                new Download.Progress() {
                    @Override
                    public void at(long bytes) {
                        assertThat(bytes).isBetween(0L, (long) SIZE);
                    }

                    @Override
                    public void note(String text) {
                        notes.add(text);
                    }

                    @Override
                    public void close() {}
                };
        new Download(file, policy, progress).to(target);
    }

    /** The file is complete and correct, and the folder holds no other file. */
    void succeeds() throws IOException {
        fetch(file("/data"));
        assertThat(target).hasBinaryContent(content);
        try (Stream<Path> files = Files.list(target.getParent())) {
            assertThat(files).containsExactly(target);
        }
    }

    /** The file does not exist, and a message of one line says why. */
    AbstractThrowableAssert<?, ?> fails(RemoteFile file) {
        var thrown =
                assertThatThrownBy(() -> fetch(file))
                        .isInstanceOf(DataException.class)
                        .satisfies(e -> assertThat(e.getMessage().lines()).hasSize(1));
        assertThat(target).doesNotExist();
        return thrown;
    }

    AbstractThrowableAssert<?, ?> fails() {
        return fails(file("/data"));
    }

    Path part() {
        return temporary.resolve("folder/data.tar.gz.part");
    }
}
