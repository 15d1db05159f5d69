package chainrule.io;

import chainrule.backend.Backend;
import chainrule.backend.Scope;
import chainrule.backend.reference.ReferenceBackend;
import chainrule.fuzz.Target;
import chainrule.fuzz.Wrap;
import chainrule.layer.Layer;
import chainrule.layer.Sequential;
import chainrule.tensor.Parameter;
import chainrule.tensor.Shape;
import chainrule.tensor.Tape;
import chainrule.tensor.Tensor;

import java.util.List;
import java.util.Map;

/** Model files and traces, read and used. */
public final class ModelTargets {
    /** The size up to which a net is run, so that running it is quick. */
    private static final int SMALL = 2000;

    /** For {@code chainrule.fuzz.Targets}. */
    public static final List<Target> ALL =
            List.of(
                    Target.of("model-file", ModelTargets::readModel, memory(), FormatException.class),
                    Target.of("model", ModelTargets::readModel, memory(), FormatException.class)
                            .wrapped("model", ModelTargets::model),
                    Target.of("trace-file", ModelTargets::readTrace, memory(), FormatException.class),
                    Target.of("trace", ModelTargets::readTrace, memory(), FormatException.class)
                            .wrapped("trace", ModelTargets::trace));

    private ModelTargets() {}

    /** The allowance also covers running a small net. */
    private static Target.Memory memory() {
        return new Target.Memory(400, 16 << 20);
    }

    private static void readModel(byte[] file) {
        ModelFile model = ModelFile.of("fuzz", Safetensors.parse("fuzz", file));
        try (ReferenceBackend backend = new ReferenceBackend();
                Scope _ = backend.openScope("fuzz")) {
            Sequential net = model.build(backend);
            if (small(model.inputShape(), model.layers())) {
                run(backend, net);
            }
        }
    }

    private static void run(Backend backend, Sequential net) {
        Shape two = net.inputShape().batch(2);
        Tensor x = Tensor.constant(backend, "x", two, new double[two.elements()]);
        backend.download(net.forward(new Tape(backend), x).buffer());
    }

    /** True if no layer has many elements, neither in its weights nor in its output. */
    private static boolean small(Shape input, List<Layer> layers) {
        Shape shape = input;
        long most = shape.elements();
        for (Layer layer : layers) {
            Shape output = layer.outputShape(shape);
            long weights = layer.weights(shape).stream().mapToLong(w -> w.shape().elements()).sum();
            most = Math.max(most, Math.max(weights, output.elements()));
            shape = output;
        }
        return most <= SMALL && layers.size() <= 20;
    }

    private static void readTrace(byte[] file) {
        Trace trace = Trace.of("fuzz", Safetensors.parse("fuzz", file));
        trace.optimizer();
        trace.batch();
        if (small(trace.inputShape(), trace.layers())
                && trace.steps() <= 3
                && trace.tensors().values("input").length <= SMALL) {
            try (ReferenceBackend backend = new ReferenceBackend()) {
                TraceReplay.run(trace, backend);
            }
        }
    }

    /** A model file whose metadata the fuzzer writes, line by line, with the tensors that its layers need. */
    public static byte[] model(byte[] lines) {
        Map<String, String> metadata = Wrap.lines(lines);
        SafetensorsWriter writer = new SafetensorsWriter();
        metadata.forEach(writer::metadata);
        try (ReferenceBackend backend = new ReferenceBackend();
                Scope _ = backend.openScope("wrapping")) {
            Shape input = shape(metadata);
            List<Layer> layers = LayerJson.read(metadata.getOrDefault("layers", ""));
            if (small(input, layers)) {
                for (Parameter p : Sequential.build(backend, 0, input, layers).parameters()) {
                    add(writer, p.name(), p.shape());
                }
            }
        } catch (FormatException | IllegalArgumentException _) {
            // the reader must report the error
        }
        return writer.bytes();
    }

    /** A trace whose metadata the fuzzer writes. */
    private static byte[] trace(byte[] lines) {
        Map<String, String> metadata = Wrap.lines(lines);
        SafetensorsWriter writer = new SafetensorsWriter();
        metadata.forEach(writer::metadata);
        try {
            Shape input = shape(metadata);
            List<Layer> layers = LayerJson.read(metadata.getOrDefault("layers", ""));
            if (small(input, layers)) {
                int steps = (int) StrictJson.integer(StrictJson.parse(metadata.getOrDefault("steps", "")), 3);
                add(writer, "losses", Shape.of(steps + 1));
                add(writer, "input", input.batch(2));
                add(writer, "grad.input", input.batch(2));
                Shape shape = input;
                for (int i = 0; i < layers.size(); i++) {
                    Shape output = layers.get(i).outputShape(shape);
                    for (Layer.Weight w : layers.get(i).weights(shape)) {
                        for (String prefix : List.of("", "grad.", "final.")) {
                            add(writer, prefix + "layers." + i + "." + w.name(), w.shape());
                        }
                    }
                    shape = output;
                }
                add(writer, "output", shape.batch(2));
                if (metadata.containsKey("labels")) {
                    double last = shape.rank() == 0 ? 0 : shape.size(-1) - 1;
                    writer.add("target", new int[] {2}, new double[] {0, last}, false);
                } else {
                    add(writer, "target", shape.batch(2));
                }
            }
        } catch (FormatException | IllegalArgumentException _) {
            // the reader must report the error
        }
        return writer.bytes();
    }

    private static Shape shape(Map<String, String> metadata) {
        return Shape.of(StrictJson.sizes(StrictJson.parse(metadata.getOrDefault("input_shape", ""))));
    }

    private static void add(SafetensorsWriter writer, String name, Shape shape) {
        writer.add(name, shape.sizes(), new double[shape.elements()], false);
    }
}
