package chainrule.experiments.inspect;

import chainrule.backend.Backend;
import chainrule.backend.check.SelfTest;
import chainrule.backend.provider.BackendProvider;
import chainrule.backend.provider.Backends;
import chainrule.backend.provider.Finding;
import chainrule.backend.provider.Setup;
import chainrule.experiments.cli.DeviceOptions;
import chainrule.experiments.cli.Ink;
import chainrule.experiments.report.figure.Drawing;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.concurrent.Callable;

/** Reports for each backend what it needs and what is missing, and tests the backends that work. */
@Command(
        name = "doctor",
        description =
                "reports which backends work here and what the others need; tests the primitives of working backends",
        footer = {
            "",
            "Without options it examines all backends and tests the working ones; --device and --check are for cuda.",
            "Exit status: 0 if all tests pass, 1 if a primitive is wrong, 2 if --backend does not work here.",
            "Examples: ./run doctor --device emulated",
            "          ./run doctor --device emulated --check --only softmax"
        },
        mixinStandardHelpOptions = true)
public final class DoctorCommand implements Callable<Integer> {
    /** The backend with which the others are compared. */
    private static final String REFERENCE = "reference";

    private static final String CUDA = "cuda";

    private static final int WIDTH = 110;
    private static final int INDENT = 28;

    @Option(
            names = "--backend",
            paramLabel = "NAME",
            description = "the backend to test: reference, ejml, simd, cuda or best (default: all that work here)")
    String backend;

    @Option(
            names = "--only",
            paramLabel = "WORD",
            description = "tests only primitives whose name contains this word (default: all)")
    String only = "";

    @Mixin DeviceOptions device;

    @Override
    public Integer call() {
        System.out.printf(
                Locale.ROOT,
                "%s: %s on %s, %d processors, JDK %s%n%n",
                Ink.HEADING.on("chainrule doctor"),
                System.getProperty("os.name"),
                System.getProperty("os.arch"),
                Runtime.getRuntime().availableProcessors(),
                System.getProperty("java.version"));
        Backends.providers().forEach(DoctorCommand::examine);
        state("figures", Drawing.unavailableReason());
        System.out.println();
        Setup setup = device.setup(Runtime.getRuntime().availableProcessors());
        SequencedMap<String, List<SelfTest.Result>> results = new LinkedHashMap<>();
        for (String name : names(setup)) {
            results.put(name, test(name, setup));
        }
        if (results.values().stream().allMatch(List::isEmpty)) {
            throw new IllegalArgumentException("--only " + only + ": no primitive's name contains this word");
        }
        SelfTestTable table = new SelfTestTable(results);
        System.out.printf(Locale.ROOT, "%n%s%n%s%n", table.text(), table.verdict());
        if (backend == null && !results.containsKey(CUDA) && emulatable()) {
            System.out.println("cuda's kernels can be tested on the CPU: ./run doctor --device emulated");
        }
        return table.passed() ? 0 : 1;
    }

    /** The backend of --backend; cuda for --device or --check; otherwise all that work. */
    private List<String> names(Setup setup) {
        if (backend != null) {
            return List.of(backend);
        }
        if (setup.asksForDevice()) {
            return List.of(CUDA);
        }
        return Backends.providers().stream()
                .filter(p -> p.unavailableReason().isEmpty() && !p.name().equals(REFERENCE))
                .map(BackendProvider::name)
                .toList();
    }

    private List<SelfTest.Result> test(String name, Setup setup) {
        try (Backend opened = Backends.open(name, setup).backend()) {
            System.out.printf(Locale.ROOT, "testing %s: %s%n", opened.name(), opened.description());
        } catch (IllegalArgumentException e) {
            // Without --device, the other lines of the message have been printed above.
            throw setup.asksForDevice()
                    ? e
                    : new IllegalArgumentException(e.getMessage().lines().findFirst().orElse(""), e);
        }
        return SelfTest.run(() -> Backends.open(name, setup).backend(), primitive -> primitive.contains(only));
    }

    private static void examine(BackendProvider provider) {
        state(provider.name(), provider.unavailableReason());
        List<Finding> findings = provider.diagnose();
        for (Finding finding : findings) {
            if (!finding.subject().equals(provider.name())) { // else it repeats the line above
                print(finding);
            }
        }
    }

    private static void state(String what, Optional<String> unavailable) {
        System.out.println(
                Ink.HEADING.on(String.format(Locale.ROOT, "%-10s", what))
                        + unavailable
                                .map(why -> Ink.BAD.on("not here") + ": " + why)
                                .orElseGet(() -> Ink.GOOD.on("works here")));
    }

    private static void print(Finding finding) {
        String verdict =
                switch (finding.verdict()) {
                    case FINE -> Ink.GOOD.on("ok     ");
                    case NOTE -> Ink.NOTABLE.on("note   ");
                    case MISSING -> Ink.BAD.on("missing");
                };
        System.out.printf(
                Locale.ROOT, "  %s  %-16s %s%n", verdict, finding.subject(), Ink.wrap(finding.found(), WIDTH, INDENT));
        if (!finding.advice().isEmpty()) {
            System.out.printf(
                    Locale.ROOT, "%s→ %s%n", " ".repeat(INDENT), Ink.wrap(finding.advice(), WIDTH, INDENT + 2));
        }
    }

    private static boolean emulatable() {
        Setup emulated = new Setup(1, "emulated", false);
        return Backends.providers().stream()
                .anyMatch(p -> p.name().equals(CUDA) && p.unavailableReason(emulated).isEmpty());
    }
}
