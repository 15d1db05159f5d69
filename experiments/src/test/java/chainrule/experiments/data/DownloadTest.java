package chainrule.experiments.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import chainrule.data.DataException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.nio.file.Files;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** Lost connections, wrong responses and interrupted runs. */
@Timeout(60)
class DownloadTest extends DownloadSetup {
    @Test
    void asksAGoodServerOnce() throws IOException {
        succeeds();
        assertThat(server.requests).hasSize(1);
        assertThat(server.requests.getFirst()).doesNotContainKey("range").containsEntry("path", "/data");
        assertThat(notes).isEmpty();
    }

    @Test
    void continuesALostConnection() throws IOException {
        server.then(server.cutAfter(100_000), server.cutAfter(50_000));
        succeeds();
        assertThat(server.requests).hasSize(3);
        assertThat(server.requests.get(1)).containsEntry("range", "bytes=100000-").containsKey("if-range");
        assertThat(server.requests.get(2)).containsEntry("range", "bytes=150000-");
        assertThat(notes).hasSize(2);
        assertThat(notes.getFirst()).matches("the connection was lost: .*, trying again at byte 100,000");
        assertThat(notes.getLast()).matches("the connection was lost: .*, trying again at byte 150,000");
    }

    /** The digits of a header are ASCII in any default locale. */
    @Test
    void continuesInALanguageWithOtherDigits() throws IOException {
        Locale before = Locale.getDefault();
        Locale.setDefault(Locale.forLanguageTag("ar-EG-u-nu-arab"));
        try {
            server.then(server.cutAfter(100_000));
            succeeds();
            assertThat(server.requests).hasSize(2);
            assertThat(server.requests.getLast()).containsEntry("range", "bytes=100000-");
        } finally {
            Locale.setDefault(before);
        }
    }

    /** There is no limit for attempts that make progress. */
    @Test
    void continuesAfterManyInterruptions() throws IOException {
        for (int i = 0; i < 20; i++) {
            server.then(server.cutAfter(14_000));
        }
        succeeds();
        assertThat(server.requests).hasSize(21);
    }

    @Test
    void givesUpOnAVerySlowConnection() throws IOException {
        for (int i = 0; i < 10; i++) {
            server.then(server.cutAfter(10));
        }
        fails().hasMessageContaining(server.uri("/data") + ": the connection was lost: ");
        assertThat(server.requests).hasSize(3);
        assertThat(part()).hasSize(30); // kept for the next run
        server.forget();
        succeeds();
        assertThat(server.requests.getLast()).containsEntry("range", "bytes=30-");
    }

    @Test
    void startsOverWithoutRangeSupport() throws IOException {
        server.then(server.cutAfter(100_000), server.plain(SIZE));
        succeeds();
        assertThat(server.requests.get(1)).containsEntry("range", "bytes=100000-");
    }

    @Test
    void detectsAnIncompleteResponseWithoutLength() throws IOException {
        server.then(server.plain(299_999));
        succeeds();
        assertThat(notes).containsExactly("the response ended early, trying again at byte 299,999");
        assertThat(server.requests.get(1)).containsEntry("range", "bytes=299999-").doesNotContainKey("if-range");
    }

    @Test
    void startsOverIfTheFileChanges() throws IOException {
        byte[] older = content.clone();
        older[5]++;
        server.content = older;
        server.then(
                (headers, out) -> {
                    server.cutAfter(100_000).write(headers, out);
                    server.content = content;
                });
        succeeds();
        assertThat(server.requests).hasSize(2);
    }

    @Test
    void startsOverAfterAWrongRange() throws IOException {
        server.then(
                server.cutAfter(100_000),
                (_, out) -> {
                    TestServer.head(out, "206 Partial Content", "Content-Range: bytes 0-299999/300000");
                    out.write(content);
                });
        succeeds();
        assertThat(server.requests).hasSize(3);
        assertThat(server.requests.getLast()).doesNotContainKey("range");
        assertThat(notes.getLast()).isEqualTo("the server cannot continue at byte 100,000, trying again at byte 0");
    }

