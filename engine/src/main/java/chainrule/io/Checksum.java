package chainrule.io;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;

/**
 * The SHA-256 of a safetensors file, stored in the file itself as the first string of its metadata. It is computed with
 * its own 64 digits set to 0, so it covers every other byte of the header and the data.
 */
final class Checksum {
    static final String KEY = "sha256";

    /** The placeholder for the digits until they are computed. */
    static final String BLANK = "0".repeat(64);

    private static final int LENGTH_FIELD = 8;
    private static final byte[] BEFORE = ascii("{\"__metadata__\":{\"" + KEY + "\":\"");
    private static final int PLACE = LENGTH_FIELD + BEFORE.length;
    private static final int END = PLACE + BLANK.length();

    private Checksum() {}

    /** Replaces the placeholder at the beginning of the file's metadata by the checksum. */
    static void seal(byte[] file) {
        byte[] digits = digits(file);
        System.arraycopy(digits, 0, file, PLACE, digits.length);
    }

    /** @throws FormatException if the file has no checksum or if the checksum does not match the content */
    static void check(byte[] file) {
        if (file.length < END || !Arrays.equals(file, LENGTH_FIELD, PLACE, BEFORE, 0, BEFORE.length)) {
            throw new FormatException("it does not begin with a checksum");
        }
        if (!Arrays.equals(file, PLACE, END, digits(file), 0, BLANK.length())) {
            throw new FormatException("its content does not match its checksum");
        }
    }

    private static byte[] digits(byte[] file) {
        MessageDigest digest = sha256();
        digest.update(file, 0, PLACE);
        digest.update(ascii(BLANK));
        digest.update(file, END, file.length - END);
        return ascii(HexFormat.of().formatHex(digest.digest()));
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
