package chainrule.bench.path;

import chainrule.backend.Backend;
import chainrule.backend.Scope;
import chainrule.backend.provider.Backends;
import chainrule.backend.provider.Setup;
import chainrule.bench.contender.Net;

import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Warmup;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * What a user waits for: a new JVM starts, opens the backend, builds the net, does one training step of 128 examples and
 * ends. How steps become faster after that is shown by {@code ./run bench profile}.
 */
@Fork(1)
@Warmup(iterations = 1, time = 1)
@Measurement(iterations = 5, time = 1)
public class StartBenchmark extends Workbench {
    @Param({"mlp5", "mnist", "cifar"})
    public String shape;

    private List<String> command;

    /** The program that is started: backend, threads, device and net. */
    static final class FirstStep {
        private FirstStep() {}

        public static void main(String[] args) {
            Net net = Net.named(args[3]);
            Setup setup = new Setup(Integer.parseInt(args[1]), args[2], false);
            try (Backend backend = Backends.open(args[0], setup).backend();
                    Scope _ = backend.openScope("first step")) {
                net.trainer(backend).step(net.batch());
            }
        }
    }

    @Override
    void operands() {
        command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of("--add-modules=jdk.incubator.vector", "--enable-native-access=ALL-UNNAMED"));
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), FirstStep.class.getName()));
        command.addAll(List.of(backend, String.valueOf(threads), device, shape));
    }

    /** Returns the exit status, 0. */
    @Benchmark
    public int firstStep() {
        try {
            Process process =
                    new ProcessBuilder(command)
                            .redirectError(ProcessBuilder.Redirect.DISCARD)
                            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                            .start();
            int status = process.waitFor();
            if (status != 0) {
                throw new IllegalStateException("the started program failed with status " + status);
            }
            return status;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while a program was starting", e);
        }
    }

    @Override
    public Work work(String operation, String shape, String onBackend) {
        return Work.flop(Net.named(shape).flop(Net.BATCH));
    }
}
