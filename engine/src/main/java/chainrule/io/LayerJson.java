package chainrule.io;

import chainrule.backend.Elementwise;
import chainrule.layer.Activation;
import chainrule.layer.Dense;
import chainrule.layer.Flatten;
import chainrule.layer.Layer;
import chainrule.layer.Softmax;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;

/**
 * Layers as JSON: {@code [{"type": "dense", "units": 32}, {"type": "activation", "function": "tanh"}]}. Traces and model
 * files share this form.
 */
public final class LayerJson {
    private static final Map<String, Function<JsonObject, Layer>> READERS = new TreeMap<>();

    static {
        READERS.put("dense", o -> new Dense((int) StrictJson.whole(o.get("units"), Integer.MAX_VALUE)));
        READERS.put("activation", LayerJson::activation);
        READERS.put("flatten", _ -> new Flatten());
        READERS.put("softmax", _ -> new Softmax());
    }

    private LayerJson() {}

    /** The layers of a JSON array. @throws FormatException naming a layer that is unknown or lacks a field */
    public static List<Layer> read(String json) {
        List<Layer> layers = new ArrayList<>();
        try {
            for (JsonElement element : StrictJson.array(StrictJson.parse(json))) {
                layers.add(layer(StrictJson.object(element)));
            }
        } catch (FormatException | IllegalArgumentException e) {
            throw new FormatException("layer " + layers.size() + " of the list of layers: " + e.getMessage(), e);
        }
        return layers;
    }

    private static Layer layer(JsonObject object) {
        String type = object.has("type") ? StrictJson.string(object.get("type")) : "(no type)";
        Function<JsonObject, Layer> reader = READERS.get(type);
        if (reader == null) {
            throw new FormatException(
                    "type '" + type + "', which this version does not have; it has " + READERS.keySet());
        }
        try {
            return reader.apply(object);
        } catch (FormatException | IllegalArgumentException e) {
            throw new FormatException(object + " lacks a field or has a bad value: " + e.getMessage(), e);
        }
    }

    private static Activation activation(JsonObject o) {
        Elementwise function = Elementwise.valueOf(StrictJson.string(o.get("function")).toUpperCase(Locale.ROOT));
        return o.has("slope") ? new Activation(function, StrictJson.number(o.get("slope"))) : new Activation(function);
    }

    /** The JSON array of these layers; {@link #read} gives them back. */
    public static JsonArray write(List<Layer> layers) {
        JsonArray array = new JsonArray();
        layers.forEach(layer -> array.add(write(layer)));
        return array;
    }

    private static JsonObject write(Layer layer) {
        JsonObject o = new JsonObject();
        switch (layer) {
            case Dense dense -> {
                o.addProperty("type", "dense");
                o.addProperty("units", dense.units());
            }
            case Activation activation -> {
                o.addProperty("type", "activation");
                o.addProperty("function", activation.function().name().toLowerCase(Locale.ROOT));
                if (activation.function() == Elementwise.LEAKY_RELU) {
                    o.addProperty("slope", activation.slope());
                }
            }
            case Flatten _ -> o.addProperty("type", "flatten");
            case Softmax _ -> o.addProperty("type", "softmax");
            default -> throw new IllegalArgumentException("no JSON form for layer " + layer);
        }
        return o;
    }
}
