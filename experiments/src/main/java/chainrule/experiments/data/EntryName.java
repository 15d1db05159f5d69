package chainrule.experiments.data;

import chainrule.data.DataException;

import java.util.Arrays;
import java.util.Locale;

/** What a file inside an archive or a folder may be called: a path downwards, with '/' between its parts. */
final class EntryName {
    private static final int LONGEST = 1000;

    private EntryName() {}

    /**
     * Lets only names pass that stay in their folder on every operating system.
     *
     * <p>Refused are absolute names, parts that are "..", "." or empty, backslashes and colons (which lead out of the
     * folder on Windows), control characters, and names longer than {@value #LONGEST} letters.
     *
     * @param shown how the message calls the entry
     * @throws DataException if it is refused
     */
    static void require(String shown, String name) {
        String fault = fault(name);
        if (fault != null) {
            throw new DataException(shown + " is refused: " + fault);
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
     * A name as all archives should spell it: '/' between its parts, where programs for Windows may write backslashes, and
     * without the "./" that some put in front. The result still has to pass {@link #require}.
     */
    static String normalized(String name) {
        String normalized = name.replace('\\', '/');
        while (normalized.startsWith("./")) {
            normalized = normalized.substring(2);
        }
        return normalized;
    }

    /**
     * True for files that programs leave behind and that are never data: all whose name, or whose folder's name, begins
     * with a dot (AppleDouble's "._photo.jpg", ".DS_Store", ".ipynb_checkpoints", ".git"), and macOS's "__MACOSX".
     *
     * @param name a path downwards
     */
    static boolean isHidden(String name) {
        return Arrays.stream(name.split("/")).anyMatch(part -> part.startsWith(".") || part.equals("__MACOSX"));
    }

    /** For messages: short, in one line. */
    static String shown(String name) {
        String printable =
                name.codePoints()
                        .map(c -> Character.isISOControl(c) ? '?' : c)
                        .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                        .toString();
        return printable.length() > 80 ? printable.substring(0, 80) + "…" : printable;
    }

    /** The same for names that a file system without upper and lower case takes for one. */
    static String folded(String name) {
        return name.toLowerCase(Locale.ROOT);
    }
}
