package chainrule.experiments.dense;

import static org.assertj.core.api.Assertions.assertThat;

import chainrule.backend.Backend;
import chainrule.backend.provider.Backends;
import chainrule.data.Dataset;
import chainrule.experiments.MnistSlice;
import chainrule.experiments.data.Mnist;
import chainrule.layer.Activation;
import chainrule.layer.Dense;
import chainrule.layer.Layer;
import chainrule.layer.Sequential;
import chainrule.loss.Loss;
import chainrule.optimizer.Sgd;
import chainrule.train.History;
import chainrule.train.Trainer;

import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A seed fixes every bit of a training run on real images. */
class SameBitsTest {
    @TempDir static Path folder;
    private static Dataset digits;

    @BeforeAll
    static void slice() {
        digits = Mnist.load(MnistSlice.write(folder, 500, 10)).train();
    }

    /** Parameters and losses after 3 epochs of 8 steps; the last batch is smaller. */
    private static List<Object> train(int threads, long seed, long order) {
        try (Backend k = Backends.open("ejml", threads).backend()) {
            k.openScope("test");
            List<Layer> layers = new ArrayList<>();
            for (String activation : List.of("tanh", "relu", "sigmoid", "lecun")) {
                layers.add(new Dense(32));
                layers.add(Activation.named(activation));
            }
            layers.add(new Dense(10));
            Sequential net = Sequential.build(k, seed, digits.inputShape(), layers);
            History history =
                    new Trainer(net, Loss.SOFTMAX_CROSS_ENTROPY, new Sgd(0.1, 0.9, false, 0))
                            .batchSize(64)
                            .epochs(3)
                            .seed(order)
                            .fit(digits);
            List<Object> bits = new ArrayList<>();
            net.parameters().forEach(p -> bits.add(List.of(boxed(k.download(p.buffer())))));
            history.epochs().forEach(epoch -> bits.add(epoch.loss()));
            return bits;
        }
    }

    private static Double[] boxed(double[] values) {
        return java.util.Arrays.stream(values).boxed().toArray(Double[]::new);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 7})
    void resultsDoNotDependOnTheNumberOfThreads(int threads) {
        assertThat(train(threads, 4, 4).equals(train(1, 4, 4))).isTrue();
    }

    @Test
    void seedChangesWeightsOrOrder() {
        List<Object> bits = train(2, 4, 4);
        assertThat(train(2, 5, 4).equals(bits)).isFalse();
        assertThat(train(2, 4, 5).equals(bits)).isFalse();
    }
}
