package chainrule.layer;

import chainrule.backend.Backend;
import chainrule.backend.Memory.Buffer;
import chainrule.tensor.Parameter;
import chainrule.tensor.RandomStream;
import chainrule.tensor.Shape;
import chainrule.tensor.ShapeException;
import chainrule.tensor.Tape;
import chainrule.tensor.Tensor;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * A stack of layers built for one input shape, with its parameters. {@link #build} checks the shapes layer by layer,
 * so {@link #forward} refuses only a batch of another input shape, or one so large that some buffer would have more than
 * 2³¹ − 1 elements.
 *
 * <pre>{@code
 * Sequential net = Sequential.build(backend, 7, Shape.of(784),
 *         new Dense(32), Activation.named("tanh"), new Dense(10));
 * }</pre>
 *
 * The parameters belong to the scope that is open when the net is built.
 */
public final class Sequential {
    private final Backend backend;
    private final Shape inputShape;
    private final List<Stage> stages;
    private final List<Parameter> parameters;

    /**
     * One layer in its place.
     *
     * @param name unique within the net: "dense3"
     * @param input shape of one example before the layer
     * @param output shape of one example after it
     * @param parameters its own, by short name
     */
    public record Stage(String name, Layer layer, Shape input, Shape output, Map<String, Parameter> parameters) {}

    private Sequential(Backend backend, Shape inputShape, List<Stage> stages) {
        this.backend = backend;
        this.inputShape = inputShape;
        this.stages = List.copyOf(stages);
        this.parameters = stages.stream().flatMap(stage -> stage.parameters().values().stream()).toList();
    }

    /** {@link #build(Backend, long, Shape, List)}. */
    public static Sequential build(Backend backend, long seed, Shape input, Layer... layers) {
        return build(backend, seed, input, List.of(layers));
    }

    /**
     * Checks the shapes and initializes the parameters.
     *
     * @param seed fixes all initial values
     * @param input the shape of one example, without the batch
     * @throws ShapeException naming the layer that does not fit
     */
    public static Sequential build(Backend backend, long seed, Shape input, List<Layer> layers) {
        RandomStream random = RandomStream.of(seed, "initial weights");
        Map<String, Integer> count = new HashMap<>();
        List<Stage> stages = new ArrayList<>();
        Shape shape = input;
        for (Layer layer : layers) {
            String name = layer.kind() + count.merge(layer.kind(), 1, Integer::sum);
            Shape output;
            try {
                output = layer.outputShape(shape);
            } catch (IllegalArgumentException e) {
                throw new ShapeException(
                        "layer "
                                + (stages.size() + 1)
                                + " of "
                                + layers.size()
                                + ", "
                                + name
                                + ", after "
                                + (stages.isEmpty() ? "the input" : stages.getLast().name())
                                + " "
                                + shape
                                + ": "
                                + e.getMessage());
            }
            Map<String, Parameter> own = new LinkedHashMap<>();
            for (Layer.Weight w : layer.weights(shape)) {
                String full = name + "." + w.name();
                Buffer buffer = backend.allocate(w.shape().elements(), full);
                backend.upload(w.initializer().values(w.shape(), random.child(full)), buffer);
                own.put(w.name(), new Parameter(full, w.shape(), buffer, w.trainable()));
            }
            stages.add(new Stage(name, layer, shape, output, own));
            shape = output;
        }
        return new Sequential(backend, input, stages);
    }

    /** The net's output for a batch, at inference. */
    public Tensor forward(Tape tape, Tensor x) {
        return forward(tape, x, null);
    }

    /**
     * Runs a batch through all layers.
     *
     * @param x [batch, …input shape]
     * @param random random numbers of this step, which makes it a training pass; null for inference
     */
    public Tensor forward(Tape tape, Tensor x, RandomStream random) {
        if (!x.shape().example().equals(inputShape)) {
            throw new ShapeException("the net was built for examples of shape " + inputShape + ", got a batch " + x);
        }
        Tensor y = x;
        for (int i = 0; i < stages.size(); i++) {
            Stage stage = stages.get(i);
            tape.enter(stage.name());
            RandomStream own = random == null ? null : random.child(i);
            y = stage.layer().forward(y, new ForwardContext(tape, random != null, own, stage.parameters()));
        }
        tape.enter("");
        return y;
    }

    public Backend backend() {
        return backend;
    }

    /** The shape of one input example. */
    public Shape inputShape() {
        return inputShape;
    }

    /** The shape of one output example. */
    public Shape outputShape() {
        return stages.isEmpty() ? inputShape : stages.getLast().output();
    }

    /** The layers in order. */
    public List<Stage> stages() {
        return stages;
    }

    /** All parameters and running statistics, in layer order. */
    public List<Parameter> parameters() {
        return parameters;
    }

    /** One parameter by its full name, "dense3.weight". */
    public Parameter parameter(String name) {
        return parameters.stream()
                .filter(p -> p.name().equals(name))
                .findFirst()
                .orElseThrow(
                        () ->
                                new IllegalArgumentException(
                                        "no parameter '"
                                                + name
                                                + "'; there are "
                                                + parameters.stream().map(Parameter::name).toList()));
    }

    /** Freezes or unfreezes all parameters. */
    public void setFrozen(boolean frozen) {
        parameters.forEach(p -> p.setFrozen(frozen));
    }

    /** The number of elements of all parameters that are trainable and not frozen. */
    public long trainableParameterCount() {
        return parameters.stream().filter(p -> p.trainable() && !p.frozen()).mapToLong(p -> p.shape().elements()).sum();
    }

    /** A table of the layers with their output shapes and numbers of parameters. */
    public String summary() {
        StringBuilder table =
                new StringBuilder(String.format(Locale.ROOT, "%-16s %-20s %12s%n", "layer", "output", "parameters"));
        table.append(String.format(Locale.ROOT, "%-16s %-20s %12s%n", "input", inputShape, ""));
        for (Stage stage : stages) {
            long own = stage.parameters().values().stream().mapToLong(p -> p.shape().elements()).sum();
            table.append(
                    String.format(
                            Locale.ROOT,
                            "%-16s %-20s %12s%n",
                            stage.name(),
                            stage.output(),
                            own == 0 ? "" : String.format(Locale.ROOT, "%,d", own)));
        }
        return table.append(
                        String.format(Locale.ROOT, "%-16s %-20s %,12d%n", "trainable", "", trainableParameterCount()))
                .toString();
    }
}
