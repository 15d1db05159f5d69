package chainrule.experiments;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import chainrule.backend.Backend;
import chainrule.backend.Scope;
import chainrule.backend.provider.BackendProvider;
import chainrule.backend.provider.Backends;
import chainrule.backend.provider.Setup;
import chainrule.cuda.emulator.EmulatedDevice;
import chainrule.data.Batch;
import chainrule.data.Batches;
import chainrule.data.ByteImages;
import chainrule.experiments.data.Mnist;
import chainrule.experiments.report.Json;
import chainrule.layer.Activation;
import chainrule.layer.BatchNorm;
import chainrule.layer.Conv2d;
import chainrule.layer.Dense;
import chainrule.layer.Dropout;
import chainrule.layer.Flatten;
import chainrule.layer.MaxPool2d;
import chainrule.layer.Sequential;
import chainrule.loss.Loss;
import chainrule.optimizer.Sgd;
import chainrule.tensor.Shape;
import chainrule.train.Trainer;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The CUDA backend from the command line: on the emulated device, or without a device. */
class CudaTest {
    private static final Setup EMULATED = new Setup(1, "emulated", false);
    private static final int STEPS = 20;
    private static final int BATCH = 16;

    @TempDir Path temporary;

    private static BackendProvider cuda() {
        return Backends.providers().stream().filter(p -> p.name().equals("cuda")).findFirst().orElseThrow();
    }

    private static void needsTheEmulatedDevice() {
        Optional<String> unavailableReason = cuda().unavailableReason(EMULATED);
        assumeTrue(unavailableReason.isEmpty(), () -> unavailableReason.orElse(""));
    }

    /** Compares twenty steps of a net that uses all kernels with the same steps on a CPU. */
    @ParameterizedTest
    @CsvSource({"forward, false", "reverse, false", "random, false", "forward, true"})
    void trainsOnMnistAsOnTheCpu(String order, boolean lazy) {
        needsTheEmulatedDevice();
        List<Double> expected = losses("ejml", Setup.of(1));
        System.setProperty("chainrule.emulator.order", order);
        System.setProperty("chainrule.emulator.lazy", String.valueOf(lazy));
        try {
            List<Double> actual = losses("cuda", EMULATED);
            assertThat(actual).hasSize(STEPS);
            for (int i = 0; i < STEPS; i++) {
                assertThat(actual.get(i)).as("loss of step %d", i + 1).isCloseTo(expected.get(i), within(2e-3));
            }
            assertThat(actual.getLast()).isLessThan(0.8 * actual.getFirst());
        } finally {
            System.clearProperty("chainrule.emulator.order");
            System.clearProperty("chainrule.emulator.lazy");
        }
    }

    private List<Double> losses(String backend, Setup setup) {
        MnistSlice.write(temporary, STEPS * BATCH, 10);
        ByteImages train = Mnist.load(temporary).train().reshaped(Shape.of(28, 28, 1));
        List<Double> losses = new ArrayList<>();
        try (Backend k = Backends.open(backend, setup).backend();
                Scope _ = k.openScope("test")) {
            Sequential net =
                    Sequential.build(
                            k,
                            3,
                            train.inputShape(),
                            Conv2d.same(6, 3),
                            new BatchNorm(),
                            Activation.named("relu"),
                            MaxPool2d.of(2),
                            new Flatten(),
                            new Dense(16),
                            Activation.named("tanh"),
                            new Dropout(0.2),
                            new Dense(10));
            Trainer trainer = new Trainer(net, Loss.SOFTMAX_CROSS_ENTROPY, new Sgd(0.05, 0.9, false, 1e-4)).seed(5);
            for (Batch batch : new Batches(train, BATCH)) {
                losses.add(trainer.step(batch).loss());
            }
        }
        return losses;
    }

    @Test
    void namesDoctorAndEmulatedDeviceWithoutGpu() {
        assumeTrue(cuda().unavailableReason().isPresent(), "there is a GPU");
        Cli run = Cli.run("depth", "--backend", "cuda", "--out", temporary.resolve("out").toString());
        assertThat(run.status()).isEqualTo(2);
        assertThat(run.out()).isEmpty();
        assertThat(run.err()).doesNotContain("Exception", "\tat ");
        assertThat(run.err())
                .startsWith("./run depth: backend 'cuda' cannot be used here: ")
                .contains("\n  GPU: ", "\n  ./run doctor says more.", "--device emulated");
        assertThat(temporary.resolve("out")).doesNotExist();
    }

