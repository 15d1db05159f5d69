package chainrule.io;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonNull;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import com.google.gson.Strictness;
import com.google.gson.stream.JsonReader;

import java.io.IOException;
import java.io.StringReader;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.regex.Pattern;

/**
 * JSON from files nobody vouches for: to the letter of the standard, no name twice in an object, nesting and numbers of
 * bounded length; and values of the expected type or a {@link FormatException}.
 */
final class StrictJson {
    private static final int LONGEST_NUMBER = 50;

    /** As deep as the official reader of safetensors goes. */
    private static final int DEEPEST = 127;

    private static final Pattern WHOLE = Pattern.compile("-?[1-9][0-9]*|0");

    private StrictJson() {}

    static JsonElement parse(String text) {
        try (JsonReader in = new JsonReader(new StringReader(text))) {
            in.setStrictness(Strictness.STRICT);
            in.setNestingLimit(DEEPEST);
            JsonElement element = element(in);
            in.peek(); // complains if something follows
            return element;
        } catch (IOException | NumberFormatException e) {
            throw new FormatException("bad JSON: " + String.valueOf(e.getMessage()).lines().findFirst().orElse(""), e);
        }
    }

    private static JsonElement element(JsonReader in) throws IOException {
        return switch (in.peek()) {
            case BEGIN_OBJECT -> object(in);
            case BEGIN_ARRAY -> {
                JsonArray array = new JsonArray();
                in.beginArray();
                while (in.hasNext()) {
                    array.add(element(in));
                }
                in.endArray();
                yield array;
            }
            case STRING -> new JsonPrimitive(in.nextString());
            case NUMBER -> new JsonPrimitive(number(in.nextString()));
            case BOOLEAN -> new JsonPrimitive(in.nextBoolean());
            case NULL -> {
                in.nextNull();
                yield JsonNull.INSTANCE;
            }
            case NAME, END_OBJECT, END_ARRAY, END_DOCUMENT -> throw new FormatException("bad JSON: a value is missing");
        };
    }

    private static JsonObject object(JsonReader in) throws IOException {
        JsonObject object = new JsonObject();
        in.beginObject();
        while (in.hasNext()) {
            String name = in.nextName();
            if (object.has(name)) {
                throw new FormatException("bad JSON: '" + name + "' stands twice in one object");
            }
            object.add(name, element(in));
        }
        in.endObject();
        return object;
    }

    /** A {@link BigInteger} if it is written as a whole number: 2, but not 2.0. */
    private static Number number(String text) {
        if (text.length() > LONGEST_NUMBER) {
            throw new FormatException("bad JSON: a number of " + text.length() + " digits");
        }
        return WHOLE.matcher(text).matches() ? new BigInteger(text) : new BigDecimal(text);
    }

    static JsonObject object(JsonElement element) {
        if (element instanceof JsonObject object) {
            return object;
        }
        throw new FormatException(found(element) + " stands where an object is expected");
    }

    static JsonArray array(JsonElement element) {
        if (element instanceof JsonArray array) {
            return array;
        }
        throw new FormatException(found(element) + " stands where an array is expected");
    }

    static String string(JsonElement element) {
        if (element instanceof JsonPrimitive p && p.isString()) {
            return p.getAsString();
        }
        throw new FormatException(found(element) + " stands where a string is expected");
    }

    static boolean bool(JsonElement element) {
        if (element instanceof JsonPrimitive p && p.isBoolean()) {
            return p.getAsBoolean();
        }
        throw new FormatException(found(element) + " stands where true or false is expected");
    }

    static double number(JsonElement element) {
        if (element instanceof JsonPrimitive p && p.isNumber()) {
            return p.getAsDouble();
        }
        throw new FormatException(found(element) + " stands where a number is expected");
    }

    /** A whole number from 0 to {@code most}. */
    static long whole(JsonElement element, long most) {
        if (element instanceof JsonPrimitive p && p.isNumber() && p.getAsNumber() instanceof BigInteger number) {
            try {
                long value = number.longValueExact();
                if (value >= 0 && value <= most) {
                    return value;
                }
            } catch (ArithmeticException _) {
                // falls through to the message
            }
        }
        throw new FormatException(found(element) + " stands where a whole number from 0 to " + most + " is expected");
    }

    /** Sizes of axes. */
    static int[] sizes(JsonElement element) {
        return array(element).asList().stream().mapToInt(e -> (int) whole(e, Integer.MAX_VALUE)).toArray();
    }

    private static String found(JsonElement element) {
        if (element == null) {
            return "nothing";
        }
        String text = element.toString();
        return text.length() > 60 ? text.substring(0, 60) + "…" : text;
    }
}
