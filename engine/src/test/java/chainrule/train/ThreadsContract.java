package chainrule.train;

import static org.assertj.core.api.Assertions.assertThat;

import chainrule.backend.Backend;
import chainrule.backend.Scope;
import chainrule.data.ByteImages;
import chainrule.data.augment.Rotation;
import chainrule.data.augment.Shift;
import chainrule.layer.Activation;
import chainrule.layer.BatchNorm;
import chainrule.layer.Conv2d;
import chainrule.layer.Dense;
import chainrule.layer.Dropout;
import chainrule.layer.Flatten;
import chainrule.layer.MaxPool2d;
import chainrule.layer.Sequential;
import chainrule.loss.Loss;
import chainrule.optimizer.Adam;
import chainrule.tensor.RandomStream;
import chainrule.tensor.Shape;

import org.junit.jupiter.api.Test;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.DoubleStream;

/** Training a convolutional net with all kinds of randomness gives the same bits on any number of threads. */
public abstract class ThreadsContract {
    private static final int IMAGES = 60;

    protected abstract Backend create(int threads);

    private static ByteImages images() {
        Shape shape = Shape.of(14, 13, 1);
        byte[] pixels = new byte[IMAGES * shape.elements()];
        byte[] labels = new byte[IMAGES];
        RandomStream random = RandomStream.of(1, "pixels");
        for (int i = 0; i < pixels.length; i++) {
            int image = i / shape.elements();
            labels[image] = (byte) (image % 5);
            pixels[i] = (byte) random.below(100 + 30 * labels[image], i);
        }
        return new ByteImages("noise", shape, pixels, labels, List.of("a", "b", "c", "d", "e"));
    }

    /**
     * Returns all weights, running statistics, losses and accuracies after two epochs of three steps with a smaller
     * last batch.
     */
    private List<Double> train(int threads, long seed) {
        ByteImages data = images();
        try (Backend backend = create(threads);
                Scope _ = backend.openScope("test")) {
            Sequential net =
                    Sequential.build(
                            backend,
                            3,
                            data.inputShape(),
                            Conv2d.same(8, 3),
                            new BatchNorm(),
                            Activation.named("relu"),
                            MaxPool2d.of(2),
                            Conv2d.same(16, 3).withoutBias(),
                            new BatchNorm(),
                            Activation.named("relu"),
                            MaxPool2d.of(2),
                            new Flatten(),
                            new Dense(32),
                            Activation.named("tanh"),
                            new Dropout(0.3),
                            new Dense(5));
            History history =
                    new Trainer(net, Loss.SOFTMAX_CROSS_ENTROPY, new Adam(0.003))
                            .batchSize(25)
                            .epochs(2)
                            .seed(seed)
                            .validation(data)
                            .augment(List.of(new Rotation(15, 0), new Shift(2, 2, 0)))
                            .labelSmoothing(0.1)
                            .fit(data);
            List<Double> bits = new ArrayList<>();
            net.parameters().forEach(p -> Arrays.stream(backend.download(p.buffer())).forEach(bits::add));
            history.epochs()
                    .forEach(e -> DoubleStream.of(e.loss(), e.accuracy(), e.validation().loss()).forEach(bits::add));
            return bits;
        }
    }

    @Test
    void bitsDoNotDependOnTheNumberOfThreads() {
        List<Double> one = train(1, 7);
        assertThat(one).allMatch(Double::isFinite);
        assertThat(train(2, 7).equals(one)).isTrue();
        assertThat(train(3, 7).equals(one)).isTrue();
        assertThat(train(2, 8).equals(one)).isFalse();
    }
}
