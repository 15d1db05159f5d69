package chainrule.experiments.data;

import chainrule.data.DataException;
import chainrule.experiments.cli.Clock;

import java.io.IOException;
import java.net.ConnectException;
import java.net.http.HttpTimeoutException;
import java.nio.channels.Channels;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.channels.UnresolvedAddressException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.Locale;

/**
 * Downloads a file completely, or not at all. The file grows under its name plus ".part", continues where an earlier
 * attempt or run was cut off, and gets its name when length and SHA-256 are correct.
 */
final class Download {
    private final RemoteFile file;
    private final Policy policy;
    private final Progress progress;

    /**
     * Timeouts and retries.
     *
     * @param attempts the number of unsuccessful attempts in a row before it gives up
     * @param pause before the second attempt; doubles before each further one
     * @param patience the longest silence of a server
     */
    record Policy(int attempts, Duration pause, Duration patience) {
        /** For servers on the internet. */
        static final Policy PATIENT = new Policy(4, Duration.ofSeconds(1), Duration.ofSeconds(60));
    }

    /** Receives the progress. */
    interface Progress extends AutoCloseable {
        /** Called with the number of bytes that have arrived. */
        void at(long bytes);

        /** Called with a message for the user, such as a lost connection. */
        void note(String text);

        @Override
        void close();
    }

    /** A temporary failure of the server or the connection. */
    static final class Outage extends IOException {
        private static final long serialVersionUID = 1L;

        Outage(String message) {
            super(message);
        }
    }

    Download(RemoteFile file, Policy policy, Progress progress) {
        this.file = file;
        this.policy = policy;
        this.progress = progress;
    }

    /**
     * Downloads the file to this place, unless it exists.
     *
     * @throws DataException saying why the download failed
     */
    void to(Path target) {
        Path part = target.resolveSibling(target.getFileName() + ".part");
        try {
            Files.createDirectories(target.getParent());
            if (fill(part, target)) {
                publish(part, target);
            } else {
                Files.deleteIfExists(part);
            }
        } catch (ClosedByInterruptException | InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new DataException("the download of " + file.uri() + " was interrupted", e);
        } catch (IOException e) {
            throw new DataException(target + " cannot be written: " + e.getMessage(), e);
        }
    }

    /** Completes and checks the part; false if another process has finished the file in the meantime. */
    private boolean fill(Path part, Path target) throws IOException, InterruptedException {
        try (FileChannel channel =
                        FileChannel.open(
                                part, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
                FileLock lock = tryLock(channel)) {
            if (lock == null) {
                throw new DataException(part + " is being written by another run: wait until that has finished");
            }
            if (Files.exists(target)) { // another run was faster, and this channel may be open on its file
                return false;
            }
            boolean resumed = channel.size() > 0;
            complete(channel);
            String found = sha256(channel);
            if (!found.equals(file.sha256()) && resumed) {
                progress.note("the part from an earlier run does not match, starting over");
                channel.truncate(0);
                complete(channel);
                found = sha256(channel);
            }
            if (!found.equals(file.sha256())) {
                channel.truncate(0);
                throw new DataException(
                        String.format(
                                Locale.ROOT,
                                "%s has unexpected content: SHA-256 %s, expected %s",
                                file.uri(),
                                found,
                                file.sha256()));
            }
            channel.force(true);
            return true;
        }
    }

    private static FileLock tryLock(FileChannel channel) throws IOException {
        try {
            return channel.tryLock(Long.MAX_VALUE - 1, 1, false); // beyond the content, which Windows would also lock
        } catch (OverlappingFileLockException e) {
            return null; // held by another thread of this process
        }
    }

    private static String sha256(FileChannel channel) throws IOException {
        return Sha256.of(Channels.newInputStream(channel.position(0)));
    }

    /** Tries until all bytes have arrived. */
    private void complete(FileChannel part) throws IOException, InterruptedException {
        if (part.size() > file.bytes()) {
            part.truncate(0);
        }
        long grain = Math.max(1, file.bytes() / 100); // an attempt that brings less counts as unsuccessful
        int failures = 0;
        try (HttpSource source = new HttpSource(file, policy.patience(), progress)) {
            while (part.size() < file.bytes()) {
                long before = part.size();
                try {
                    source.append(part);
                } catch (Outage | ConnectException | HttpTimeoutException e) {
                    failures = part.size() - before >= grain ? 0 : failures + 1;
                    String reason = reason(e);
                    if (failures == policy.attempts() || unknownHost(e)) {
                        throw new DataException(file.uri() + ": " + reason, e);
                    }
                    Duration pause = policy.pause().multipliedBy(1L << Math.max(0, failures - 1));
                    progress.note(String.format(Locale.ROOT, "%s, trying again at byte %,d", reason, part.size()));
                    Thread.sleep(pause);
                }
            }
        }
    }

    /** Without a network or with an unknown host, waiting does not help. */
    private static boolean unknownHost(Throwable e) {
        return e != null && (e instanceof UnresolvedAddressException || unknownHost(e.getCause()));
    }

    private String reason(IOException e) {
        return switch (e) {
            case ConnectException _ -> "no connection to " + file.uri().getHost();
            case HttpTimeoutException _ -> "no answer within " + Clock.words(policy.patience().toMillis() / 1e3);
            default -> e.getMessage();
        };
    }

    private static void publish(Path part, Path target) throws IOException {
        try {
            Files.move(part, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } catch (NoSuchFileException e) {
            if (!Files.exists(target)) { // else another run has just moved it
                throw e;
            }
        }
    }
}
