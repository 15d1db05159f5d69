package chainrule.experiments.data;

import chainrule.data.DataException;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;

/**
 * Writes the body of a response to a file as it arrives, on the threads of the HTTP client, so that a lost connection
 * loses no bytes. After {@link #close} it ignores late threads.
 */
final class Sink implements Consumer<Optional<byte[]>>, AutoCloseable {
    private final FileChannel part;
    private final RemoteFile file;
    private final Download.Progress progress;
    private final CompletableFuture<Void> trouble = new CompletableFuture<>();
    private final long offset;
    private long at;
    private long heard;
    private boolean started;
    private boolean closed;

    /** The file cannot be written, for example on a full disk. */
    static final class WriteException extends IOException {
        private static final long serialVersionUID = 1L;

        WriteException(IOException cause) {
            super(cause.getMessage(), cause);
        }
    }

    Sink(FileChannel part, RemoteFile file, Download.Progress progress) throws IOException {
        this.part = part;
        this.file = file;
        this.progress = progress;
        this.offset = part.size();
    }

    /** The number of bytes of the file before the request. */
    long offset() {
        return offset;
    }

    /** Completes exceptionally if no more should be received. */
    CompletableFuture<Void> trouble() {
        return trouble;
    }

    /** The response starts at this byte; truncates the file there. */
    synchronized void start(long from) throws IOException {
        part.truncate(from);
        at = from;
        heard = System.nanoTime();
        started = true;
    }

    /** Nanoseconds since the last bytes arrived; 0 before the response starts. */
    synchronized long silence() {
        return started ? System.nanoTime() - heard : 0;
    }

    @Override
    public synchronized void accept(Optional<byte[]> arrived) {
        if (closed || arrived.isEmpty()) {
            return;
        }
        heard = System.nanoTime();
        try {
            byte[] bytes = arrived.get();
            if (at + bytes.length > file.bytes()) {
                part.truncate(0);
                throw new DataException(
                        String.format(
                                Locale.ROOT, "%s is longer than the %,d bytes expected", file.uri(), file.bytes()));
            }
            for (ByteBuffer rest = ByteBuffer.wrap(bytes); rest.hasRemaining(); ) {
                at += part.write(rest, at);
            }
            progress.at(at);
        } catch (IOException e) {
            closed = true;
            trouble.completeExceptionally(new WriteException(e));
        } catch (RuntimeException e) {
            closed = true;
            trouble.completeExceptionally(e);
        }
    }

    /** @throws Download.Outage if the response ended early */
    synchronized void requireEnd() throws Download.Outage {
        if (at < file.bytes()) {
            throw new Download.Outage("the response ended early");
        }
    }

    @Override
    public synchronized void close() {
        closed = true;
    }
}
