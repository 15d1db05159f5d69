package chainrule.experiments.data;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;

/** Servers that reject, redirect, stop responding or do not exist. */
@Timeout(60)
class DownloadAnswersTest extends DownloadSetup {
    @ParameterizedTest
    @ValueSource(strings = {"404 Not Found", "410 Gone", "403 Forbidden", "401 Unauthorized", "400 Bad Request"})
    void doesNotRetryAfterARejection(String status) {
        server.then(TestServer.status(status));
        fails().hasMessageStartingWith("%s: the server answers %s", server.uri("/data"), status.substring(0, 3));
        assertThat(server.requests).hasSize(1);
        assertThat(part()).isEmptyFile();
    }

    @ParameterizedTest
    @ValueSource(strings = {"500 Internal Server Error", "503 Service Unavailable", "429 Too Many Requests"})
    void retriesAfterServerErrors(String status) throws IOException {
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
    void followsRedirections() throws IOException {
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
    void stopsCircularRedirections() {
        for (int i = 0; i < 30; i++) {
            server.then(TestServer.status("302 Found", "Location: /data"));
        }
        fails().hasMessageContaining("the server answers 302 (too many redirects)");
        assertThat(server.requests).hasSizeLessThan(20);
    }

    @Test
    void givesUpOnASilentServer() {
        policy = HASTY;
        TestServer.Answer silent = (_, _) -> Thread.sleep(20_000);
        server.then(silent, silent, silent);
        fails().hasMessageContaining(": no answer within 0.4 s");
        assertThat(server.requests).hasSize(3);
    }

    @Test
    void givesUpOnAServerThatStopsResponding() throws IOException {
        policy = HASTY;
        server.then(
                (headers, out) -> {
                    server.cutAfter(100_000).write(headers, out);
                    Thread.sleep(20_000);
                });
        succeeds();
        assertThat(notes).contains("the server stopped responding, trying again at byte 100,000");
        assertThat(server.requests.getLast()).containsEntry("range", "bytes=100000-");
    }

    @Test
    void retriesAndReportsInvalidHttp() {
        TestServer.Answer noise = (_, out) -> out.write("no web server\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
        server.then(noise, noise, noise);
        fails().hasMessageContaining(server.uri("/data") + ": the connection was lost: ");
        assertThat(server.requests).hasSize(3);
    }

    @Test
    void reportsARefusedConnection() throws IOException {
        URI uri = server.uri("/data");
        server.close();
        fails(new RemoteFile("data.tar.gz", uri, SIZE, Sha256.of(content)))
                .hasMessage(uri + ": no connection to localhost");
        assertThat(notes).hasSize(2);
    }

    /** No server may have the name "invalid" (RFC 2606). */
    @Test
    void triesAnUnknownHostOnce() {
        URI uri = URI.create("http://nowhere.invalid/data");
        fails(new RemoteFile("data.tar.gz", uri, SIZE, Sha256.of(content)))
                .hasMessage(uri + ": no connection to nowhere.invalid");
        assertThat(notes).isEmpty();
    }
}
