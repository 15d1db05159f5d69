package chainrule.experiments.data;

import chainrule.data.DataException;

import java.util.Locale;

/**
 * Limits for the content of an archive. An untrusted archive of a few kilobytes may unpack to terabytes.
 *
 * @param files the maximum number
 * @param fileBytes of one file, unpacked
 * @param totalBytes of all files together, unpacked
 * @param ratio unpacked bytes per packed byte, for content of more than {@value #RATIO_FROM} bytes; images and texts
 *     stay below 20, only repetition exceeds 200
 */
record ArchiveLimits(int files, long fileBytes, long totalBytes, int ratio) {
    /** Below this size a high ratio is harmless. */
    static final long RATIO_FROM = 1 << 20;

    /** Sufficient for all data sets of the studies. */
    static final ArchiveLimits DATA_SET = new ArchiveLimits(ReadableTree.MOST_FILES, 1L << 30, 8L << 30, 200);

    /** @throws DataException naming the archive, if it has more files */
    void requireFiles(Object archive, long count) {
        if (count > files) {
            throw new DataException(
                    String.format(Locale.ROOT, "%s is rejected: it holds more than %,d files", archive, files));
        }
    }

    /** @throws DataException if one file is larger */
    void requireFile(String file, long bytes) {
        if (bytes > fileBytes) {
            throw new DataException(
                    String.format(
                            Locale.ROOT,
                            "%s is rejected: it has %,d bytes unpacked, more than %,d",
                            file,
                            bytes,
                            fileBytes));
        }
    }

    /** @throws DataException if all files together are larger */
    void requireTotal(Object archive, long bytes) {
        if (bytes > totalBytes) {
            throw new DataException(
                    String.format(
                            Locale.ROOT, "%s is rejected: it has more than %,d bytes unpacked", archive, totalBytes));
        }
    }

    /** @throws DataException if the ratio of unpacked to packed bytes is too high */
    void requireRatio(Object what, long packed, long unpacked) {
        if (unpacked > RATIO_FROM && unpacked / Math.max(1, packed) > ratio) {
            throw new DataException(
                    String.format(
                            Locale.ROOT,
                            "%s is rejected: %,d packed bytes become at least %,d, more than %d times as many",
                            what,
                            packed,
                            unpacked,
                            ratio));
        }
    }
}
