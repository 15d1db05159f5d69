package chainrule.cuda;

import static org.assertj.core.api.Assertions.assertThat;

import chainrule.backend.Memory.Buffer;
import chainrule.backend.Scope;
import chainrule.cuda.emulator.Settings;
import chainrule.data.Batch;
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
import chainrule.tensor.Shape;
import chainrule.train.Trainer;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;

/** How much moves between host and device, and in which order. */
class CudaTransfersTest {
    /** The first steps of a training, whose gradients are checked, which downloads statistics of each. */
    private static final int CHECKED = 20;

    @BeforeEach
    void needsTheEmulatedDevice() {
        Emulated.require();
    }

    @Test
    void uploadsOneBatchAndDownloadsOncePerTrainingStep() {
        Batch batch = batch();
        try (CudaBackend backend = Emulated.backend(Settings.standard().withLazy(true), true);
                Scope _ = backend.openScope("test")) {
            Trainer trainer = trainer(backend);
            for (int i = 0; i < CHECKED; i++) {
                trainer.step(batch);
            }
            PinnedTransfers.Moved before = backend.moved();
            long storage = backend.memory().storageAllocations();
            for (int i = 0; i < 3; i++) {
                assertThat(trainer.step(batch).loss()).isFinite().isPositive();
            }
            PinnedTransfers.Moved after = backend.moved();
            assertThat(after.uploads() - before.uploads()).as("inputs and targets").isEqualTo(3 * 2);
            assertThat(after.uploadedBytes() - before.uploadedBytes())
                    .isEqualTo(3 * 4 * (batch.inputs().length + batch.targets().length));
            assertThat(after.downloads() - before.downloads()).as("loss and matches together").isEqualTo(3);
            assertThat(after.downloadedBytes() - before.downloadedBytes()).isEqualTo(3 * 2 * 4);
            assertThat(backend.memory().storageAllocations())
                    .as("storage allocations of a warm step")
                    .isEqualTo(storage);
        }
    }

    private static Batch batch() {
        float[] inputs = new float[6 * 8 * 8];
        float[] targets = new float[6 * 10];
        for (int i = 0; i < inputs.length; i++) {
            inputs[i] = (i * 7 % 11) / 11f;
        }
        for (int i = 0; i < 6; i++) {
            targets[i * 10 + i] = 1;
        }
        return new Batch(6, Shape.of(8, 8, 1), inputs, 10, targets);
    }

    private static Trainer trainer(CudaBackend backend) {
        Sequential net =
                Sequential.build(
                        backend,
                        3,
                        Shape.of(8, 8, 1),
                        Conv2d.same(4, 3),
                        new BatchNorm(),
                        Activation.named("relu"),
                        MaxPool2d.of(2),
                        new Flatten(),
                        new Dropout(0.3),
                        new Dense(10));
        return new Trainer(net, Loss.SOFTMAX_CROSS_ENTROPY, new Adam(0.01)).batchSize(6);
    }

    /** Longer than a slot, and more uploads than slots, with the host's array overwritten right after each. */
    @Test
    void uploadsWhatTheArrayHoldsAtTheCall() {
        try (CudaBackend backend = Emulated.backend(Settings.standard().withLazy(true), true);
                Scope _ = backend.openScope("test")) {
            float[] numbers = new float[2000];
            List<Buffer> buffers = new ArrayList<>();
            for (int i = 0; i < 11; i++) {
                Arrays.fill(numbers, i);
                buffers.add(backend.allocate(100 + 150 * i, "upload " + i));
                backend.upload(numbers, 0, buffers.getLast());
                Arrays.fill(numbers, -1);
            }
            for (int i = 0; i < 11; i++) {
                assertThat(backend.download(buffers.get(i))).containsOnly(i);
            }
            int longest = (1 << 22) + 5;
            float[] many = new float[longest];
            many[longest - 1] = 7;
            many[1 << 22] = 3;
            Buffer buffer = backend.allocate(longest, "long");
            backend.upload(many, 0, buffer);
            double[] back = backend.download(buffer);
            assertThat(back[longest - 1]).isEqualTo(7);
            assertThat(back[1 << 22]).isEqualTo(3);
            assertThat(back[0]).isZero();
        }
    }

    /**
     * An upload that waited for the compute stream would not overlap the step before. So the copy to the device is queued on
     * another stream, which waits only for its own landing place, and the compute stream waits for the copy.
     */
    @Test
    void uploadsWithoutWaitingForTheStepBefore() {
        Emulated.device().configure(Settings.standard());
        List<String> calls = new ArrayList<>();
        try (CudaBinding binding = recording(new JCudaBinding(0, false), calls);
                CudaBackend backend = new CudaBackend(binding, "recorded");
                Scope _ = backend.openScope("test")) {
            Buffer x = backend.allocate(10, "x");
            backend.upload(new float[10], 0, x);
            calls.clear();
            backend.fill(x, 1);
            backend.upload(new float[10], 0, x);
            assertThat(calls)
                    .containsExactly(
                            "fill on stream 0",
                            "event", // this slot's first use
                            "event",
                            "synchronize event 2", // of this slot's last copy: never, so far
                            "synchronize event 3",
                            "allocatePinned",
                            "allocate",
                            "await on stream 1 for event 3",
                            "upload on stream 1",
                            "record on stream 1 as event 2",
                            "await on stream 0 for event 2",
                            "copy on stream 0",
                            "record on stream 0 as event 3");
        }
    }

    /** The binding with its calls recorded; streams and events are numbered in order of creation. */
    private static CudaBinding recording(CudaBinding binding, List<String> calls) {
        Map<Object, Integer> streams = new IdentityHashMap<>();
        Map<Object, Integer> events = new IdentityHashMap<>();
        return (CudaBinding)
                Proxy.newProxyInstance(
                        CudaBinding.class.getClassLoader(),
                        new Class<?>[] {CudaBinding.class},
                        (_, method, arguments) -> {
                            StringBuilder call = new StringBuilder(method.getName());
                            for (Object a : arguments == null ? new Object[0] : arguments) {
                                if (a instanceof CudaBinding.Stream s) {
                                    call.append(" on stream ").append(streams.get(s.handle()));
                                }
                            }
                            for (Object a : arguments == null ? new Object[0] : arguments) {
                                if (a instanceof CudaBinding.Event e) {
                                    String word =
                                            switch (method.getName()) {
                                                case "await" -> " for event ";
                                                case "record" -> " as event ";
                                                default -> " event ";
                                            };
                                    call.append(word).append(events.get(e.handle()));
                                }
                            }
                            calls.add(call.toString());
                            Object result;
                            try {
                                result = method.invoke(binding, arguments);
                            } catch (InvocationTargetException e) {
                                throw e.getCause();
                            }
                            if (result instanceof CudaBinding.Stream s) {
                                streams.put(s.handle(), streams.size());
                            } else if (result instanceof CudaBinding.Event e) {
                                events.put(e.handle(), events.size());
                            }
                            return result;
                        });
    }
}
