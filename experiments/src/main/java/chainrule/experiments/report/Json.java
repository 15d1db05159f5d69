package chainrule.experiments.report;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonArray;
import com.google.gson.JsonDeserializer;
import com.google.gson.JsonElement;
import com.google.gson.JsonNull;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import com.google.gson.JsonPrimitive;
import com.google.gson.TypeAdapter;
import com.google.gson.TypeAdapterFactory;
import com.google.gson.reflect.TypeToken;
import com.google.gson.stream.JsonReader;
import com.google.gson.stream.JsonWriter;

import java.io.IOException;
import java.lang.reflect.Array;
import java.lang.reflect.RecordComponent;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Results as JSON text.
 *
 * <ul>
 *   <li>A record becomes an object with its components in order; components that are null are left out.
 *   <li>A map becomes an object: in its order if it has one ({@link SequencedMap}, {@link SortedMap}), else sorted by
 *       key. The same values therefore always give the same text.
 *   <li>Numbers have as many digits as are needed to read the same number back. NaN, Infinity and -Infinity, which
 *       JSON lacks, become the strings {@code "NaN"}, {@code "Infinity"} and {@code "-Infinity"}, which {@link
 *       Double#parseDouble} reads.
 *   <li>Iterables and arrays become arrays; an {@link Optional} its value or null; any other value, such as an enum
 *       constant, a path or a duration, its {@code toString()}.
 * </ul>
 */
public final class Json {
    private static final Gson GSON =
            new GsonBuilder().setPrettyPrinting().disableHtmlEscaping().serializeNulls().create();

    private static final Gson READER =
            new GsonBuilder()
                    .registerTypeAdapter(double.class, (JsonDeserializer<Double>) (json, _, _) -> number(json))
                    .registerTypeAdapter(Double.class, (JsonDeserializer<Double>) (json, _, _) -> number(json))
                    .registerTypeAdapterFactory(
                            new TypeAdapterFactory() {
                                @Override
                                public <T> TypeAdapter<T> create(Gson gson, TypeToken<T> type) {
                                    return complete(this, gson, type);
                                }
                            })
                    .create();

    private Json() {}

    /** The text of a value, indented, ending with a line feed. */
    public static String write(Object value) {
        return GSON.toJson(tree(value)) + "\n";
    }

    /** Reads a text that {@link #write} wrote. */
    public static JsonElement read(String text) {
        return JsonParser.parseString(text);
    }

    /** A number that {@link #write} wrote, finite or not. */
    public static double number(JsonElement element) {
        return Double.parseDouble(element.getAsString());
    }

    /** A boolean, a text or a number that {@link #write} wrote, as Boolean, String, Long or Double. */
    public static Object scalar(JsonElement element) {
        JsonPrimitive value = element.getAsJsonPrimitive();
        if (value.isBoolean()) {
            return value.getAsBoolean();
        }
        String text = value.getAsString();
        boolean integer = value.isNumber() && text.chars().allMatch(c -> c == '-' || Character.isDigit(c));
        return integer ? (Object) Long.parseLong(text) : value.isNumber() ? (Object) Double.parseDouble(text) : text;
    }

    /**
     * The record whose components {@link #write} wrote; other keys are ignored.
     *
     * @throws IllegalArgumentException naming a number or list that is missing or has the wrong type
     */
    public static <R extends Record> R read(JsonElement json, Class<R> type) {
        try {
            return READER.fromJson(json, type);
        } catch (JsonParseException | IllegalStateException | NumberFormatException e) {
            throw new IllegalArgumentException(e.getMessage(), e);
        }
    }

    /** The components of a record by name, in order, without those that are null. */
    public static SequencedMap<String, Object> components(Record value) {
        SequencedMap<String, Object> components = new LinkedHashMap<>();
        for (RecordComponent component : value.getClass().getRecordComponents()) {
            try {
                component.getAccessor().setAccessible(true);
                Object content = component.getAccessor().invoke(value);
                if (content != null) {
                    components.put(component.getName(), content);
                }
            } catch (ReflectiveOperationException e) {
                throw new IllegalArgumentException(value.getClass() + "." + component.getName() + " cannot be read", e);
            }
        }
        return components;
    }

    /** Rejects a record that lacks a number or a list: Gson would set them to 0 or null. */
    private static <T> TypeAdapter<T> complete(TypeAdapterFactory self, Gson gson, TypeToken<T> type) {
        if (!type.getRawType().isRecord()) {
            return null;
        }
        TypeAdapter<T> adapter = gson.getDelegateAdapter(self, type);
        return new TypeAdapter<>() {
            @Override
            public void write(JsonWriter out, T value) throws IOException {
                adapter.write(out, value);
            }

            @Override
            public T read(JsonReader in) throws IOException {
                JsonElement json = JsonParser.parseReader(in);
                if (json.isJsonNull()) {
                    return null;
                }
                for (RecordComponent component : type.getRawType().getRecordComponents()) {
                    Class<?> kind = component.getType();
                    boolean needed = kind.isPrimitive() || kind.isArray() || Iterable.class.isAssignableFrom(kind);
                    if (needed && !json.getAsJsonObject().has(component.getName())) {
                        throw new JsonParseException(
                                "\"" + component.getName() + "\" is missing in " + type.getRawType().getSimpleName());
                    }
                }
                return adapter.fromJsonTree(json);
            }
        };
    }

    private static JsonElement tree(Object value) {
        return switch (value) {
            case null -> JsonNull.INSTANCE;
            case JsonElement element -> element;
            case Boolean b -> new JsonPrimitive(b);
            case Double d when !Double.isFinite(d) -> new JsonPrimitive(d.toString());
            case Float f when !Float.isFinite(f) -> new JsonPrimitive(f.toString());
            case Number n -> new JsonPrimitive(n);
            case Record r -> object(components(r));
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
        Map<String, Object> entries = ordered ? new LinkedHashMap<>() : new TreeMap<>();
        map.forEach((key, value) -> entries.put(key.toString(), value));
        entries.forEach((key, value) -> object.add(key, tree(value)));
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