    @Test
    void doctorReportsAllBackendsAndTestsWorkingOnes() {
        Cli run = Cli.run("doctor");
        assertThat(run.status()).as(run.err()).isZero();
        assertThat(run.out()).startsWith("chainrule doctor: ").contains(" processors, JDK 25");
        for (BackendProvider provider : Backends.providers()) {
            boolean works = provider.unavailableReason().isEmpty();
            assertThat(run.out())
                    .containsPattern("(?m)^" + provider.name() + " +" + (works ? "works here" : "not here: "));
            boolean tested = works && !provider.name().equals("reference");
            assertThat(run.out().contains("testing " + provider.name() + ": float32")).isEqualTo(tested);
        }
        assertThat(run.out())
                .contains("platform", "GPU", "driver", "emulated device", "nvcc")
                .containsPattern("primitive +shapes .* simd +ejml")
                .containsPattern("convolutionWeightGradient +4 +\\d\\.\\de-0\\d +\\d\\.\\de-0\\d")
                .contains("tests passed: each primitive tested agrees with the reference\n");
        assertThat(run.out().contains("tested on the CPU: ./run doctor --device emulated"))
                .isEqualTo(cuda().unavailableReason().isPresent() && cuda().unavailableReason(EMULATED).isEmpty());
        assertThat(run.out().lines()).allMatch(line -> line.length() <= 120);
    }

    @Test
    void doctorTestsOneBackend() {
        Cli run = Cli.run("doctor", "--backend", "ejml");
        assertThat(run.out()).contains("testing ejml: float32").doesNotContain("testing simd");
        assertThat(Cli.run("doctor", "--backend", "fast").err()).startsWith("./run doctor: unknown backend 'fast'");
        assumeTrue(cuda().unavailableReason().isPresent(), "there is a GPU");
        Cli refused = Cli.run("doctor", "--backend", "cuda");
        assertThat(refused.status()).isEqualTo(2);
        assertThat(refused.out()).contains("GPU", "driver");
        assertThat(refused.err()).startsWith("./run doctor: backend 'cuda' cannot be used here: ").hasLineCount(1);
    }

    /** --device implies the backend cuda. */
    @Test
    void doctorTestsKernelsOnTheEmulatedDevice() {
        needsTheEmulatedDevice();
        Cli run = Cli.run("doctor", "--device", "emulated");
        assertThat(run.status()).as(run.out() + run.err()).isZero();
        assertThat(run.out())
                .contains("testing cuda: float32, emulated on the CPU, products by emulated cuBLAS")
                .endsWith("tests passed: each primitive tested agrees with the reference\n");
    }

    @Test
    void countsAndReportsKernels() throws IOException {
        needsTheEmulatedDevice();
        Path out = temporary.resolve("out");
        Cli run = Cli.run("kernels", "--only", "softmax,", "--out", out.toString());
        assertThat(run.err()).isEmpty();
        assertThat(run.status()).isZero();
        assertThat(run.out())
                .startsWith("chainrule kernels")
                .containsPattern("ladder: softmax +needs +traffic +sectors +conflicts +barriers +divergent +threads\n")
                .containsPattern("softmax_naive +64 × 1000 +512 KB +!2\\.00× +!8\\.00× ")
                .contains("softmax.cu:", "the fewest possible sectors")
                .contains("report.html");
        assertThat(run.out().lines()).allMatch(line -> line.length() <= 120);
        assertThat(out).isDirectoryContaining("glob:**/ladder-softmax-sectors.png");
        assertThat(Files.readString(out.resolve("report.html"))).contains("softmax_naive", "<svg");
        assertThat(Json.read(Files.readString(out.resolve("results.json"))).getAsJsonObject().getAsJsonArray("costs"))
                .hasSize(3);

        Cli nothing = Cli.run("kernels", "--only", "no such", "--out", temporary.resolve("other").toString());
        assertThat(nothing.status()).isEqualTo(2);
        assertThat(nothing.err())
                .isEqualTo(
                        "./run kernels: --only no such: no family or primitive has a name that contains this word\n");
        assertThat(temporary.resolve("other")).doesNotExist();
    }

    /** Shows no stack trace to users. */
    @Test
    void reportsTheMessageOfAFailingDevice() {
        needsTheEmulatedDevice();
        MnistSlice.write(temporary, 40, 10);
        EmulatedDevice device = EmulatedDevice.load(System.out::println);
        device.memory(100_000);
        try {
            List<String> run = new ArrayList<>(List.of("depth", "--backend", "cuda", "--device", "emulated"));
            run.addAll(List.of("--data", temporary.toString(), "--batch", "20", "--epochs", "1", "--depths", "2"));
            run.addAll(List.of("--out", temporary.resolve("out").toString()));
            Cli failed = Cli.run(run);
            assertThat(failed.status()).isEqualTo(1);
            assertThat(failed.err())
                    .startsWith("./run depth: a buffer of ")
                    .contains("a smaller batch needs less", "CUDA_ERROR_OUT_OF_MEMORY (2)")
                    .hasLineCount(1);
        } finally {
            device.memory(8L << 30);
        }
    }

    @Test
    void rejectsADeviceForOtherBackends() {
        assertThat(Cli.run("depth", "--device", "emulated").err())
                .contains("device 'emulated' was asked for, but not which backend's");
        assertThat(Cli.run("depth", "--backend", "ejml", "--device", "0").err())
                .contains("backend 'ejml' cannot be used here: it runs on the CPU and has no devices");
        assertThat(Cli.run("depth", "--backend", "cuda", "--check").err()).contains("add --device emulated");
    }
}
