package outside;

import static org.junit.jupiter.api.Assertions.assertEquals;

import chainrule.backend.Backend;
import chainrule.backend.Scope;
import chainrule.backend.provider.Backends;
import chainrule.data.Dataset;
import chainrule.layer.Activation;
import chainrule.layer.Dense;
import chainrule.layer.Sequential;
import chainrule.loss.Loss;
import chainrule.optimizer.Adam;
import chainrule.tensor.Shape;
import chainrule.train.History;
import chainrule.train.Trainer;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.util.List;

/** Trains a net with only chainrule's artifacts: the backend ejml comes from engine, simd from kernels. */
class XorTest {
    private static final Dataset XOR =
            new Dataset() {
                @Override
                public String name() {
                    return "xor";
                }

                @Override
                public int size() {
                    return 4;
                }

                @Override
                public Shape inputShape() {
                    return Shape.of(2);
                }

                @Override
                public List<String> classNames() {
                    return List.of("equal", "different");
                }

                @Override
                public int targetSize() {
                    return 2;
                }

                @Override
                public void input(int index, float[] into, int offset) {
                    into[offset] = index & 1;
                    into[offset + 1] = index >> 1;
                }

                @Override
                public int label(int index) {
                    return (index & 1) ^ (index >> 1);
                }
            };

    @ParameterizedTest
    @ValueSource(strings = {"reference", "ejml", "simd"})
    void learnsXor(String name) {
        try (Backend backend = Backends.open(name, 1).backend();
                Scope _ = backend.openScope("xor")) {
            assertEquals(name, backend.name());
            Sequential net =
                    Sequential.build(backend, 7, Shape.of(2), new Dense(16), Activation.named("tanh"), new Dense(2));
            History history =
                    new Trainer(net, Loss.SOFTMAX_CROSS_ENTROPY, new Adam(0.05))
                            .batchSize(4)
                            .epochs(100)
                            .seed(7)
                            .fit(XOR);
            assertEquals(1, history.last().accuracy());
        }
    }
}
