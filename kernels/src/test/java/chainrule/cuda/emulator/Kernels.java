package chainrule.cuda.emulator;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;

/** The .cu files of the tests: their compiled kernels, and the lines of their bugs. */
final class Kernels {
    /** Kernels with one deliberate bug each. */
    static final String BUGS = "bugs";

    /** Correct kernels. */
    static final String SOUND = "sound";

    private Kernels() {}

    /** The second line of the PTX that {@code kernels/compile-ptx} makes of a file without includes. */
    static String sourceHash(String name) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            byte[] source = TestDevice.resource(name + ".cu").getBytes(StandardCharsets.UTF_8);
            return "// sources " + HexFormat.of().formatHex(digest.digest(source));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    /** {@code bugs.cu:33}: the line marked BUG in that kernel. */
    static String bugOf(String kernel) {
        List<String> lines = TestDevice.resource(BUGS + ".cu").lines().toList();
        int at = 0;
        while (!lines.get(at).contains(" " + kernel + "(")) {
            at++;
        }
        while (!lines.get(at).contains("// BUG")) {
            at++;
        }
        return BUGS + ".cu:" + (at + 1);
    }
}
