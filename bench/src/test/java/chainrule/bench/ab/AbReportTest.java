package chainrule.bench.ab;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Random;

class AbReportTest {
    /** Builds that differ by 1.5 % from fork to fork, on a machine that switches between two speeds. */
    private static AbResults.Row row(String name, double factor, int rounds) {
        Random random = new Random(name.hashCode());
        List<AbResults.Round> all = new ArrayList<>();
        for (int round = 0; round < rounds; round++) {
            double fork = factor * Math.exp(0.015 * random.nextGaussian());
            List<Double> before = new ArrayList<>();
            List<Double> after = new ArrayList<>();
            boolean slow = false;
            for (int i = 0; i < 60; i++) {
                before.add(1e-3 * machine(slow, random));
                slow ^= random.nextInt(8) == 0;
                after.add(1e-3 * fork * machine(slow, random));
                slow ^= random.nextInt(8) == 0;
            }
            all.add(new AbResults.Round(before, after));
        }
        return new AbResults.Row(name, "processor", all, 0);
    }

    private static double machine(boolean slow, Random random) {
        return (slow ? 1.35 : 1) * Math.exp(0.02 * random.nextGaussian());
    }

    private static AbReport report(AbResults.Row... rows) {
        return new AbReport(new AbResults(AbResults.SCHEMA, new LinkedHashMap<>(), "A", "B", List.of(rows), List.of()));
    }

    @Test
    void namesWhatBecameSlowerAndFaster() {
        AbReport report = report(row("same", 1, 10), row("slow", 1.05, 10), row("fast", 0.95, 10));
        assertThat(report.summary())
                .isEqualTo("B against A: 1 faster, 1 slower, 1 without a difference that could be found");
        assertThat(report.slower()).isTrue();
        assertThat(report.table().plain().lines().filter(line -> line.contains("slow ")).findFirst().orElseThrow())
                .contains("slower")
                .contains("0.9");
    }

    @Test
    void calls3PercentSlowerAndLeavesEqualBuildsAlone() {
        int found = 0;
        int falseAlarms = 0;
        for (int run = 0; run < 20; run++) {
            found += report(row("step " + run, 1.03, 10)).slower() ? 1 : 0;
            AbReport equal = report(row("a" + run, 1, 10), row("b" + run, 1, 10), row("c" + run, 1, 10));
            falseAlarms += equal.summary().contains(": 0 faster, 0 slower") ? 0 : 1;
        }
        assertThat(found).isGreaterThanOrEqualTo(18);
        assertThat(falseAlarms).isLessThanOrEqualTo(3); // of 20 runs with three rows each
    }

    @Test
    void saysThatOneRoundIsTooFew() {
        AbReport report = report(row("step", 1.5, 1), row("never", 1, 0));
        assertThat(report.slower()).isFalse();
        assertThat(report.table().plain()).contains("too few rounds").contains("–");
        assertThat(report.summary()).contains("2 without a difference");
    }
}
