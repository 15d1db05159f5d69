package chainrule.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import chainrule.backend.Backend;
import chainrule.backend.provider.Backends;
import chainrule.backend.reference.ReferenceBackend;
import chainrule.data.Batch;
import chainrule.data.Batches;
import chainrule.layer.Activation;
import chainrule.layer.Dense;
import chainrule.layer.Sequential;
import chainrule.loss.Loss;
import chainrule.optimizer.Sgd;
import chainrule.tensor.Parameter;
import chainrule.train.schedule.Schedule;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import java.util.ArrayList;
import java.util.List;

/** Clipping, exploding gradients and non-finite gradients. */
class GradientGuardTest {
    private static final Blobs DATA = new Blobs(32, 12, 3);

    private final Backend backend = new ReferenceBackend();

    @BeforeEach
    void open() {
        backend.openScope("test");
    }

    @AfterEach
    void close() {
        backend.close();
    }

    private static Sequential net(Backend backend) {
        return Sequential.build(backend, 5, DATA.inputShape(), new Dense(6), Activation.named("tanh"), new Dense(3));
    }

    /** With rate 1 the change of a parameter is its gradient. */
    private List<double[]> changes(double clipNorm, double clipValue) {
        Sequential net = net(backend);
        List<double[]> before = net.parameters().stream().map(p -> backend.download(p.buffer())).toList();
        Batch batch = new Batches(DATA, 32).iterator().next();
        new Trainer(net, Loss.SOFTMAX_CROSS_ENTROPY, new Sgd(1)).clipNorm(clipNorm).clipValue(clipValue).step(batch);
        List<double[]> changes = new ArrayList<>();
        for (int i = 0; i < before.size(); i++) {
            double[] change = backend.download(net.parameters().get(i).buffer());
            for (int j = 0; j < change.length; j++) {
                change[j] = before.get(i)[j] - change[j];
            }
            changes.add(change);
        }
        return changes;
    }

    private static double norm(List<double[]> changes) {
        return Math.sqrt(changes.stream().flatMapToDouble(java.util.Arrays::stream).map(g -> g * g).sum());
    }

    @Test
    void clippingByNormPreservesTheDirection() {
        double infinity = Double.POSITIVE_INFINITY;
        List<double[]> free = changes(infinity, infinity);
        double norm = norm(free);
        assertThat(norm).isGreaterThan(0.1);
        List<double[]> clipped = changes(norm / 4, infinity);
        assertThat(norm(clipped)).isCloseTo(norm / 4, within(1e-12));
        List<double[]> untouched = changes(norm * 1.01, infinity);
        for (int i = 0; i < free.size(); i++) {
            assertThat(untouched.get(i)).containsExactly(free.get(i));
            for (int j = 0; j < free.get(i).length; j++) {
                assertThat(clipped.get(i)[j]).isCloseTo(free.get(i)[j] / 4, within(1e-12));
            }
        }
    }

    @Test
    void clippingByValueBoundsEveryElement() {
        double infinity = Double.POSITIVE_INFINITY;
        List<double[]> free = changes(infinity, infinity);
        List<double[]> clipped = changes(infinity, 0.01);
        int bounded = 0;
        for (int i = 0; i < free.size(); i++) {
            for (int j = 0; j < free.get(i).length; j++) {
                double expected = Math.clamp(free.get(i)[j], -0.01, 0.01);
                bounded += Math.abs(free.get(i)[j]) > 0.01 ? 1 : 0;
                assertThat(clipped.get(i)[j]).isCloseTo(expected, within(1e-12));
            }
        }
        assertThat(bounded).isPositive();
        assertThat(norm(changes(0.005, 0.01))).as("both").isCloseTo(0.005, within(1e-12));
    }

    @Test
    void rejectsInvalidBounds() {
        Trainer trainer = new Trainer(net(backend), Loss.SOFTMAX_CROSS_ENTROPY, new Sgd(1));
        for (double most : new double[] {0, -1, Double.NaN}) {
            assertThatThrownBy(() -> trainer.clipNorm(most)).hasMessageContaining("must be above 0");
            assertThatThrownBy(() -> trainer.clipValue(most)).hasMessageContaining("must be above 0");
        }
    }

