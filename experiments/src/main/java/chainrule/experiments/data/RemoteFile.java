package chainrule.experiments.data;

import java.net.URI;

/**
 * A file in a data set's public home, and what it must be.
 *
 * @param name under which it is stored here
 * @param uri where it lies
 * @param bytes its length
 * @param sha256 of its content, in hexadecimal
 */
record RemoteFile(String name, URI uri, long bytes, String sha256) {
    /** "https://… (170,052,171 bytes)". */
    String describe() {
        return "%s (%,d bytes)".formatted(uri, bytes);
    }
}
