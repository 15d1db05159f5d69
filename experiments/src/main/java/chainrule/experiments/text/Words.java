package chainrule.experiments.text;

import java.util.List;
import java.util.Locale;

/** Grammar for generated sentences. */
public final class Words {
    private Words() {}

    /** "1 layer", "20 layers", "1,135 images". */
    public static String count(long number, String noun) {
        return Numbers.count(number) + " " + (number == 1 ? noun : plural(noun));
    }

    /** "layer" for 1, "layers" for any other number. */
    public static String of(long number, String noun) {
        return number == 1 ? noun : plural(noun);
    }

    /** "a", "a and b", "a, b and c"; the empty string for no items. */
    public static String and(List<String> items) {
        int last = items.size() - 1;
        return last < 1
                ? String.join("", items)
                : String.join(", ", items.subList(0, last)) + " and " + items.get(last);
    }

    /** The text with a capital first letter. */
    public static String sentence(String text) {
        return text.isEmpty() ? text : text.substring(0, 1).toUpperCase(Locale.ROOT) + text.substring(1);
    }

    private static String plural(String noun) {
        return noun + (noun.endsWith("s") || noun.endsWith("x") ? "es" : "s");
    }
}
