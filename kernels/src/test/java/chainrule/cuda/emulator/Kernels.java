package chainrule.cuda.emulator;

import java.util.List;

/** The .cu files of the tests: their compiled kernels, and where their bugs stand. */
final class Kernels {
    /** Wrong on purpose, one bug each. */
    static final String BUGS = "bugs";

    /** Right. */
    static final String SOUND = "sound";

    private Kernels() {}

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
