package chainrule.experiments.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import chainrule.data.DataException;

import org.assertj.core.api.AbstractThrowableAssert;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;

/** Against a server on this machine that does everything wrong that servers and connections do. */
@Timeout(60)
class DownloadTest {
    private static final int SIZE = 300_000;
    private static final Download.Policy CALM = new Download.Policy(3, Duration.ofMillis(1), Duration.ofSeconds(10));
    private static final Download.Policy HASTY = new Download.Policy(3, Duration.ofMillis(1), Duration.ofMillis(400));

    @TempDir Path temporary;

    private final byte[] content = new byte[SIZE];
    private final List<String> notes = new ArrayList<>();
    private Download.Policy policy = CALM;
    private TestServer server;
    private Path target;

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

    private RemoteFile file(String path) {
        return new RemoteFile("data.tar.gz", server.uri(path), SIZE, Sha256.of(content));
    }

    private void fetch(RemoteFile file) {
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

    /** The file is whole and right, and nothing lies beside it. */
    private void succeeds() throws IOException {
        fetch(file("/data"));
        assertThat(target).hasBinaryContent(content);
        try (Stream<Path> files = Files.list(target.getParent())) {
            assertThat(files).containsExactly(target);
        }
    }

    /** There is no file under the final name, and a message of one line says why. */
    private AbstractThrowableAssert<?, ?> fails(RemoteFile file) {
        var thrown =
                assertThatThrownBy(() -> fetch(file))
                        .isInstanceOf(DataException.class)
                        .satisfies(e -> assertThat(e.getMessage().lines()).hasSize(1));
        assertThat(target).doesNotExist();
        return thrown;
    }

    private AbstractThrowableAssert<?, ?> fails() {
        return fails(file("/data"));
    }

    private Path part() {
        return temporary.resolve("folder/data.tar.gz.part");
    }

    @Test
    void aGoodServerIsAskedOnce() throws IOException {
        succeeds();
        assertThat(server.requests).hasSize(1);
        assertThat(server.requests.getFirst()).doesNotContainKey("range").containsEntry("path", "/data");
        assertThat(notes).isEmpty();
    }

    @Test
    void aConnectionThatBreaksIsContinuedWhereItBroke() throws IOException {
        server.then(server.cutAfter(100_000), server.cutAfter(50_000));
        succeeds();
        assertThat(server.requests).hasSize(3);
        assertThat(server.requests.get(1)).containsEntry("range", "bytes=100000-").containsKey("if-range");
        assertThat(server.requests.get(2)).containsEntry("range", "bytes=150000-");
        assertThat(notes).hasSize(2);
        assertThat(notes.getFirst()).matches("the connection was lost: .*, trying again at byte 100,000");
        assertThat(notes.getLast()).matches("the connection was lost: .*, trying again at byte 150,000");
    }

    /** As long as every attempt brings something, there may be many. */
    @Test
    void manyBreaksAreContinued() throws IOException {
        for (int i = 0; i < 20; i++) {
            server.then(server.cutAfter(14_000));
        }
        succeeds();
        assertThat(server.requests).hasSize(21);
    }

    @Test
    void aConnectionThatBringsAlmostNothingIsGivenUp() throws IOException {
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
    void aServerWithoutRangesStartsOver() throws IOException {
        server.then(server.cutAfter(100_000), server.plain(SIZE));
        succeeds();
        assertThat(server.requests.get(1)).containsEntry("range", "bytes=100000-");
    }

    @Test
    void anAnswerWithoutLengthThatEndsEarlyIsNoticed() throws IOException {
        server.then(server.plain(299_999));
        succeeds();
        assertThat(notes).containsExactly("the answer ended early, trying again at byte 299,999");
        assertThat(server.requests.get(1)).containsEntry("range", "bytes=299999-").doesNotContainKey("if-range");
    }

    @Test
    void aFileThatChangesInBetweenStartsOver() throws IOException {
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
    void aServerThatContinuesAtTheWrongPlaceIsNotTrusted() throws IOException {
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
    void aRangeThatIsRefusedStartsOver() throws IOException {
        server.then(server.cutAfter(100_000), TestServer.status("416 Range Not Satisfiable"));
        succeeds();
        assertThat(server.requests.getLast()).doesNotContainKey("range");
    }

    @ParameterizedTest
    @ValueSource(longs = {0, 1, SIZE - 1, SIZE + 1, 1L << 40})
    void aFileOfAnotherLengthIsRefusedAtOnce(long length) {
        server.then((_, out) -> TestServer.head(out, "200 OK", "Content-Length: " + length));
        fails().hasMessageContaining(
                        "has another length than expected: the server offers %,d bytes, expected 300,000", length);
        assertThat(server.requests).hasSize(1);
        assertThat(part()).isEmptyFile();
    }

    @Test
    void anEndlessAnswerIsStopped() {
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
    void wrongBytesAreRefused() {
        byte[] wrong = content.clone();
        wrong[SIZE / 2]++;
        server.content = wrong;
        fails().hasMessageContaining("has another content than expected: SHA-256 " + Sha256.of(wrong))
                .hasMessageContaining("expected " + Sha256.of(content));
        assertThat(server.requests).hasSize(1);
        assertThat(part()).isEmptyFile();
    }

    @ParameterizedTest
    @ValueSource(ints = {1, SIZE / 2, SIZE, SIZE + 1})
    void whatAnEarlierRunLeftAndDoesNotFitIsFetchedAnew(int bytes) throws IOException {
        Files.createDirectories(part().getParent());
        Files.write(part(), new byte[bytes]);
        succeeds();
    }

    @Test
    void whatAnEarlierRunLeftIsContinued() throws IOException {
        Files.createDirectories(part().getParent());
        Files.write(part(), Arrays.copyOf(content, 200_000));
        succeeds();
        assertThat(server.requests).hasSize(1);
        assertThat(server.requests.getFirst()).containsEntry("range", "bytes=200000-");
    }

    @Test
    void aWholePartNeedsNoServer() throws IOException {
        Files.createDirectories(part().getParent());
        Files.write(part(), content);
        succeeds();
        assertThat(server.requests).isEmpty();
    }

    @Test
    void aFileThatIsThereIsLeftAlone() throws IOException {
        Files.createDirectories(target.getParent());
        Files.writeString(target, "mine");
        fetch(file("/data"));
        assertThat(target).hasContent("mine");
        assertThat(server.requests).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"404 Not Found", "410 Gone", "403 Forbidden", "401 Unauthorized", "400 Bad Request"})
    void aRefusalIsFinal(String status) {
        server.then(TestServer.status(status));
        fails().hasMessageStartingWith("%s: the server answers %s", server.uri("/data"), status.substring(0, 3));
        assertThat(server.requests).hasSize(1);
        assertThat(part()).isEmptyFile();
    }

    @ParameterizedTest
    @ValueSource(strings = {"500 Internal Server Error", "503 Service Unavailable", "429 Too Many Requests"})
    void aTroubledServerIsAskedAgain(String status) throws IOException {
        server.then(TestServer.status(status), server.cutAfter(50_000), TestServer.status(status));
        succeeds();
        assertThat(server.requests).hasSize(4);
        TestServer.Answer trouble = TestServer.status(status);
        server.then(trouble, trouble, trouble);
        Files.delete(target);
        fails().hasMessageContaining(": the server answers " + status.substring(0, 3));
        assertThat(server.requests).hasSize(7);
    }

    @Test
    void redirectionsAreFollowed() throws IOException {
        server.then(
                TestServer.status("302 Found", "Location: " + server.uri("/elsewhere")),
                TestServer.status("301 Moved Permanently", "Location: /relative"),
                server.cutAfter(100_000),
                TestServer.status("307 Temporary Redirect", "Location: /third"));
        succeeds();
        assertThat(server.requests.stream().map(r -> r.get("path")))
                .containsExactly("/data", "/elsewhere", "/relative", "/data", "/third");
        assertThat(server.requests.getLast()).containsEntry("range", "bytes=100000-");
    }

    @Test
    void redirectionsInACircleEnd() {
        for (int i = 0; i < 30; i++) {
            server.then(TestServer.status("302 Found", "Location: /data"));
        }
        fails().hasMessageContaining("the server answers 302 (it sends to places that cannot be followed)");
        assertThat(server.requests).hasSizeLessThan(20);
    }

    @Test
    void aServerThatSaysNothingIsNotWaitedForLong() {
        policy = HASTY;
        TestServer.Answer silent = (_, _) -> Thread.sleep(20_000);
        server.then(silent, silent, silent);
        fails().hasMessageContaining(": no answer within 0.4 s");
        assertThat(server.requests).hasSize(3);
    }

    @Test
    void aServerThatFallsSilentIsNotWaitedForLong() throws IOException {
        policy = HASTY;
        server.then(
                (headers, out) -> {
                    server.cutAfter(100_000).write(headers, out);
                    Thread.sleep(20_000);
                });
        succeeds();
        assertThat(notes).contains("the server has fallen silent, trying again at byte 100,000");
        assertThat(server.requests.getLast()).containsEntry("range", "bytes=100000-");
    }

    @Test
    void answersThatAreNoHttpAreTriedAgainThenTold() {
        TestServer.Answer noise = (_, out) -> out.write("no web server\r\n\r\n".getBytes());
        server.then(noise, noise, noise);
        fails().hasMessageContaining(server.uri("/data") + ": the connection was lost: ");
        assertThat(server.requests).hasSize(3);
    }

    @Test
    void whereNothingListensThereIsNoConnection() throws IOException {
        URI uri = server.uri("/data");
        server.close();
        fails(new RemoteFile("data.tar.gz", uri, SIZE, Sha256.of(content)))
                .hasMessage(uri + ": no connection to localhost");
        assertThat(notes).hasSize(2);
    }

    /** "invalid" is a name that no server may ever have (RFC 2606). */
    @Test
    void aNameThatNobodyKnowsIsTriedOnce() {
        URI uri = URI.create("http://nowhere.invalid/data");
        fails(new RemoteFile("data.tar.gz", uri, SIZE, Sha256.of(content)))
                .hasMessage(uri + ": no connection to nowhere.invalid");
        assertThat(notes).isEmpty();
    }

    @Test
    void whereNothingCanBeWrittenNothingIsFetched() throws IOException {
        Files.writeString(temporary.resolve("folder"), "in the way");
        assertThatThrownBy(() -> fetch(file("/data")))
                .isInstanceOf(DataException.class)
                .hasMessageStartingWith(target + " cannot be written: ");
        assertThat(server.requests).isEmpty();
    }

    @Test
    void twoRunsDoNotWriteOnePart() throws Exception {
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
    void anInterruptionEndsItAndIsKept() {
        Thread.currentThread().interrupt();
        fails().hasMessageContaining("was interrupted");
        assertThat(Thread.interrupted()).isTrue();
    }
}
