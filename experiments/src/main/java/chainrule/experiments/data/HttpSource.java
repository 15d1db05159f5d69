package chainrule.experiments.data;

import chainrule.data.DataException;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ConnectException;
import java.net.http.HttpClient;
import java.net.http.HttpHeaders;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.nio.channels.FileChannel;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * A file on a web server. Continues a partial download by a range request (RFC 9110, §14) if the server supports it,
 * and starts over if not.
 */
final class HttpSource implements AutoCloseable {
    private final RemoteFile file;
    private final Duration patience;
    private final Download.Progress progress;
    private final HttpClient client;
    private String validator;

    /** @param patience the longest silence of the server */
    HttpSource(RemoteFile file, Duration patience, Download.Progress progress) {
        this.file = file;
        this.patience = patience;
        this.progress = progress;
        this.client =
                HttpClient.newBuilder()
                        .version(HttpClient.Version.HTTP_1_1)
                        .followRedirects(HttpClient.Redirect.NORMAL)
                        .connectTimeout(patience)
                        .build();
    }

    /**
     * Requests the missing end of the file. Keeps the bytes that arrive before a failure.
     *
     * @throws IOException after a temporary failure of server or connection: a {@link Download.Outage}, a {@link
     *     ConnectException} or an {@link HttpTimeoutException}; any other if the file cannot be written
     * @throws DataException if another attempt cannot help: the server does not have the expected file
     */
    void append(FileChannel part) throws IOException, InterruptedException {
        try (Sink sink = new Sink(part, file, progress)) {
            await(client.sendAsync(request(part.size()), answer -> receive(answer, sink)), sink);
            sink.requireEnd();
        }
    }

    private HttpRequest request(long offset) {
        HttpRequest.Builder request =
                HttpRequest.newBuilder(file.uri())
                        .timeout(patience)
                        .header("User-Agent", "chainrule")
                        .header("Accept-Encoding", "identity");
        if (offset > 0) {
            request.header("Range", "bytes=" + offset + "-");
            if (validator != null) { // without one, SHA-256 shows whether the pieces match
                request.header("If-Range", validator);
            }
        }
        return request.build();
    }

    /** Rethrows here the exceptions of the client's threads. */
    private void await(CompletableFuture<?> answer, Sink sink) throws IOException, InterruptedException {
        CompletableFuture<?> either = CompletableFuture.anyOf(answer, sink.trouble());
        try {
            while (true) {
                try {
                    either.get(Math.max(1, patience.toMillis() / 8), TimeUnit.MILLISECONDS);
                    return;
                } catch (TimeoutException _) {
                    if (sink.silence() > patience.toNanos()) {
                        throw new Download.Outage("the server stopped responding");
                    }
                }
            }
        } catch (ExecutionException e) {
            throw translated(e.getCause());
        } finally {
            answer.cancel(true);
        }
    }

    /** Classifies the failure of a request. */
    private static IOException translated(Throwable cause) {
        return switch (cause) {
            case UncheckedIOException e -> e.getCause();
            case ConnectException e -> e;
            case HttpTimeoutException e -> e;
            case Sink.WriteException e -> e;
            case IOException e -> new Download.Outage("the connection was lost: " + e.getMessage());
            case RuntimeException e -> throw e;
            default -> throw new IllegalStateException(cause);
        };
    }

    /** Checks the headers of a response; called before its body arrives. */
    private HttpResponse.BodySubscriber<Void> receive(HttpResponse.ResponseInfo answer, Sink sink) {
        try {
            int status = answer.statusCode();
            HttpHeaders headers = answer.headers();
            if (status == 200) {
                requireLength(headers, file.bytes());
                sink.start(0); // the server sends the whole file
            } else if (status == 206 && continues(headers, sink.offset())) {
                requireLength(headers, file.bytes() - sink.offset());
                sink.start(sink.offset());
            } else {
                reject(status, sink);
            }
            validator = validator(headers);
            return HttpResponse.BodySubscribers.ofByteArrayConsumer(sink);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private boolean continues(HttpHeaders headers, long offset) {
        return headers.firstValue("Content-Range")
                .orElse("")
                .matches(String.format(Locale.ROOT, "bytes %d-%d/(%d|\\*)", offset, file.bytes() - 1, file.bytes()));
    }

    private void reject(int status, Sink sink) throws IOException {
        if (status == 206 || status == 416) {
            long offset = sink.offset();
            sink.start(0);
            throw new Download.Outage(String.format(Locale.ROOT, "the server cannot continue at byte %,d", offset));
        }
        if (status == 408 || status == 429 || status >= 500) {
            throw new Download.Outage("the server answers " + status);
        }
        String meaning =
                switch (status) {
                    case 401, 403 -> " (access denied)";
                    case 404, 410 -> " (file not found)";
                    case 301, 302, 303, 307, 308 -> " (too many redirects)";
                    default -> "";
                };
        throw new DataException(file.uri() + ": the server answers " + status + meaning);
    }

    private void requireLength(HttpHeaders headers, long expected) {
        long stated = headers.firstValueAsLong("Content-Length").orElse(expected);
        if (stated != expected) {
            throw new DataException(
                    String.format(
                            Locale.ROOT,
                            "%s has an unexpected length: the server offers %,d bytes, expected %,d",
                            file.uri(),
                            stated,
                            expected));
        }
    }

    /** A strong validator: equal validators mean equal bytes. */
    private static String validator(HttpHeaders headers) {
        String tag = headers.firstValue("ETag").orElse("");
        return tag.startsWith("\"") ? tag : headers.firstValue("Last-Modified").orElse(null);
    }

    @Override
    public void close() {
        client.shutdownNow();
        client.close();
    }
}
