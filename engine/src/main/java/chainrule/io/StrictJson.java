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
 * Parses JSON from untrusted files: strictly by the standard, without duplicate names, with limits on nesting and on
 * the length of numbers. Values of an unexpected type cause a {@link FormatException}.
 */
final class StrictJson {
    private static final int LONGEST_NUMBER = 50;

    /** The nesting limit of the official safetensors reader. */
    private static final int DEEPEST = 127;

    private static final Pattern INTEGER = Pattern.compile("-?[1-9][0-9]*|0");

    private StrictJson() {}

    static JsonElement parse(String text) {
        try (JsonReader in = new JsonReader(new StringReader(text))) {
            in.setStrictness(Strictness.STRICT);
            in.setNestingLimit(DEEPEST);
            JsonElement element = element(in);
            in.peek(); // fails if anything follows
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
                throw new FormatException("bad JSON: '" + name + "' occurs twice in one object");
            }
            object.add(name, element(in));
        }
        in.endObject();
        return object;
    }

    /** Returns a {@link BigInteger} for an integer literal: 2, but not 2.0. */
    private static Number number(String text) {
        if (text.length() > LONGEST_NUMBER) {
            throw new FormatException("bad JSON: a number of " + text.length() + " digits");
        }
        return INTEGER.matcher(text).matches() ? new BigInteger(text) : new BigDecimal(text);
    }

    static JsonObject object(JsonElement element) {
        if (element instanceof JsonObject object) {
            return object;
        }
        throw expected("an object", element);
    }

    static JsonArray array(JsonElement element) {
        if (element instanceof JsonArray array) {
            return array;
        }
        throw expected("an array", element);
    }

    static String string(JsonElement element) {
        if (element instanceof JsonPrimitive p && p.isString()) {
            return p.getAsString();
        }
        throw expected("a string", element);
    }

    static boolean bool(JsonElement element) {
        if (element instanceof JsonPrimitive p && p.isBoolean()) {
            return p.getAsBoolean();
        }
        throw expected("true or false", element);
    }

    static double number(JsonElement element) {
        if (element instanceof JsonPrimitive p && p.isNumber()) {
            return p.getAsDouble();
        }
        throw expected("a number", element);
    }

    /** Returns an integer from 0 to {@code most}. */
    static long integer(JsonElement element, long most) {
        if (element instanceof JsonPrimitive p && p.isNumber() && p.getAsNumber() instanceof BigInteger number) {
            try {
                long value = number.longValueExact();
                if (value >= 0 && value <= most) {
                    return value;
                }
            } catch (ArithmeticException _) {
                // out of range: fails below
            }
        }
        throw expected("an integer from 0 to " + most, element);
    }

    /** Returns the sizes of a shape. */
    static int[] sizes(JsonElement element) {
        return array(element).asList().stream().mapToInt(e -> (int) integer(e, Integer.MAX_VALUE)).toArray();
    }

    private static FormatException expected(String what, JsonElement found) {
        String text = found == null ? "nothing" : found.toString();
        return new FormatException(
                "expected " + what + ", found " + (text.length() > 60 ? text.substring(0, 60) + "…" : text));
    }
}
