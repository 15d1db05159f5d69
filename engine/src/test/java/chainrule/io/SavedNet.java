package chainrule.io;

import chainrule.backend.Backend;
import chainrule.backend.Scope;
import chainrule.backend.provider.Backends;
import chainrule.data.ByteImages;
import chainrule.data.Preprocessing;
import chainrule.layer.Activation;
import chainrule.layer.AveragePool2d;
import chainrule.layer.BatchNorm;
import chainrule.layer.Conv2d;
import chainrule.layer.Dense;
import chainrule.layer.Dropout;
import chainrule.layer.Flatten;
import chainrule.layer.MaxPool2d;
import chainrule.layer.Sequential;
import chainrule.loss.Loss;
import chainrule.op.TestTensors;
import chainrule.optimizer.Adam;
import chainrule.tensor.RandomStream;
import chainrule.tensor.Shape;
import chainrule.tensor.Tape;
import chainrule.tensor.Tensor;
import chainrule.train.Trainer;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

/** A small convolutional net to save, and a program that prints a hash code of a saved net's outputs. */
final class SavedNet {
    static final Shape INPUT = Shape.of(6, 5, 2);
    static final List<String> CLASSES = List.of("apple", "päron", "\"plum\" <p>");
    static final Preprocessing PREPROCESSING = new Preprocessing(List.of(0.1f, 0.7f), List.of(0.3f, 1e-3f));

    private SavedNet() {}

    /**
     * Returns a net with many kinds of layers after some training steps, so that its running statistics have changed.
     */
    static Sequential trained(Backend backend) {
        Sequential net =
                Sequential.build(
                        backend,
                        5,
                        INPUT,
                        Conv2d.same(3, 3).withoutBias(),
                        new BatchNorm(),
                        Activation.named("leaky-relu"),
                        MaxPool2d.of(2, 1),
                        Conv2d.valid(2, 2),
                        AveragePool2d.of(2),
                        new Flatten(),
                        new Dense(4),
                        new BatchNorm(),
                        Activation.named("lecun"),
                        new Dropout(0.25),
                        new Dense(3));
        byte[] pixels = new byte[12 * INPUT.elements()];
        byte[] labels = new byte[12];
        RandomStream random = RandomStream.of(3, "pixels");
        for (int i = 0; i < pixels.length; i++) {
            pixels[i] = (byte) random.below(256, i);
            labels[i % 12] = (byte) (i % 3);
        }
        ByteImages data = new ByteImages("random", INPUT, pixels, labels, CLASSES);
        new Trainer(net, Loss.SOFTMAX_CROSS_ENTROPY, new Adam(0.01)).batchSize(5).epochs(2).fit(data);
        return net;
    }

    static double[] outputs(Sequential net) {
        Backend backend = net.backend();
        Shape shape = net.inputShape().batch(4);
        try (Scope _ = backend.openScope("outputs")) {
            Tensor x = Tensor.constant(backend, "x", shape, TestTensors.normal(8, shape.elements()));
            return backend.download(net.forward(new Tape(backend), x).buffer());
        }
    }

    /** Returns a hash code of all bits of the outputs. */
    static String hash(Sequential net) {
        return Integer.toHexString(Arrays.hashCode(outputs(net)));
    }

    /** Prints the hash code of a saved net; the arguments are the file and the name of the backend. */
    public static void main(String[] args) {
        try (Backend backend = Backends.open(args[1], 2).backend();
                Scope _ = backend.openScope("saved net")) {
            System.out.print(hash(ModelFile.read(Path.of(args[0])).build(backend)));
        }
    }
}
