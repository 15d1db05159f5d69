package chainrule.bench.path;

import chainrule.backend.Backend;
import chainrule.backend.Elementwise;
import chainrule.backend.HostArray;
import chainrule.data.Batch;
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

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.Supplier;

/**
 * A net whose training steps are measured.
 *
 * @param input shape of one example
 * @param layers the layers, the last with ten classes
 * @param optimizer creates the optimizer
 */
public record Net(Shape input, List<Layer> layers, Supplier<Optimizer> optimizer) {
    /** Examples in a batch. */
    public static final int BATCH = 128;

    private static final int CLASSES = 10;

    /** The net named "mlp" with a number of layers, "mnist" or "cifar". */
    public static Net named(String name) {
        return switch (name) {
            case "mnist" -> new Net(Shape.of(28, 28, 1), mnist(), () -> new Adam(1e-3));
            case "cifar" -> new Net(Shape.of(32, 32, 3), cifar(), () -> new Adam(1e-3));
            default -> new Net(Shape.of(784), mlp(Integer.parseInt(name.substring(3))), () -> new Sgd(0.01));
        };
    }

    /** Builds the net on a backend, ready for steps. */
    public Trainer trainer(Backend backend) {
        return new Trainer(Sequential.build(backend, 1, input, layers), Loss.SOFTMAX_CROSS_ENTROPY, optimizer.get());
    }

    /** Normally distributed inputs with random labels. */
    public Batch batch() {
        Random random = new Random(1);
        float[] inputs = HostArray.of(BATCH * input.elements());
        for (int i = 0; i < BATCH * input.elements(); i++) {
            inputs[i] = (float) random.nextGaussian();
        }
        float[] targets = HostArray.of(BATCH * CLASSES);
        for (int i = 0; i < BATCH; i++) {
            targets[CLASSES * i + random.nextInt(CLASSES)] = 1;
        }
        return new Batch(BATCH, input, inputs, CLASSES, targets);
    }

    /**
     * Floating-point operations of one step's matrix products and convolutions: forward, weight gradient and, for all
     * but the first, input gradient.
     */
    public double flop() {
        double sum = 0;
        int products = 2;
        Shape shape = input;
        for (Layer layer : layers) {
            Shape output = layer.outputShape(shape);
            double once =
                    switch (layer) {
                        case Dense dense -> 2.0 * BATCH * shape.elements() * dense.units();
                        case Conv2d c ->
                                2.0 * BATCH * output.elements() * c.kernelHeight() * c.kernelWidth() * shape.size(2);
                        default -> 0;
                    };
            sum += products * once;
            products = once > 0 ? 3 : products;
            shape = output;
        }
        return sum;
    }

    private static List<Layer> mlp(int depth) {
        List<Layer> layers = new ArrayList<>();
        for (int i = 0; i < depth; i++) {
            layers.add(new Dense(32));
            layers.add(new Activation(Elementwise.TANH));
        }
        layers.add(new Dense(CLASSES));
        return layers;
    }

    private static List<Layer> mnist() {
        List<Layer> layers = new ArrayList<>();
        for (int filters : new int[] {32, 64, 64}) {
            layers.addAll(List.of(Conv2d.same(filters, 3), new Activation(Elementwise.RELU), MaxPool2d.of(2)));
        }
        layers.addAll(List.of(new Flatten(), new Dense(64), new Activation(Elementwise.RELU), new Dense(CLASSES)));
        return layers;
    }

    private static List<Layer> cifar() {
        List<Layer> layers = new ArrayList<>();
        double[] rates = {.2, .3, .4};
        for (int block = 0; block < rates.length; block++) {
            for (int i = 0; i < 2; i++) {
                layers.addAll(List.of(Conv2d.same(32 << block, 3), new Activation(Elementwise.RELU), new BatchNorm()));
            }
            layers.addAll(List.of(MaxPool2d.of(2), new Dropout(rates[block])));
        }
        layers.addAll(
                List.of(
                        new Flatten(),
                        new Dense(128),
                        new Activation(Elementwise.RELU),
                        new BatchNorm(),
                        new Dropout(.5),
                        new Dense(CLASSES)));
        return layers;
    }
}
