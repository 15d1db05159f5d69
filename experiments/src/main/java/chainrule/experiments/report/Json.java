package chainrule.experiments.report;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonNull;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import com.google.gson.JsonPrimitive;

import java.lang.reflect.Array;
import java.lang.reflect.RecordComponent;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Results as JSON text.
 *
 * <ul>
 *   <li>A record becomes an object whose keys stand in the order of its components.
 *   <li>A map becomes an object: in its own order where it has one ({@link SequencedMap}, {@link SortedMap}), else sorted
 *       by key. The same values therefore always give the same text.
 *   <li>Numbers are written with as many digits as bring the same number back. NaN, Infinity and -Infinity, for which
 *       JSON has no numbers, become the strings {@code "NaN"}, {@code "Infinity"} and {@code "-Infinity"}, which
 *       {@link Double#parseDouble} reads.
 *   <li>Iterables and arrays become arrays; an {@link Optional} its value or null; anything else, such as an enum
 *       constant, a path or a duration, its {@code toString()}.
 * </ul>
 */
public final class Json {
    private static final Gson GSON =
            new GsonBuilder().setPrettyPrinting().disableHtmlEscaping().serializeNulls().create();

    private Json() {}

    /** The text of a value, indented, ending with a line feed. */
    public static String write(Object value) {
        return GSON.toJson(tree(value)) + "\n";
    }

    /** Reads a text that {@link #write} wrote. */
    public static JsonElement read(String text) {
        return JsonParser.parseString(text);
    }

    /** A number that {@link #write} wrote, be it finite or not. */
    public static double number(JsonElement element) {
        return Double.parseDouble(element.getAsString());
    }

    private static JsonElement tree(Object value) {
        return switch (value) {
            case null -> JsonNull.INSTANCE;
            case JsonElement element -> element;
            case Boolean b -> new JsonPrimitive(b);
            case Double d when !Double.isFinite(d) -> new JsonPrimitive(d.toString());
            case Float f when !Float.isFinite(f) -> new JsonPrimitive(f.toString());
            case Number n -> new JsonPrimitive(n);
            case Record r -> object(r);
            case Map<?, ?> m -> object(m);
            case Iterable<?> items when !(items instanceof java.nio.file.Path) -> array(items);
            case Optional<?> o -> tree(o.orElse(null));
            case Object a when a.getClass().isArray() -> array(a);
            default -> new JsonPrimitive(value.toString());
        };
    }

    private static JsonObject object(Map<?, ?> map) {
        JsonObject object = new JsonObject();
        boolean ordered = map instanceof SequencedMap || map instanceof SortedMap;
        Map<String, Object> entries = ordered ? new java.util.LinkedHashMap<>() : new TreeMap<>();
        map.forEach((key, value) -> entries.put(key.toString(), value));
        entries.forEach((key, value) -> object.add(key, tree(value)));
        return object;
    }

    private static JsonObject object(Record value) {
        JsonObject object = new JsonObject();
        for (RecordComponent component : value.getClass().getRecordComponents()) {
            try {
                component.getAccessor().setAccessible(true);
                object.add(component.getName(), tree(component.getAccessor().invoke(value)));
            } catch (ReflectiveOperationException e) {
                throw new IllegalArgumentException(value.getClass() + "." + component.getName() + " cannot be read", e);
            }
        }
        return object;
    }

    private static JsonArray array(Iterable<?> items) {
        JsonArray array = new JsonArray();
        items.forEach(item -> array.add(tree(item)));
        return array;
    }

    private static JsonArray array(Object items) {
        JsonArray array = new JsonArray();
        for (int i = 0; i < Array.getLength(items); i++) {
            array.add(tree(Array.get(items, i)));
        }
        return array;
    }
}
