package chainrule.docs;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.DoubleBinaryOperator;
import java.util.function.Function;

/**
 * An expression for the value of a figure: numbers from a file of results, and arithmetic.
 *
 * <pre>
 *   nets[activation=relu, hiddenLayers=5].testAccuracy
 *   min(all[sample!=$wanted].ssim)
 *   100 * (mean(a:nanos) / mean(b:nanos) - 1)
 * </pre>
 *
 * A path names keys from the root down; {@code [3]} takes one element of an array, {@code []} all of them, {@code
 * [key=value, …]} the elements whose fields have these values ({@code >=} and {@code <=} compare numbers), {@code
 * [key!=$other]} the elements in which two fields differ, {@code [key]} the elements that have the field, and {@code
 * [!key]} the elements that do not. Quotes enclose a key with characters other than letters, digits, underscores and
 * hyphens. A name and a colon before a path select one of several files. If a path names several numbers, arithmetic is
 * elementwise, and {@code min}, {@code max}, {@code mean}, {@code median}, {@code sum}, {@code deviation} (of a sample)
 * and {@code count} reduce them to one number.
 */
final class Expression {
    private final String text;
    private final Function<String, JsonElement> files;
    private int at;

    private Expression(String text, Function<String, JsonElement> files) {
        this.text = text;
        this.files = files;
    }

    /**
     * The value of an expression.
     *
     * @param files returns the root of the file with a given name; "" is the file without a name
     * @throws IllegalArgumentException if the text is no valid expression, or its value is not a single number
     */
    static double value(String text, Function<String, JsonElement> files) {
        Expression e = new Expression(text, files);
        double[] values = e.sum();
        e.space();
        if (e.at < text.length()) {
            throw e.error("unexpected text");
        }
        if (values.length != 1) {
            throw e.error(values.length + " numbers, expected one");
        }
        return values[0];
    }

    private IllegalArgumentException error(String what) {
        return new IllegalArgumentException(text + ": " + what + " at '" + text.substring(at) + "'");
    }

    private double[] sum() {
        double[] value = product();
        while (true) {
            if (takes("+")) {
                value = each(value, product(), Double::sum);
            } else if (takes("-")) {
                value = each(value, product(), (a, b) -> a - b);
            } else {
                return value;
            }
        }
    }

    private double[] product() {
        double[] value = factor();
        while (true) {
            if (takes("*")) {
                value = each(value, factor(), (a, b) -> a * b);
            } else if (takes("/")) {
                value = each(value, factor(), (a, b) -> a / b);
            } else {
                return value;
            }
        }
    }

    private double[] factor() {
        if (takes("(")) {
            double[] value = sum();
            expect(")");
            return value;
        }
        String number = word("[0-9.]+(?:e-?[0-9]+)?");
        if (!number.isEmpty()) {
            return new double[] {Double.parseDouble(number)};
        }
        int before = at;
        String name = word("[a-z]+");
        if (!name.isEmpty() && takes("(")) {
            double[] values = sum();
            expect(")");
            return new double[] {aggregate(name, values)};
        }
        at = before;
        return path();
    }

    private double aggregate(String name, double[] values) {
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        int n = values.length;
        if (n == 0 && !name.equals("count")) {
            throw error(name + " of nothing");
        }
        double mean = Arrays.stream(values).sum() / n;
        return switch (name) {
            case "count" -> n;
            case "min" -> sorted[0];
            case "max" -> sorted[n - 1];
            case "sum" -> Arrays.stream(values).sum();
            case "mean" -> mean;
            case "median" -> (sorted[(n - 1) / 2] + sorted[n / 2]) / 2;
            case "deviation" -> Math.sqrt(Arrays.stream(values).map(v -> (v - mean) * (v - mean)).sum() / (n - 1));
            default -> throw error("no function '" + name + "'");
        };
    }

    private double[] path() {
        String file = word("[a-z][a-z0-9]*(?=:)");
        if (!file.isEmpty()) {
            expect(":");
        }
        List<JsonElement> found = List.of(files.apply(file));
        do {
            String key = key();
            if (key.isEmpty()) {
                throw error("expected a name");
            }
            found = found.stream().map(element -> field(element, key)).toList();
            while (takes("[")) {
                int end = text.indexOf(']', at);
                String filter = text.substring(at, end).strip();
                at = end + 1;
                found = found.stream().flatMap(element -> filtered(element, filter).stream()).toList();
            }
        } while (takes("."));
        return found.stream().flatMap(e -> numbers(e).stream()).mapToDouble(Double::doubleValue).toArray();
    }