    /** A run with a rate of 1e4 after {@code calm} epochs of two steps: a linear net overshoots more in every step. */
    private static History exploding(Backend backend, int calm, double clipNorm, List<String> warnings) {
        Sequential net = Sequential.build(backend, 5, DATA.inputShape(), new Dense(6), new Dense(3));
        Schedule jump = (epoch, initial) -> epoch < calm ? initial : 1e4;
        return new Trainer(net, Loss.MEAN_SQUARED_ERROR, new Sgd(0.01))
                .batchSize(16)
                .epochs(calm + 2)
                .schedule(jump)
                .clipNorm(clipNorm)
                .listener(
                        new TrainingListener() {
                            @Override
                            public void warning(String message) {
                                warnings.add(message);
                            }
                        })
                .fit(DATA);
    }

    @Test
    void reportsAnExplosionWithStepAndLayer() {
        List<String> warnings = new ArrayList<>();
        History history = exploding(backend, 1, Double.POSITIVE_INFINITY, warnings);
        assertThat(history.explosions()).isNotEmpty();
        History.Explosion first = history.explosions().getFirst();
        assertThat(first.step()).isEqualTo(4); // step 3 has the large rate, step 4 the large gradients
        assertThat(first.parameter()).matches("dense[12]\\.weight");
        assertThat(first.norm()).isGreaterThan(100 * first.before());
        assertThat(warnings).hasSameSizeAs(history.explosions());
        assertThat(warnings.getFirst())
                .startsWith("exploding gradients at step 4: the norm is ")
                .contains("the largest gradient is the one of " + first.parameter(), "clipping");
    }

    /** Before the next regular check in step 40, the loss reveals the explosion. */
    @Test
    void detectsAnExplosionBetweenRegularChecks() {
        History history = exploding(backend, 11, Double.POSITIVE_INFINITY, new ArrayList<>());
        assertThat(history.explosions()).isNotEmpty();
        assertThat(history.explosions().getFirst().step()).isEqualTo(24);
    }

    @Test
    void ordinaryRunsHaveNoExplosions() {
        List<String> warnings = new ArrayList<>();
        History history =
                new Trainer(net(backend), Loss.SOFTMAX_CROSS_ENTROPY, new Sgd(0.5)).batchSize(4).epochs(12).fit(DATA);
        assertThat(history.explosions()).isEmpty();
        assertThat(exploding(backend, 1, 1e-6, warnings).explosions()).as("clipped").isEmpty();
        assertThat(warnings).isEmpty();
    }

    /** Weights of 1e30 at both ends: the output is finite, its square is not, or the gradient is not. */
    @Test
    void nonFiniteGradientStopsTheRunBeforeTheUpdate() {
        try (Backend floats = Backends.open("ejml", 1).backend()) {
            floats.openScope("test");
            Sequential net = Sequential.build(floats, 5, DATA.inputShape(), new Dense(2), new Dense(1));
            Parameter first = net.parameter("dense1.weight");
            Parameter second = net.parameter("dense2.weight");
            double[] tiny = new double[24];
            java.util.Arrays.fill(tiny, 1e-30);
            floats.upload(tiny, first.buffer());
            floats.upload(new double[] {3e38, 3e38}, second.buffer());
            History history =
                    new Trainer(net, Loss.HALF_SUM_SQUARES, new Sgd(0.1)).batchSize(16).fit(new Blobs(16, 12, 2));
            History.Divergence divergence = history.divergence().orElseThrow();
            assertThat(divergence.quantity()).isEqualTo("gradient");
            assertThat(divergence.step()).isEqualTo(1);
            assertThat(divergence.where())
                    .startsWith("dense1: the gradient of dense1.")
                    .contains("elements that are NaN or infinite");
            assertThat(divergence.toString()).startsWith("the gradient is NaN or infinite in epoch 1, step 1");
            assertThat(floats.download(first.buffer())).as("untouched").containsOnly((float) 1e-30);
        }
    }
}
