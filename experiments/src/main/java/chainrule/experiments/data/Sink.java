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
 * Writes what an answer brings into a file, on the threads of the HTTP client, at once: what has arrived when a connection
 * breaks is kept. Closed, it writes nothing more, however late a thread comes.
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

    /** The disk is full, or the like. */
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

    /** How much of the file was there before. */
    long offset() {
        return offset;
    }

    /** Ends exceptionally when nothing more should be received. */
    CompletableFuture<Void> trouble() {
        return trouble;
    }

    /** The answer begins at this byte; what the file holds from there on is thrown away. */
    synchronized void start(long from) throws IOException {
        part.truncate(from);
        at = from;
        heard = System.nanoTime();
        started = true;
    }

    /** Nanoseconds since something last arrived; 0 before the answer begins. */
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

    /** @throws Download.Outage if an answer without a length ended early */
    synchronized void requireEnd() throws Download.Outage {
        if (at < file.bytes()) {
            throw new Download.Outage("the answer ended early");
        }
    }

    @Override
    public synchronized void close() {
        closed = true;
    }
}
