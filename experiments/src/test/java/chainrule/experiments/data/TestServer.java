package chainrule.experiments.data;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentLinkedQueue;

/**
 * A local web server with scripted responses, one per request; after the last one it serves the file normally.
 */
final class TestServer implements AutoCloseable {
    private final ServerSocket socket;
    private final ConcurrentLinkedQueue<Answer> script = new ConcurrentLinkedQueue<>();
    final List<Map<String, String>> requests = Collections.synchronizedList(new ArrayList<>());
    byte[] content;

    /** Responds to one request. */
    @FunctionalInterface
    interface Answer {
        /** @param headers of the request, names in lower case; "path" is the requested path */
        void write(Map<String, String> headers, OutputStream out) throws IOException, InterruptedException;
    }

    TestServer(byte[] content) {
        this.content = content;
        try {
            socket = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        Thread.ofPlatform().daemon().start(this::serve);
    }

    TestServer then(Answer... answers) {
        script.addAll(Arrays.asList(answers));
        return this;
    }

    /** Serves the file normally from now on. */
    void forget() {
        script.clear();
    }

    URI uri(String path) {
        return URI.create("http://localhost:" + socket.getLocalPort() + path);
    }

    private void serve() {
        while (!socket.isClosed()) {
            try {
                Socket connection = socket.accept();
                Thread.ofVirtual().start(() -> answer(connection));
            } catch (IOException _) {
                return; // closed
            }
        }
    }

    private void answer(Socket connection) {
        try (connection;
                BufferedReader in =
                        new BufferedReader(
                                new InputStreamReader(connection.getInputStream(), StandardCharsets.ISO_8859_1))) {
            String first = in.readLine();
            if (first == null) {
                return;
            }
            Map<String, String> headers = new HashMap<>(Map.of("path", first.split(" ")[1]));
            for (String line = in.readLine(); line != null && !line.isEmpty(); line = in.readLine()) {
                int colon = line.indexOf(':');
                headers.put(line.substring(0, colon).toLowerCase(Locale.ROOT), line.substring(colon + 1).strip());
            }
            requests.add(headers);
            Answer next = script.poll();
            (next == null ? whole() : next).write(headers, connection.getOutputStream());
        } catch (IOException | InterruptedException _) {
            // the client has disconnected
        }
    }

    static void head(OutputStream out, String status, String... headers) throws IOException {
        String lines = headers.length == 0 ? "" : String.join("\r\n", headers) + "\r\n";
        out.write(
                ("HTTP/1.1 " + status + "\r\nConnection: close\r\n" + lines + "\r\n")
                        .getBytes(StandardCharsets.ISO_8859_1));
        out.flush();
    }

    /** Sends only a status. */
    static Answer status(String status, String... headers) {
        return (_, out) -> {
            String[] all = Arrays.copyOf(headers, headers.length + 1);
            all[headers.length] = "Content-Length: 0";
            head(out, status, all);
        };
    }

    /** Serves ranges of the file if the tag matches. */
    Answer whole() {
        return cutAfter(Integer.MAX_VALUE);
    }

    /** Serves the file, but closes the connection after this many bytes. */
    Answer cutAfter(int bytes) {
        return (headers, out) -> {
            String tag = "\"" + Arrays.hashCode(content) + "\"";
            int from = 0;
            boolean current = headers.getOrDefault("if-range", tag).equals(tag);
            if (headers.containsKey("range") && current) {
                from = Integer.parseInt(headers.get("range").replaceAll("bytes=(\\d+)-", "$1"));
                head(
                        out,
                        "206 Partial Content",
                        "ETag: " + tag,
                        String.format(
                                Locale.ROOT, "Content-Range: bytes %d-%d/%d", from, content.length - 1, content.length),
                        "Content-Length: " + (content.length - from));
            } else {
                head(out, "200 OK", "ETag: " + tag, "Content-Length: " + content.length);
            }
            out.write(content, from, Math.min(bytes, content.length - from));
            out.flush();
        };
    }

    /** Supports no ranges, sends no length, and may end early. */
    Answer plain(int bytes) {
        return (_, out) -> {
            head(out, "200 OK");
            out.write(content, 0, Math.min(bytes, content.length));
            out.flush();
        };
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
