package chainrule.experiments.data;

import chainrule.data.DataException;

import java.util.Arrays;
import java.util.Locale;

/** Checks the names of files in an archive or a folder: relative paths with '/' between their parts. */
final class EntryName {
    private static final int LONGEST = 1000;

    private EntryName() {}

    /**
     * Accepts only names that stay in their folder on every operating system.
     *
     * <p>Rejects absolute names, parts that are "..", "." or empty, backslashes and colons (which lead out of the
     * folder on Windows), control characters, and names longer than {@value #LONGEST} letters.
     *
     * @param shown the name of the entry in the message
     * @throws DataException if the name is rejected
     */
    static void require(String shown, String name) {
        String fault = fault(name);
        if (fault != null) {
            throw new DataException(shown + " is rejected: " + fault);
        }
    }

    private static String fault(String name) {
        if (name.isEmpty()) {
            return "an empty name";
        }
        if (name.length() > LONGEST) {
            return String.format(Locale.ROOT, "a name of %,d letters", name.length());
        }
        if (name.startsWith("/")) {
            return "an absolute name";
        }
        if (name.chars().anyMatch(c -> c == '\\' || c == ':' || Character.isISOControl(c))) {
            return "a backslash, a colon or a control character in its name";
        }
        if (Arrays.stream(name.split("/", -1)).anyMatch(part -> part.isEmpty() || part.matches("\\.\\.?"))) {
            return "a name with an empty part, '.' or '..', which could lead out of its folder";
        }
        return null;
    }

    /**
     * Normalizes a name: replaces the backslashes of some Windows programs by '/' and removes a leading "./". The
     * result still has to pass {@link #require}.
     */
    static String normalized(String name) {
        String normalized = name.replace('\\', '/');
        while (normalized.startsWith("./")) {
            normalized = normalized.substring(2);
        }
        return normalized;
    }

    /**
     * True for files that are never data: the name of the file or of a folder above it begins with a dot
     * (AppleDouble's "._photo.jpg", ".DS_Store", ".ipynb_checkpoints", ".git"), and macOS's "__MACOSX".
     *
     * @param name a relative path
     */
    static boolean isHidden(String name) {
        return Arrays.stream(name.split("/")).anyMatch(part -> part.startsWith(".") || part.equals("__MACOSX"));
    }

    /** A short form for messages, in one line. */
    static String shown(String name) {
        String printable =
                name.codePoints()
                        .map(c -> Character.isISOControl(c) ? '?' : c)
                        .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                        .toString();
        return printable.length() > 80 ? printable.substring(0, 80) + "…" : printable;
    }

    /** The name in lower case: equal for names that are one on a case-insensitive file system. */
    static String folded(String name) {
        return name.toLowerCase(Locale.ROOT);
    }
}
