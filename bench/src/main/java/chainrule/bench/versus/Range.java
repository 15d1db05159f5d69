package chainrule.bench.versus;

import java.util.List;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Sizes on the command line: {@code 128}, {@code 1,8,64}, {@code 1..256} (1, 2, 4 …) or {@code 1..4096x4} (1, 4, 16 …). */
final class Range {
    private static final Pattern SPAN = Pattern.compile("(\\d{1,7})\\.\\.(\\d{1,7})(?:x(\\d{1,3}))?");
    private static final Pattern NUMBER = Pattern.compile("\\d{1,7}");
    private static final int FACTOR = 2;

    private Range() {}

    /** The sizes, ascending. @throws IllegalArgumentException naming the option, what was found and what was expected */
    static List<Integer> parse(String option, String text) {
        TreeSet<Integer> sizes = new TreeSet<>();
        for (String part : text.split(",", -1)) {
            Matcher span = SPAN.matcher(part);
            if (span.matches()) {
                int from = Integer.parseInt(span.group(1));
                int to = Integer.parseInt(span.group(2));
                int factor = span.group(3) == null ? FACTOR : Integer.parseInt(span.group(3));
                if (from < 1 || to < from || factor < FACTOR) {
                    throw wrong(option, text);
                }
                for (long size = from; size <= to; size *= factor) {
                    sizes.add((int) size);
                }
                sizes.add(to);
            } else if (NUMBER.matcher(part).matches() && Integer.parseInt(part) > 0) {
                sizes.add(Integer.parseInt(part));
            } else {
                throw wrong(option, text);
            }
        }
        return List.copyOf(sizes);
    }

    private static IllegalArgumentException wrong(String option, String text) {
        return new IllegalArgumentException(
                option
                        + " "
                        + text
                        + ": expected a number above 0, a list such as 1,8,64, or a range such as 1..256, which"
                        + " doubles, or 1..4096x4, which multiplies by 4");
    }
}
