package chainrule.train;

import static org.assertj.core.api.Assertions.assertThat;

import chainrule.backend.Backend;
import chainrule.backend.provider.Backends;
import chainrule.data.Batch;
import chainrule.data.Batches;
import chainrule.layer.Activation;
import chainrule.layer.Dense;
import chainrule.layer.Layer;
import chainrule.layer.Sequential;
import chainrule.loss.Loss;
import chainrule.optimizer.Sgd;
import chainrule.tensor.Shape;

import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Measures the allocations of a warm training step of a 40-layer net, in a separate process because allocation traces,
 * which other tests may enable, allocate a stack trace per buffer.
 */
class StepAllocationTest {
    @Test
    void warmStepAllocatesNoBufferAndLittleHeap() throws IOException, InterruptedException {
        Process process =
                new ProcessBuilder(
                                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                                "-cp",
                                System.getProperty("java.class.path"),
                                Measuring.class.getName())
                        .redirectErrorStream(true)
                        .start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor(1, TimeUnit.MINUTES)).isTrue();
        assertThat(process.exitValue()).as(output).isZero();
        List<String> lines = output.lines().toList();
        assertThat(lines).as(output).hasSize(2);
        for (String line : lines) {
            String[] parts = line.split(" ");
            assertThat(Long.parseLong(parts[1])).as("buffers: " + line).isZero();
            assertThat(Long.parseLong(parts[2])).as("bytes a step: " + line).isBetween(1L, 100_000L);
        }
    }

    /** Prints, for 1 and 2 threads, the new buffers of 30 warm steps and the bytes of heap per step. */
    static final class Measuring {
        private static final int STEPS = 30;

        private Measuring() {}

        public static void main(String[] args) {
            var counter = (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
            for (int threads = 1; threads <= 2; threads++) {
                try (Backend backend = Backends.open("ejml", threads).backend()) {
                    backend.openScope("measuring");
                    Trainer trainer = new Trainer(net(backend), Loss.SOFTMAX_CROSS_ENTROPY, new Sgd(0.01));
                    Batch batch = new Batches(new Blobs(64, 784, 10), 64).iterator().next();
                    for (int i = 0; i < 4 * STEPS; i++) {
                        trainer.step(batch);
                    }
                    long buffers = backend.memory().storageAllocations();
                    long bytes = counter.getCurrentThreadAllocatedBytes();
                    for (int i = 0; i < STEPS; i++) {
                        trainer.step(batch);
                    }
                    bytes = counter.getCurrentThreadAllocatedBytes() - bytes;
                    buffers = backend.memory().storageAllocations() - buffers;
                    System.out.println(threads + " " + buffers + " " + bytes / STEPS);
                }
            }
        }

        private static Sequential net(Backend backend) {
            List<Layer> layers = new ArrayList<>();
            for (int i = 0; i < 40; i++) {
                layers.add(new Dense(32));
                layers.add(Activation.named("tanh"));
            }
            layers.add(new Dense(10));
            return Sequential.build(backend, 1, Shape.of(784), layers);
        }
    }
}
