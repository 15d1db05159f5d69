package chainrule.experiments.data;

import chainrule.data.DataException;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;

/**
 * The user's copy of a data set, downloaded when it is needed for the first time. A file gets its name only when it is
 * complete and correct, and is compared with its SHA-256 each time it is read.
 */
final class DataCache {
    private final PackedDataSet set;
    private final Path folder;
    private final Download.Policy policy;
    private final Function<RemoteFile, Download.Progress> display;

    /** The cache of the current user, filled from the internet. */
    static DataCache of(PackedDataSet set) {
        return new DataCache(set, DataHome.folder(), Download.Policy.PATIENT, DownloadDisplay::of);
    }

    /**
     * @param home the folder of all data sets
     * @param display shows the progress of a download
     */
    DataCache(PackedDataSet set, Path home, Download.Policy policy, Function<RemoteFile, Download.Progress> display) {
        this.set = set;
        this.folder = home.resolve(set.folder());
        this.policy = policy;
        this.display = display;
    }

    /**
     * The files; downloads them if they are missing.
     *
     * @throws DataException if they are missing and cannot be downloaded: the message says which file to download from
     *     where, and where to put it
     */
    PackedDataSet.Found files() {
        if (!complete()) {
            Path archive = folder.resolve(set.archive().name());
            boolean given = Files.isRegularFile(archive); // the user put it there and may want to keep it
            if (!given) {
                fetch(archive);
            }
            unpack(archive);
            if (!given) {
                delete(archive);
            }
        }
        return new PackedDataSet.Found(folder, name -> new Verified(folder.resolve(name), set.sha256().get(name)));
    }

    private boolean complete() {
        return set.sha256().keySet().stream().allMatch(name -> Files.isRegularFile(folder.resolve(name)));
    }

    private void fetch(Path archive) {
        try (Download.Progress progress = display.apply(set.archive())) {
            new Download(set.archive(), policy, progress).to(archive);
        } catch (DataException e) {
            throw new DataException(
                    String.format(
                            Locale.ROOT,
                            "%s is not on this machine and could not be downloaded: %s. Download %s by other means and"
                                    + " put it into %s, or name it with --data",
                            set.title(),
                            e.getMessage(),
                            set.archive().describe(),
                            folder),
                    e);
        }
    }

    private void unpack(Path archive) {
        Map<String, Path> written = new HashMap<>();
        TarGz.read(
                archive,
                set.limits(),
                (name, in) -> {
                    String last = name.substring(name.lastIndexOf('/') + 1);
                    String expected = set.sha256().get(last);
                    if (expected != null) {
                        written.put(last, store(archive, in, folder.resolve(last), expected));
                    }
                });
        set.requireAll(archive, written);
    }

    private static Path store(Path archive, InputStream in, Path target, String expected) throws IOException {
        Path temporary =
                target.resolveSibling("." + target.getFileName() + "." + ProcessHandle.current().pid() + ".tmp");
        try {
            MessageDigest digest = Sha256.digest();
            try (OutputStream out = new DigestOutputStream(Files.newOutputStream(temporary), digest)) {
                in.transferTo(out);
            }
            String found = Sha256.text(digest);
            if (!found.equals(expected)) {
                throw new DataException(
                        String.format(
                                Locale.ROOT,
                                "%s is not the expected file: %s in it has SHA-256 %s, expected %s; delete it to"
                                        + " download it again",
                                archive,
                                target.getFileName(),
                                found,
                                expected));
            }
            return Files.move(temporary, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } finally {
            Files.deleteIfExists(temporary);
        }
    }

    private static void delete(Path archive) {
        try {
            Files.deleteIfExists(archive);
        } catch (IOException e) {
            throw new DataException(archive + " cannot be deleted: " + e.getMessage(), e);
        }
    }

    /** Fails at the end of the stream if the content is not the original one. */
    private static final class Verified extends BoundedInputStream {
        private final String expected;
        private final MessageDigest digest = Sha256.digest();

        Verified(Path file, String expected) throws IOException {
            super(Files.newInputStream(file), Long.MAX_VALUE);
            this.expected = expected;
        }

        @Override
        void passed(byte[] bytes, int offset, int length) {
            digest.update(bytes, offset, length);
        }

        @Override
        void ended() throws IOException {
            String found = Sha256.text(digest);
            if (!found.equals(expected)) {
                throw new IOException(
                        String.format(
                                Locale.ROOT,
                                "it is damaged: SHA-256 %s, expected %s; delete it to download it again",
                                found,
                                expected));
            }
        }
    }
}