    private String key() {
        if (takes("\"")) {
            int end = text.indexOf('"', at);
            String key = text.substring(at, end);
            at = end + 1;
            return key;
        }
        return word("[A-Za-z0-9_-]+");
    }

    private JsonElement field(JsonElement element, String key) {
        if (!element.isJsonObject() || !element.getAsJsonObject().has(key)) {
            throw error(
                    "no '"
                            + key
                            + "'"
                            + (element.isJsonObject() ? " among " + element.getAsJsonObject().keySet() : ""));
        }
        return element.getAsJsonObject().get(key);
    }

    private List<JsonElement> filtered(JsonElement element, String filter) {
        if (!element.isJsonArray()) {
            throw error("no array before [" + filter + "]");
        }
        JsonArray array = element.getAsJsonArray();
        if (filter.isEmpty()) {
            return array.asList();
        }
        if (filter.matches("\\d+")) {
            return List.of(array.get(Integer.parseInt(filter)));
        }
        List<JsonElement> kept = new ArrayList<>(array.asList());
        for (String condition : filter.split(",")) {
            kept.removeIf(e -> !holds(e.getAsJsonObject(), condition.strip()));
        }
        if (kept.isEmpty()) {
            throw error("no element matches [" + filter + "]");
        }
        return kept;
    }

    private static boolean holds(JsonObject object, String condition) {
        String[] sides = condition.split("[!<>]?=", 2);
        if (sides.length == 1) {
            boolean wanted = !condition.startsWith("!");
            return object.has(wanted ? condition : condition.substring(1)) == wanted;
        }
        String left = object.get(sides[0]).getAsString();
        String right = sides[1].startsWith("$") ? object.get(sides[1].substring(1)).getAsString() : sides[1];
        return switch (condition.charAt(sides[0].length())) {
            case '!' -> !left.equals(right);
            case '<' -> Double.parseDouble(left) <= Double.parseDouble(right);
            case '>' -> Double.parseDouble(left) >= Double.parseDouble(right);
            default -> left.equals(right);
        };
    }

    private List<Double> numbers(JsonElement element) {
        if (element.isJsonArray()) {
            return element.getAsJsonArray().asList().stream().flatMap(e -> numbers(e).stream()).toList();
        }
        if (element instanceof JsonPrimitive primitive && !primitive.isBoolean()) {
            try {
                return List.of(Double.parseDouble(primitive.getAsString()));
            } catch (NumberFormatException _) {
                throw error("'" + primitive.getAsString() + "' is not a number");
            }
        }
        throw error("expected a number, found " + element.getClass().getSimpleName().toLowerCase(Locale.ROOT));
    }

    private double[] each(double[] a, double[] b, DoubleBinaryOperator op) {
        int n = Math.max(a.length, b.length);
        if (a.length != b.length && a.length != 1 && b.length != 1) {
            throw error(a.length + " numbers combined with " + b.length);
        }
        double[] result = new double[n];
        for (int i = 0; i < n; i++) {
            result[i] = op.applyAsDouble(a[a.length == 1 ? 0 : i], b[b.length == 1 ? 0 : i]);
        }
        return result;
    }

    private void space() {
        while (at < text.length() && text.charAt(at) == ' ') {
            at++;
        }
    }

    private boolean takes(String sign) {
        space();
        if (!text.startsWith(sign, at)) {
            return false;
        }
        at += sign.length();
        return true;
    }

    private void expect(String sign) {
        if (!takes(sign)) {
            throw error("'" + sign + "' is missing");
        }
    }

    private String word(String pattern) {
        space();
        var matcher = java.util.regex.Pattern.compile(pattern).matcher(text).region(at, text.length());
        matcher.useTransparentBounds(true);
        if (!matcher.lookingAt()) {
            return "";
        }
        at = matcher.end();
        return matcher.group();
    }
}
