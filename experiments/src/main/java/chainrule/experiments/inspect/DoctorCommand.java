package chainrule.experiments.inspect;

import chainrule.backend.Backend;
import chainrule.backend.BackendProvider;
import chainrule.backend.Backends;
import chainrule.backend.Finding;
import chainrule.backend.SelfTest;
import chainrule.experiments.cli.DeviceOptions;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;

/** Says what each backend needs, what of that is here and what to do, and tries one of them. */
@Command(
        name = "doctor",
        description = "says which backends work here, what the others lack, and tests every primitive of one",
        footer = {
            "",
            "Exit status: 0 if the test passes, 1 if a primitive is wrong, 2 if the backend asked for cannot be had.",
            "Example: ./run doctor --backend cuda --device emulated --check"
        },
        mixinStandardHelpOptions = true)
public final class DoctorCommand implements Callable<Integer> {
    private static final int SUBJECT = 16;

    @Option(
            names = "--backend",
            paramLabel = "NAME",
            defaultValue = Backends.BEST,
            description = "which one to test: reference, ejml, simd, cuda or best (default: ${DEFAULT-VALUE})")
    String backend;

    @Mixin DeviceOptions device;

    @Override
    public Integer call() {
        for (BackendProvider provider : Backends.providers()) {
            System.out.println(provider.name());
            for (Finding finding : provider.diagnose()) {
                print(finding);
            }
            System.out.println();
        }
        Backends.Choice choice = Backends.open(backend, device.setup(Runtime.getRuntime().availableProcessors()));
        try (Backend k = choice.backend()) {
            System.out.printf("self-test of %s: %s (%s)%n", k.name(), k.description(), choice.reason());
            return report(SelfTest.run(k));
        }
    }

    private static void print(Finding finding) {
        String verdict = finding.verdict().name().toLowerCase(Locale.ROOT);
        System.out.printf("  %-8s %-" + SUBJECT + "s %s%n", verdict, finding.subject(), finding.found());
        if (!finding.advice().isEmpty()) {
            System.out.printf("  %-8s %-" + SUBJECT + "s → %s%n", "", "", finding.advice());
        }
    }

    /** One line a primitive: how often it was tried, the largest error, and the first failure. */
    private static int report(List<SelfTest.Result> results) {
        Map<String, List<SelfTest.Result>> primitives = new LinkedHashMap<>();
        results.forEach(r -> primitives.computeIfAbsent(r.primitive(), _ -> new ArrayList<>()).add(r));
        System.out.printf("%n  %-28s %6s %14s%n", "primitive", "tried", "largest error");
        int wrong = 0;
        for (Map.Entry<String, List<SelfTest.Result>> entry : primitives.entrySet()) {
            List<SelfTest.Result> tried = entry.getValue();
            double error = tried.stream().mapToDouble(SelfTest.Result::error).max().orElseThrow();
            System.out.printf(Locale.ROOT, "  %-28s %6d %14.1e%n", entry.getKey(), tried.size(), error);
            for (SelfTest.Result failed : tried.stream().filter(r -> !r.passed()).toList()) {
                wrong++;
                String how = failed.failure() == null ? "error " + failed.error() : failed.failure();
                System.out.printf("  %-28s WRONG for %s: %s%n", "", failed.shape(), how);
            }
        }
        System.out.printf(
                "%n%s%n",
                wrong == 0
                        ? "every primitive agrees with the reference"
                        : wrong + " of " + results.size() + " tests failed");
        return wrong == 0 ? 0 : 1;
    }
}
