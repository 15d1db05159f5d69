package chainrule.bench.contender;

import chainrule.backend.Backend;
import chainrule.backend.Elementwise;
import chainrule.backend.HostArray;
import chainrule.data.Batch;
import chainrule.io.FormatException;
import chainrule.io.LayerJson;
import chainrule.io.ModelFile;
import chainrule.layer.Activation;
import chainrule.layer.BatchNorm;
import chainrule.layer.Conv2d;
import chainrule.layer.Dense;
import chainrule.layer.Dropout;
import chainrule.layer.Flatten;
import chainrule.layer.Layer;
import chainrule.layer.MaxPool2d;
import chainrule.layer.Sequential;
import chainrule.loss.Loss;
import chainrule.optimizer.Adam;
import chainrule.optimizer.Optimizer;
import chainrule.optimizer.Sgd;
import chainrule.tensor.Shape;
import chainrule.train.Trainer;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;

/**
 * A net that is measured. It classifies, and trains on the cross-entropy of its softmax.
 *
 * @param name "mlp40", or the name of a model's file
 * @param width units of the hidden layers, or filters of the first convolution; 0 for a model
 * @param input shape of one example
 * @param layers the layers; the last has one output for each class
 * @param adam true if it trains with Adam and a rate of 0.001, false for SGD and .01
 */
public record Net(String name, int width, Shape input, List<Layer> layers, boolean adam) {
    /** The nets that have names. */
    public static final List<String> NAMES = List.of("mlp5", "mlp20", "mlp40", "mnist", "cifar");

    /** The width of the nets unless another is asked for. */
    public static final int WIDTH = 32;

    /** The number of examples in a batch of benchmarks that do not vary it. */
    public static final int BATCH = 128;

    private static final Pattern MLP = Pattern.compile("mlp([1-9]\\d{0,2})");
    private static final int CLASSES = 10;
    private static final double ADAM_RATE = 1e-3;
    private static final double SGD_RATE = 0.01;

    public Net {
        layers = List.copyOf(layers);
    }

    /** The net "mlp" with a number of hidden layers, "mnist" or "cifar", in its usual width. */
    public static Net named(String name) {
        return named(name, WIDTH);
    }

    /** @throws IllegalArgumentException if there is no such net, naming those there are */
    public static Net named(String name, int width) {
        if (width < 1) {
            throw new IllegalArgumentException("width " + width + ", expected at least 1");
        }
        Matcher mlp = MLP.matcher(name);
        if (mlp.matches()) {
            return new Net(name, width, Shape.of(784), mlp(Integer.parseInt(mlp.group(1)), width), false);
        }
        return switch (name) {
            case "mnist" -> new Net(name, width, Shape.of(28, 28, 1), mnist(width), true);
            case "cifar" -> new Net(name, width, Shape.of(32, 32, 3), cifar(width), true);
            default ->
                    throw new IllegalArgumentException(
                            "unknown net '"
                                    + name
                                    + "', expected mlp with a number of layers (mlp5, mlp20, mlp40), mnist or cifar");
        };
    }

    /** The net of a model file. @throws IllegalArgumentException if it is no model or does not classify */
    public static Net of(Path file) {
        try {
            ModelFile model = ModelFile.read(file);
            Net net = new Net(file.getFileName().toString(), 0, model.inputShape(), model.layers(), true);
            net.classes();
            return net;
        } catch (FormatException e) {
            throw new IllegalArgumentException(e.getMessage(), e);
        }
    }

    /** The number of classes. @throws IllegalArgumentException unless there are at least two */
    public int classes() {
        Shape shape = input;
        for (Layer layer : layers) {
            shape = layer.outputShape(shape);
        }
        if (shape.rank() != 1 || shape.elements() < 2) {
            throw new IllegalArgumentException(
                    name + " has the output " + shape + ": only nets with two or more classes can be measured");
        }
        return shape.elements();
    }

    /** The same net with a dropout rate of 0: its steps have no random draws. */
    public Net deterministic() {
        List<Layer> same = new ArrayList<>(layers);
        same.replaceAll(layer -> layer instanceof Dropout ? new Dropout(0) : layer);
        return new Net(name, width, input, same, adam);
    }

    /** Builds the net on a backend, ready for steps. */
    public Trainer trainer(Backend backend) {
        return trainer(build(backend));
    }

