package chainrule.docs;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The figures of a document, compared with their source files. A comment after the text that states them names the
 * files, and each figure in the order of the text, with its {@link Expression}:
 *
 * <pre>
 *   &lt;!-- figures experiments/results/cifar/results.json, f=experiments/results/cifar-fast/results.json
 *   .9076 = testAccuracy
 *   ≥ .99 = min(all[].ssim)
 *   39 min 47 s = f:elapsedSeconds
 *   7.5 -- the compute capability of Turing
 *   --&gt;
 * </pre>
 *
 * <p>A figure is right if the raw value rounds to it, at as many digits as the text shows; {@code %} means a hundredth.
 * A figure that begins with {@code ≥}, {@code ≤}, {@code <} or {@code >} is a bound, which the raw value must satisfy.
 * After {@code --} follows the reason why a figure comes from no file. {@code <!-- no results file: why -->} gives the
 * reason for all figures of its section. Any other figure in the text is an error.
 *
 * <p>Files: JSON; {@code .txt}, PyTorch's steps per second, as {@code net.median} and {@code net.best};
 * {@code .md}, its first table as {@code row.column}; {@code .md#2}, its second table.
 */
final class Figures {
    private static final Pattern FIGURES = Pattern.compile("<!--\\s*figures\\b([^\\n]*)\\n(.*?)-->", Pattern.DOTALL);
    private static final Pattern EXEMPT = Pattern.compile("<!--\\s*no results file: .+?-->", Pattern.DOTALL);
    private static final Pattern HEADING = Pattern.compile("^(#+) ", Pattern.MULTILINE);
    private static final Pattern STEPS = Pattern.compile("(\\w+) +batch.*median ([\\d.]+) steps/s, best ([\\d.]+)");

    /** Text that states a measurement or a count: fractions, percentages, factors, large counts, times and sizes. */
    private static final Pattern FIGURE =
            Pattern.compile(
                    "(?<![\\w./,])(?:\\d+ min \\d+ s|[+−-]?\\d*\\.\\d+(?:e[−-]?\\d+)?(?: %)?|\\d+e[−-]?\\d+|\\d+"
                            + " %|\\d{1,3}(?:,\\d{3})+|(?<=(?:^|[^\\d] )× )\\d+|\\d+(?="
                            + " (?:ns|µs|ms|s|seconds|minutes|hours?|KB|MB|GB|GFLOP)\\b))(?![\\w/])");

    private static final Pattern BOUND = Pattern.compile("([≥≤<>]) (.*)");
    private static final Pattern TIME = Pattern.compile("(?:(\\d+) h )?(\\d+) min(?: (\\d+) s)?");

    private final Markdown document;
    private final List<String> errors = new ArrayList<>();
    private final TreeMap<Integer, String[]> corrections = new TreeMap<>(Comparator.reverseOrder());
    private final BitSet covered = new BitSet();
    private int checked;

    private Figures(Markdown document) {
        this.document = document;
    }

    /** The figures of a document. */
    static Figures of(Markdown document) {
        Figures figures = new Figures(document);
        figures.anchors();
        return figures;
    }

    /** The errors in the anchored figures, with their positions. */
    List<String> errors() {
        return errors;
    }

    /** The number of figures compared with a file. */
    int checked() {
        return checked;
    }

    /** The document with the present values of its files; bounds and words are unchanged. */
    String corrected() {
        StringBuilder text = new StringBuilder(document.text());
        corrections.forEach((at, change) -> text.replace(at, at + change[0].length(), change[1]));
        return text.toString();
    }

    /** The figures without a file and without a reason. */
    List<String> unanchored() {
        exempt();
        List<String> found = new ArrayList<>();
        Matcher figure = FIGURE.matcher(document.sentences());
        while (figure.find()) {
            if (covered.get(figure.start(), figure.end()).cardinality() < figure.end() - figure.start()) {
                found.add(document.place(figure.start()) + ": '" + figure.group() + "' comes from no file");
            }
        }
        return found;
    }

    private void exempt() {
        List<int[]> headings = new ArrayList<>();
        Matcher heading = HEADING.matcher(document.prose());
        while (heading.find()) {
            headings.add(new int[] {heading.start(), heading.group(1).length()});
        }
        Matcher comment = EXEMPT.matcher(document.text());
        while (comment.find()) {
            int at = comment.start();
            int level = headings.stream().filter(h -> h[0] < at).reduce((_, last) -> last).map(h -> h[1]).orElse(0);
            int end =
                    headings.stream()
                            .filter(h -> h[0] > at && h[1] <= level)
                            .findFirst()
                            .map(h -> h[0])
                            .orElse(document.text().length());
            covered.set(at, end);
        }
    }

    private void anchors() {
        String sentences = document.sentences();
        Matcher comment = FIGURES.matcher(document.text());
        int from = 0;
        while (comment.find()) {
            Map<String, JsonElement> files = new TreeMap<>();
            for (String file : comment.group(1).split(",")) {
                String[] parts = file.strip().split("=", 2);
                String path = parts[parts.length - 1];
                if (!path.isEmpty()) {
                    files.put(parts.length == 1 ? "" : parts[0], read(path));
                }
            }
            int cursor = from;
            int line = comment.start(2);
            for (String anchor : comment.group(2).split("\n")) {
                if (!anchor.isBlank()) {
                    cursor = anchor(anchor, line, cursor, comment.start(), sentences, files);
                }
                line += anchor.length() + 1;
            }
            from = comment.end();
        }
    }

    /** Checks one line and returns the end of its figure in the text. */
    private int anchor(String anchor, int line, int from, int to, String sentences, Map<String, JsonElement> files) {
        String[] sides = anchor.split(" (?:=|--) ", 2);
        String figure = sides[0].strip();
        Matcher place =
                Pattern.compile("(?<![\\d.,])" + Pattern.quote(figure) + "(?![\\d]|[.,]\\d)").matcher(sentences);
        place.region(from, to).useTransparentBounds(true);
        if (sides.length < 2 || !place.find()) {
            errors.add(document.place(line) + ": '" + figure + "' is not in the text above, or not in this order");
            return from;
        }
        covered.set(place.start(), place.end());
        if (anchor.substring(sides[0].length()).startsWith(" -- ")) {
            return place.end();
        }
        checked++;
        try {
            double value = Expression.value(sides[1], name -> file(name, files));
            if (!matches(figure, value)) {
                errors.add(document.place(place.start()) + ": '" + figure + "', but " + sides[1] + " = " + value);
                String right = format(figure, value);
                corrections.put(place.start(), new String[] {figure, right});
                corrections.put(line + anchor.indexOf(figure), new String[] {figure, right});
            }
        } catch (IllegalArgumentException e) {
            errors.add(document.place(line) + ": " + e.getMessage());
        }
        return place.end();
    }

    private static JsonElement file(String name, Map<String, JsonElement> files) {
        if (!files.containsKey(name)) {
            throw new IllegalArgumentException("no file is named '" + name + "'");
        }
        return files.get(name);
    }

    /** True if the text of a figure states the value. */
    static boolean matches(String figure, double value) {
        Matcher bound = BOUND.matcher(figure);
        if (bound.matches()) {
            double limit = number(bound.group(2));
            return switch (bound.group(1)) {
                case "≥" -> value >= limit;
                case "≤" -> value <= limit;
                case "<" -> value < limit;
                default -> value > limit;
            };
        }
        double half = unit(figure) / 2;
        return Math.abs(value - number(figure)) <= half * (1 + 1e-9);
    }

    /** The value of a text: "1 min 53 s" is 113 seconds, "−8.3 %" is −0.083. */
    private static double number(String figure) {
        Matcher time = TIME.matcher(figure);
        if (time.matches()) {
            return 3600 * part(time.group(1)) + 60 * part(time.group(2)) + part(time.group(3));
        }
        String digits = digits(figure);
        return Double.parseDouble(digits) * (figure.endsWith("%") ? 0.01 : 1);
    }

    /** The place value of the last digit. */
    private static double unit(String figure) {
        Matcher time = TIME.matcher(figure);
        if (time.matches()) {
            return time.group(3) == null ? 60 : 1;
        }
        String digits = digits(figure);
        return Math.pow(10, -decimals(digits)) * (figure.endsWith("%") ? 0.01 : 1);
    }

    private static double part(String digits) {
        return digits == null ? 0 : Double.parseDouble(digits);
    }

    private static String digits(String figure) {
        return figure.replaceFirst(" \\D+$", "").replace('−', '-').replace(",", "").replace("+", "");
    }

    private static int decimals(String digits) {
        return new java.math.BigDecimal(digits).scale();
    }

    /** The value in the format of the figure; a bound is returned unchanged. */
    private static String format(String figure, double value) {
        if (BOUND.matcher(figure).matches()) {
            return figure;
        }
        Matcher time = TIME.matcher(figure);
        if (time.matches()) {
            long seconds = Math.round(value);
            return time.group(1) != null
                    ? seconds / 3600 + " h " + seconds % 3600 / 60 + " min"
                    : seconds / 60 + " min" + (time.group(3) == null ? "" : " " + seconds % 60 + " s");
        }
        if (digits(figure).contains("e")) {
            return String.format(java.util.Locale.ROOT, "%.0e", value).replaceFirst("e-0?", "e-");
        }
        boolean percent = figure.endsWith("%");
        String text =
                String.format(
                        java.util.Locale.ROOT,
                        (figure.startsWith("+") ? "%+" : figure.contains(",") ? "%," : "%")
                                + "."
                                + Math.max(0, decimals(digits(figure)))
                                + "f",
                        percent ? 100 * value : value);
        text = figure.matches("[+−-]?\\..*") ? text.replaceFirst("0\\.", ".") : text;
        return text.replace('-', '−') + (percent ? " %" : "");
    }

    private static JsonElement read(String name) {
        String[] parts = name.split("#", 2);
        String path = parts[0];
        String text = Repository.text(path);
        if (path.endsWith(".txt")) {
            return steps(text);
        }
        return path.endsWith(".md")
                ? table(text, parts.length == 1 ? 1 : Integer.parseInt(parts[1]))
                : JsonParser.parseString(text);
    }

    private static JsonObject steps(String text) {
        JsonObject nets = new JsonObject();
        STEPS.matcher(text)
                .results()
                .forEach(
                        line -> {
                            JsonObject rates = new JsonObject();
                            rates.addProperty("median", Double.parseDouble(line.group(2)));
                            rates.addProperty("best", Double.parseDouble(line.group(3)));
                            nets.add(line.group(1), rates);
                        });
        return nets;
    }

    private static JsonObject table(String text, int number) {
        List<List<String>> rows =
                Pattern.compile("(?:^\\|.*\\n)+", Pattern.MULTILINE)
                        .matcher(text)
                        .results()
                        .skip(number - 1)
                        .findFirst()
                        .orElseThrow()
                        .group()
                        .lines()
                        .map(line -> Arrays.stream(line.substring(1).split("\\|")).map(String::strip).toList())
                        .toList();
        JsonObject table = new JsonObject();
        for (List<String> row : rows.subList(2, rows.size())) {
            JsonObject cells = new JsonObject();
            for (int i = 1; i < row.size(); i++) {
                cells.addProperty(rows.getFirst().get(i), row.get(i).replaceFirst("^× ", ""));
            }
            table.add(row.getFirst(), cells);
        }
        return table;
    }
}
