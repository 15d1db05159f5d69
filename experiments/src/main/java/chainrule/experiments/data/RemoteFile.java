package chainrule.experiments.data;

import java.net.URI;
import java.util.Locale;

/**
 * A published file and its expected content.
 *
 * @param name under which it is stored locally
 * @param uri its address
 * @param bytes its length
 * @param sha256 of its content, in hexadecimal
 */
record RemoteFile(String name, URI uri, long bytes, String sha256) {
    /** "https://… (170,052,171 bytes)". */
    String describe() {
        return String.format(Locale.ROOT, "%s (%,d bytes)", uri, bytes);
    }
}