    @Test
    void startsOverAfterARejectedRange() throws IOException {
        server.then(server.cutAfter(100_000), TestServer.status("416 Range Not Satisfiable"));
        succeeds();
        assertThat(server.requests.getLast()).doesNotContainKey("range");
    }

    @ParameterizedTest
    @ValueSource(longs = {0, 1, SIZE - 1, SIZE + 1, 1L << 40})
    void rejectsAnotherLengthAtOnce(long length) {
        server.then((_, out) -> TestServer.head(out, "200 OK", "Content-Length: " + length));
        fails().hasMessageContaining("has an unexpected length: the server offers %,d bytes, expected 300,000", length);
        assertThat(server.requests).hasSize(1);
        assertThat(part()).isEmptyFile();
    }

    @Test
    void stopsAnEndlessResponse() {
        server.then(
                (_, out) -> {
                    TestServer.head(out, "200 OK");
                    while (true) {
                        out.write(content);
                    }
                });
        fails().hasMessageContaining("is longer than the 300,000 bytes expected");
        assertThat(part()).isEmptyFile();
    }

    @Test
    void rejectsWrongContent() {
        byte[] wrong = content.clone();
        wrong[SIZE / 2]++;
        server.content = wrong;
        fails().hasMessageContaining("has unexpected content: SHA-256 " + Sha256.of(wrong))
                .hasMessageContaining("expected " + Sha256.of(content));
        assertThat(server.requests).hasSize(1);
        assertThat(part()).isEmptyFile();
    }

    @ParameterizedTest
    @ValueSource(ints = {1, SIZE / 2, SIZE, SIZE + 1})
    void discardsAPartThatDoesNotMatch(int bytes) throws IOException {
        Files.createDirectories(part().getParent());
        Files.write(part(), new byte[bytes]);
        succeeds();
    }

    @Test
    void continuesThePartOfAnEarlierRun() throws IOException {
        Files.createDirectories(part().getParent());
        Files.write(part(), Arrays.copyOf(content, 200_000));
        succeeds();
        assertThat(server.requests).hasSize(1);
        assertThat(server.requests.getFirst()).containsEntry("range", "bytes=200000-");
    }

    @Test
    void completePartNeedsNoServer() throws IOException {
        Files.createDirectories(part().getParent());
        Files.write(part(), content);
        succeeds();
        assertThat(server.requests).isEmpty();
    }

    @Test
    void keepsAnExistingFile() throws IOException {
        Files.createDirectories(target.getParent());
        Files.writeString(target, "mine");
        fetch(file("/data"));
        assertThat(target).hasContent("mine");
        assertThat(server.requests).isEmpty();
    }

    @Test
    void downloadsNothingIntoAnUnwritableFolder() throws IOException {
        Files.writeString(temporary.resolve("folder"), "in the way");
        assertThatThrownBy(() -> fetch(file("/data")))
                .isInstanceOf(DataException.class)
                .hasMessageStartingWith(target + " cannot be written: ");
        assertThat(server.requests).isEmpty();
    }

    @Test
    void rejectsConcurrentDownloadsOfOneFile() throws Exception {
        try (ExecutorService threads = Executors.newFixedThreadPool(4)) {
            Callable<String> run =
                    () -> {
                        try {
                            fetch(file("/data"));
                            return "fetched";
                        } catch (DataException e) {
                            return e.getMessage();
                        }
                    };
            server.then(
                    (headers, out) -> {
                        Thread.sleep(200);
                        server.whole().write(headers, out);
                    });
            for (Future<String> outcome : threads.invokeAll(List.of(run, run, run, run))) {
                assertThat(outcome.get()).matches("fetched|.*is being written by another run: wait.*");
            }
        }
        assertThat(target).hasBinaryContent(content);
        assertThat(server.requests).hasSize(1);
    }

    @Test
    void interruptionEndsTheDownload() {
        Thread.currentThread().interrupt();
        fails().hasMessageContaining("was interrupted");
        assertThat(Thread.interrupted()).isTrue();
    }
}
