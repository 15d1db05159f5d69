package chainrule.io;

import chainrule.backend.Elementwise;
import chainrule.initializer.VarianceScaling;
import chainrule.layer.Activation;
import chainrule.layer.AveragePool2d;
import chainrule.layer.BatchNorm;
import chainrule.layer.Conv2d;
import chainrule.layer.Dense;
import chainrule.layer.Dropout;
import chainrule.layer.Flatten;
import chainrule.layer.GlobalAveragePool2d;
import chainrule.layer.Layer;
import chainrule.layer.MaxPool2d;
import chainrule.layer.Padding;
import chainrule.layer.Reshape;
import chainrule.layer.Scaling;
import chainrule.layer.Softmax;
import chainrule.tensor.Shape;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.IntStream;

/**
 * Reads and writes layers as JSON: {@code [{"type": "dense", "units": 32}, {"type": "activation", "function":
 * "tanh"}]}. The format is used by model files and traces.
 */
public final class LayerJson {
    private static final Map<String, Function<JsonObject, Layer>> READERS = new TreeMap<>();

    static {
        READERS.put("dense", LayerJson::dense);
        READERS.put("activation", LayerJson::activation);
        READERS.put("flatten", _ -> new Flatten());
        READERS.put("softmax", _ -> new Softmax());
        READERS.put("conv2d", LayerJson::conv2d);
        READERS.put("maxpool2d", o -> pool(o, MaxPool2d::new));
        READERS.put("avgpool2d", o -> pool(o, AveragePool2d::new));
        READERS.put("globalavgpool2d", _ -> new GlobalAveragePool2d());
        READERS.put(
                "batchnorm",
                o ->
                        new BatchNorm(
                                StrictJson.number(o.get("momentum")),
                                StrictJson.number(o.get("epsilon")),
                                flag(o, "scale")));
        READERS.put("dropout", o -> new Dropout(StrictJson.number(o.get("rate"))));
        READERS.put("scaling", o -> new Scaling(StrictJson.number(o.get("factor"))));
        READERS.put("reshape", o -> new Reshape(Shape.of(StrictJson.sizes(o.get("shape")))));
    }

    private LayerJson() {}

    /** Returns the types of layers that can be written and read. */
    static Set<String> types() {
        return Set.copyOf(READERS.keySet());
    }

    /** Reads a JSON array. @throws FormatException naming the layer, if its type is unknown or a field is missing */
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
            throw new FormatException("unknown type '" + type + "', expected one of " + READERS.keySet());
        }
        try {
            return reader.apply(object);
        } catch (FormatException | IllegalArgumentException e) {
            throw new FormatException(object + " has a missing or invalid field: " + e.getMessage(), e);
        }
    }

    private static Dense dense(JsonObject o) {
        Dense dense = new Dense((int) StrictJson.integer(o.get("units"), Integer.MAX_VALUE));
        return flag(o, "bias") ? dense : dense.withoutBias();
    }

    /** Returns the value of an optional flag, by default true. */
    private static boolean flag(JsonObject o, String name) {
        return !o.has(name) || StrictJson.bool(o.get(name));
    }

    private static Activation activation(JsonObject o) {
        Elementwise function = Elementwise.valueOf(StrictJson.string(o.get("function")).toUpperCase(Locale.ROOT));
        return o.has("slope") ? new Activation(function, StrictJson.number(o.get("slope"))) : new Activation(function);
    }

    private static Conv2d conv2d(JsonObject o) {
        int[] kernel = pair(o, "kernel");
        int[] stride = pair(o, "stride");
        return new Conv2d(
                (int) StrictJson.integer(o.get("filters"), Integer.MAX_VALUE),
                kernel[0],
                kernel[1],
                stride[0],
                stride[1],
                Padding.valueOf(StrictJson.string(o.get("padding")).toUpperCase(Locale.ROOT)),
                StrictJson.bool(o.get("bias")),
                VarianceScaling.glorotUniform());
    }

    /** The common signature of the constructors of both pooling layers. */
    @FunctionalInterface
    private interface Pool {
        Layer of(int height, int width, int strideHeight, int strideWidth);
    }

    private static Layer pool(JsonObject o, Pool pool) {
        int[] size = pair(o, "size");
        int[] stride = pair(o, "stride");
        return pool.of(size[0], size[1], stride[0], stride[1]);
    }

    private static int[] pair(JsonObject o, String name) {
        int[] sizes = StrictJson.sizes(o.get(name));
        if (sizes.length != 2) {
            throw new IllegalArgumentException(name + " must be [rows, columns]");
        }
        return sizes;
    }

    private static JsonArray array(int... sizes) {
        JsonArray array = new JsonArray();
        IntStream.of(sizes).forEach(array::add);
        return array;
    }

    /** Returns the JSON array of these layers; {@link #read} is the inverse. */
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
                if (!dense.bias()) {
                    o.addProperty("bias", false);
                }
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
            case Conv2d conv -> {
                o.addProperty("type", "conv2d");
                o.addProperty("filters", conv.filters());
                o.add("kernel", array(conv.kernelHeight(), conv.kernelWidth()));
                o.add("stride", array(conv.strideHeight(), conv.strideWidth()));
                o.addProperty("padding", conv.padding().name().toLowerCase(Locale.ROOT));
                o.addProperty("bias", conv.bias());
            }
            case MaxPool2d(int h, int w, int sh, int sw) -> pool(o, "maxpool2d", h, w, sh, sw);
            case AveragePool2d(int h, int w, int sh, int sw) -> pool(o, "avgpool2d", h, w, sh, sw);
            case GlobalAveragePool2d _ -> o.addProperty("type", "globalavgpool2d");
            case BatchNorm(double momentum, double epsilon, boolean scale) -> {
                o.addProperty("type", "batchnorm");
                o.addProperty("momentum", momentum);
                o.addProperty("epsilon", epsilon);
                if (!scale) {
                    o.addProperty("scale", false);
                }
            }
            case Dropout(double rate) -> {
                o.addProperty("type", "dropout");
                o.addProperty("rate", rate);
            }
            case Scaling(double factor) -> {
                o.addProperty("type", "scaling");
                o.addProperty("factor", factor);
            }
            case Reshape(Shape shape) -> {
                o.addProperty("type", "reshape");
                o.add("shape", array(shape.sizes()));
            }
            default -> throw new IllegalArgumentException("no JSON form for layer " + layer);
        }
        return o;
    }

    private static void pool(JsonObject o, String type, int h, int w, int strideHeight, int strideWidth) {
        o.addProperty("type", type);
        o.add("size", array(h, w));
        o.add("stride", array(strideHeight, strideWidth));
    }
}
