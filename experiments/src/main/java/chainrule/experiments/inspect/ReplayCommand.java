package chainrule.experiments.inspect;

import chainrule.backend.Backend;
import chainrule.backend.provider.Backends;
import chainrule.experiments.cli.Checks;
import chainrule.experiments.cli.DeviceOptions;
import chainrule.io.FormatException;
import chainrule.io.Trace;
import chainrule.io.TraceReplay;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;

/** Replays recorded training runs and compares every tensor. */
@Command(
        name = "replay",
        description = "trains the nets of recorded PyTorch traces and compares every tensor",
        footer = {
            "",
            "Exit status: 0 if every tensor agrees, 1 if one does not, 2 if a file cannot be replayed.",
            "Example: ./run replay engine/src/test/resources/traces/*.safetensors --backend reference"
        },
        mixinStandardHelpOptions = true)
public final class ReplayCommand implements Callable<Integer> {
    @Parameters(arity = "1..*", paramLabel = "FILE", description = "trace files (*.safetensors)")
    List<Path> files;

    @Option(
            names = "--backend",
            paramLabel = "NAME",
            defaultValue = Backends.BEST,
            description = "reference, ejml, simd, cuda or best (default: ${DEFAULT-VALUE})")
    String backend;

    @Mixin DeviceOptions device;

    @Option(names = "--threads", paramLabel = "N", description = "CPU threads (default: all processors)")
    Integer threads;

    @Option(
            names = "--tolerance",
            paramLabel = "X",
            description =
                    "largest relative error that passes (default: 1e-6 in float64; in float32 the larger of 1e-4 "
                            + "and five times PyTorch's own float32 error)")
    Double tolerance;

    @Override
    public Integer call() {
        int count = Checks.threads(threads);
        if (tolerance != null) {
            Checks.positive("--tolerance", tolerance);
        }
        Backends.Choice choice = Backends.open(backend, device.setup(count));
        int wrong = 0;
        int unreadable = 0;
        try (Backend opened = choice.backend()) {
            System.out.printf(
                    Locale.ROOT, "backend %s: %s (%s)%n", opened.name(), opened.description(), choice.reason());
            for (Path file : files) {
                try {
                    wrong += replay(file, opened);
                } catch (FormatException e) {
                    unreadable++;
                    System.err.println("./run replay: " + e.getMessage());
                }
            }
        }
        if (unreadable < files.size()) {
            System.out.printf(
                    Locale.ROOT,
                    "%n%s%n",
                    wrong == 0 ? "every tensor agrees" : wrong + " tensors are over their bound");
        }
        return unreadable > 0 ? 2 : wrong > 0 ? 1 : 0;
    }

    private int replay(Path file, Backend opened) {
        Trace trace = Trace.read(file);
        System.out.printf(
                Locale.ROOT, "%n%s: %d layers, %d steps%n", trace.name(), trace.layers().size(), trace.steps());
        List<TraceReplay.Comparison> all = TraceReplay.run(trace, opened, tolerance == null ? Double.NaN : tolerance);
        System.out.printf(Locale.ROOT, "  %-34s %12s %12s%n", "tensor", "error", "bound");
        for (TraceReplay.Comparison c : all) {
            System.out.printf(
                    Locale.ROOT,
                    "  %-34s %12.2e %12.2e %s%n",
                    c.tensor(),
                    c.error(),
                    c.bound(),
                    c.passed() ? "" : "WRONG");
        }
        return (int) all.stream().filter(c -> !c.passed()).count();
    }
}
