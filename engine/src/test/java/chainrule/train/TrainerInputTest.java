package chainrule.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import chainrule.backend.Backend;
import chainrule.backend.provider.Backends;
import chainrule.data.DataException;
import chainrule.data.Dataset;
import chainrule.data.augment.Augmentation;
import chainrule.layer.Dense;
import chainrule.layer.Sequential;
import chainrule.loss.Loss;
import chainrule.optimizer.Sgd;
import chainrule.tensor.Shape;
import chainrule.tensor.ShapeException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import java.util.List;
import java.util.function.IntConsumer;

/** Training with slow or failing data sets. */
class TrainerInputTest {
    /** Blobs with an action that runs when an example is read. */
    private record Read(Blobs blobs, IntConsumer reading) implements Dataset {
        @Override
        public String name() {
            return "blobs";
        }

        @Override
        public int size() {
            return blobs.size();
        }

        @Override
        public Shape inputShape() {
            return blobs.inputShape();
        }

        @Override
        public List<String> classNames() {
            return blobs.classNames();
        }

        @Override
        public void input(int index, float[] into, int offset) {
            reading.accept(index);
            blobs.input(index, into, offset);
        }

        @Override
        public int label(int index) {
            return blobs.label(index);
        }
    }

    private static History train(IntConsumer reading) {
        return train(reading, List.of());
    }

    private static History train(IntConsumer reading, List<Augmentation> augmentation) {
        try (Backend backend = Backends.open("ejml", 1).backend()) {
            backend.openScope("test");
            Sequential net = Sequential.build(backend, 5, Shape.of(30), new Dense(3));
            return new Trainer(net, Loss.SOFTMAX_CROSS_ENTROPY, new Sgd(0.1))
                    .batchSize(8)
                    .epochs(2)
                    .augment(augmentation)
                    .fit(new Read(new Blobs(24, 30, 3), reading));
        }
    }

    private static void assertNoThreads() {
        assertThat(Thread.getAllStackTraces().keySet())
                .noneMatch(thread -> thread.getName().startsWith("chainrule-prefetch-"));
    }

    @Test
    void measuresTheFractionOfTimeStalledOnInput() {
        assertThat(train(_ -> {}).waiting()).isBetween(0.0, 1.0);
        History slow =
                train(
                        _ -> {
                            try {
                                Thread.sleep(10);
                            } catch (InterruptedException e) {
                                throw new AssertionError(e);
                            }
                        });
        assertThat(slow.waiting()).isBetween(0.4, 1.0);
        assertThat(slow.epochs()).hasSize(2);
        assertNoThreads();
    }

    /** The reading threads fail before their first batch; the trainer must not wait for it. */
    @Test
    @Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
    void rejectsAugmentationOfInputsThatAreNotImages() {
        Augmentation none = (from, to, _, _) -> System.arraycopy(from, 0, to, 0, from.length);
        assertThatThrownBy(() -> train(_ -> {}, List.of(none)))
                .isInstanceOf(ShapeException.class)
                .hasMessageContaining("[30]");
        assertNoThreads();
    }

    @Test
    void rethrowsExceptionsFromReading() {
        assertThatThrownBy(
                        () ->
                                train(
                                        index -> {
                                            if (index == 20) {
                                                throw new DataException("face.jpg cannot be read");
                                            }
                                        }))
                .isInstanceOf(DataException.class)
                .hasMessage("face.jpg cannot be read");
        assertNoThreads();
    }

    @Test
    void throwingListenerLeavesNoThreads() {
        try (Backend backend = Backends.open("ejml", 1).backend()) {
            backend.openScope("test");
            Sequential net = Sequential.build(backend, 5, Shape.of(30), new Dense(3));
            TrainingListener thrower =
                    new TrainingListener() {
                        @Override
                        public void step(Progress progress) {
                            throw new IllegalStateException("enough");
                        }
                    };
            Trainer trainer = new Trainer(net, Loss.SOFTMAX_CROSS_ENTROPY, new Sgd(0.1)).batchSize(1).listener(thrower);
            assertThatThrownBy(() -> trainer.fit(new Blobs(90, 30, 3))).hasMessage("enough");
        }
        assertNoThreads();
    }
}