    /** A trainer of this net, built before. */
    public Trainer trainer(Sequential net) {
        return new Trainer(net, Loss.SOFTMAX_CROSS_ENTROPY, optimizer());
    }

    /** The net with initial weights, always the same. */
    public Sequential build(Backend backend) {
        return Sequential.build(backend, 1, input, layers);
    }

    private Optimizer optimizer() {
        return adam ? new Adam(ADAM_RATE) : new Sgd(SGD_RATE);
    }

    /** Input, layers and optimizer as in the protocol of {@link Contender}. */
    public JsonObject json() {
        JsonObject json = new JsonObject();
        json.addProperty("net", name);
        JsonArray sizes = new JsonArray();
        IntStream.of(input.sizes()).forEach(sizes::add);
        json.add("input", sizes);
        json.add("layers", LayerJson.write(layers));
        JsonObject optimizer = new JsonObject();
        optimizer.addProperty("type", adam ? "adam" : "sgd");
        optimizer.addProperty("learning_rate", adam ? ADAM_RATE : SGD_RATE);
        json.add("optimizer", optimizer);
        return json;
    }

    /** {@value #BATCH} examples. */
    public Batch batch() {
        return batch(BATCH, 1);
    }

    /** Normally distributed inputs with random labels. */
    public Batch batch(int size, long seed) {
        Random random = new Random(seed);
        int classes = classes();
        float[] inputs = HostArray.of(size * input.elements());
        for (int i = 0; i < size * input.elements(); i++) {
            inputs[i] = (float) random.nextGaussian();
        }
        float[] targets = HostArray.of(size * classes);
        for (int i = 0; i < size; i++) {
            targets[classes * i + random.nextInt(classes)] = 1;
        }
        return new Batch(size, input, inputs, classes, targets);
    }

    /**
     * Floating-point operations of one step's matrix products and convolutions: forward, weight gradient and, for all
     * but the first, input gradient.
     */
    public double flop(int batch) {
        double sum = 0;
        int products = 2;
        Shape shape = input;
        for (Layer layer : layers) {
            Shape output = layer.outputShape(shape);
            double once = flop(layer, shape, output, batch);
            sum += products * once;
            products = once > 0 ? 3 : products;
            shape = output;
        }
        return sum;
    }

    /** Floating-point operations of the matrix products and convolutions of one forward pass. */
    public double inferenceFlop(int batch) {
        double sum = 0;
        Shape shape = input;
        for (Layer layer : layers) {
            Shape output = layer.outputShape(shape);
            sum += flop(layer, shape, output, batch);
            shape = output;
        }
        return sum;
    }

    private static double flop(Layer layer, Shape shape, Shape output, int batch) {
        return switch (layer) {
            case Dense dense -> 2.0 * batch * shape.elements() * dense.units();
            case Conv2d c -> 2.0 * batch * output.elements() * c.kernelHeight() * c.kernelWidth() * shape.size(2);
            default -> 0;
        };
    }

    private static List<Layer> mlp(int depth, int width) {
        List<Layer> layers = new ArrayList<>();
        for (int i = 0; i < depth; i++) {
            layers.add(new Dense(width));
            layers.add(new Activation(Elementwise.TANH));
        }
        layers.add(new Dense(CLASSES));
        return layers;
    }

    private static List<Layer> mnist(int width) {
        List<Layer> layers = new ArrayList<>();
        for (int filters : new int[] {width, 2 * width, 2 * width}) {
            layers.addAll(List.of(Conv2d.same(filters, 3), new Activation(Elementwise.RELU), MaxPool2d.of(2)));
        }
        layers.addAll(
                List.of(new Flatten(), new Dense(2 * width), new Activation(Elementwise.RELU), new Dense(CLASSES)));
        return layers;
    }

    private static List<Layer> cifar(int width) {
        List<Layer> layers = new ArrayList<>();
        double[] rates = {.2, .3, .4};
        for (int block = 0; block < rates.length; block++) {
            for (int i = 0; i < 2; i++) {
                layers.addAll(
                        List.of(Conv2d.same(width << block, 3), new Activation(Elementwise.RELU), new BatchNorm()));
            }
            layers.addAll(List.of(MaxPool2d.of(2), new Dropout(rates[block])));
        }
        layers.addAll(
                List.of(
                        new Flatten(),
                        new Dense(4 * width),
                        new Activation(Elementwise.RELU),
                        new BatchNorm(),
                        new Dropout(.5),
                        new Dense(CLASSES)));
        return layers;
    }
}
