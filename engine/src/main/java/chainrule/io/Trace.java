package chainrule.io;

import chainrule.data.Batch;
import chainrule.layer.Layer;
import chainrule.loss.Loss;
import chainrule.optimizer.Adam;
import chainrule.optimizer.Optimizer;
import chainrule.optimizer.Sgd;
import chainrule.tensor.Shape;

import com.google.gson.JsonObject;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * A recorded training run of a small net: one batch, the initial parameters, the output, all gradients, the losses of
 * some optimizer steps, and the final parameters. It was recorded with another library in float64, so it is an
 * independent oracle for the engine.
 *
 * @param name of the file
 * @param inputShape of one example
 * @param steps the number of optimizer steps, all on the same batch
 * @param float32Error the float32 error of the recording library
 * @param tensors batch, parameters and results
 */
public record Trace(
        String name,
        Shape inputShape,
        List<Layer> layers,
        Loss loss,
        JsonObject optimizerSettings,
        int steps,
        Float32Error float32Error,
        Safetensors tensors) {
    private static final String FORMAT = "chainrule-trace-1";

    /** The largest relative errors of the recording library's float32 run compared with its float64 run. */
    public record Float32Error(double loss, double grad, double last) {}

    /** @throws FormatException if the file is not a trace or has an unknown layer, loss or optimizer */
    public static Trace read(Path file) {
        return of(file.getFileName().toString(), Safetensors.read(file));
    }

    static Trace of(String name, Safetensors tensors) {
        try {
            if (!tensors.metadata("format").equals(FORMAT)) {
                throw new FormatException(
                        "its format is '" + tensors.metadata("format") + "', expected '" + FORMAT + "'");
            }
            JsonObject error = object(tensors.metadata("float32_error"));
            Trace trace =
                    new Trace(
                            name,
                            shape(tensors.metadata("input_shape")),
                            LayerJson.read(tensors.metadata("layers")),
                            Loss.valueOf(tensors.metadata("loss").toUpperCase(Locale.ROOT)),
                            object(tensors.metadata("optimizer")),
                            (int) StrictJson.integer(StrictJson.parse(tensors.metadata("steps")), Integer.MAX_VALUE),
                            new Float32Error(number(error, "loss"), number(error, "grad"), number(error, "final")),
                            tensors);
            trace.requireComplete();
            return trace;
        } catch (FormatException | IllegalArgumentException e) {
            throw new FormatException(name + " is not a trace that can be replayed: " + e.getMessage(), e);
        }
    }

    /** Checks that all tensors exist and match the layers, before a malformed file can cause a huge net to be built. */
    private void requireComplete() {
        requireSizes("losses", Shape.of(steps + 1));
        int size = tensors.shape("input").length == 0 ? 0 : tensors.shape("input")[0];
        requireSizes("input", inputShape.batch(size));
        requireSizes("grad.input", inputShape.batch(size));
        Shape shape = inputShape;
        for (int i = 0; i < layers.size(); i++) {
            Shape output = layers.get(i).outputShape(shape);
            for (Layer.Weight w : layers.get(i).weights(shape)) {
                String own = "layers." + i + "." + w.name();
                if (w.trainable()) {
                    requireSizes(own, w.shape());
                    requireSizes("grad." + own, w.shape());
                    requireSizes("final." + own, w.shape());
                }
            }
            shape = output;
        }
        requireSizes("output", shape.batch(size));
        if (tensors.shape("target").length == 1) {
            requireSizes("target", Shape.of(size));
            requireLabels(shape);
        } else {
            requireSizes("target", shape.batch(size));
        }
        optimizer();
    }

    private void requireSizes(String tensor, Shape expected) {
        if (!Arrays.equals(tensors.shape(tensor), expected.sizes())) {
            throw new FormatException(
                    "tensor '"
                            + tensor
                            + "' has shape "
                            + Arrays.toString(tensors.shape(tensor))
                            + ", expected "
                            + expected);
        }
    }

    private void requireLabels(Shape output) {
        if (output.rank() != 1) {
            throw new FormatException("tensor 'target' contains labels, but the output of the net is " + output);
        }
        int classes = output.size(0);
        for (double label : tensors.values("target")) {
            if (!(label >= 0 && label < classes && label == Math.rint(label))) {
                throw new FormatException("tensor 'target' contains " + label + ", expected a class below " + classes);
            }
        }
    }

    private static JsonObject object(String json) {
        return StrictJson.object(StrictJson.parse(json));
    }

    private static Shape shape(String json) {
        return Shape.of(StrictJson.sizes(StrictJson.parse(json)));
    }

    private static double number(JsonObject settings, String key) {
        if (!settings.has(key)) {
            throw new FormatException("'" + key + "' is missing in " + settings);
        }
        return StrictJson.number(settings.get(key));
    }

    /** Returns a new optimizer with the recorded settings. */
    public Optimizer optimizer() {
        Optimizer optimizer = ungrouped(optimizerSettings);
        if (optimizerSettings.has("groups")) {
            JsonObject groups = StrictJson.object(optimizerSettings.get("groups"));
            for (String parameter : groups.keySet()) {
                JsonObject factors = StrictJson.object(groups.get(parameter));
                optimizer.group(parameter, number(factors, "rate"), number(factors, "decay"));
            }
        }
        return optimizer;
    }

    private Optimizer ungrouped(JsonObject o) {
        double decay = o.has("weight_decay") ? number(o, "weight_decay") : 0;
        return switch (StrictJson.string(o.get("type"))) {
            case "sgd" ->
                    new Sgd(
                            number(o, "learning_rate"),
                            o.has("momentum") ? number(o, "momentum") : 0,
                            o.has("nesterov") && StrictJson.bool(o.get("nesterov")),
                            decay);
            case "adam", "adamw" ->
                    new Adam(
                            number(o, "learning_rate"),
                            number(o, "beta1"),
                            number(o, "beta2"),
                            number(o, "epsilon"),
                            decay);
            default -> throw new FormatException(name + ": unknown optimizer " + o.get("type"));
        };
    }

    /** Returns the recorded batch; class labels become one-hot rows. */
    public Batch batch() {
        float[] inputs = floats(tensors.values("input"));
        int[] targetShape = tensors.shape("target");
        double[] target = tensors.values("target");
        int size = targetShape[0];
        if (targetShape.length > 1) {
            return new Batch(size, inputShape, inputs, target.length / size, floats(target));
        }
        int classes = tensors.shape("output")[1];
        float[] rows = new float[size * classes];
        for (int i = 0; i < size; i++) {
            rows[i * classes + (int) target[i]] = 1;
        }
        return new Batch(size, inputShape, inputs, classes, rows);
    }

    private static float[] floats(double[] values) {
        float[] floats = new float[values.length];
        for (int i = 0; i < values.length; i++) {
            floats[i] = (float) values[i];
        }
        return floats;
    }
}
