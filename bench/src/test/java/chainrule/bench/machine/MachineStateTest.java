package chainrule.bench.machine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import chainrule.bench.machine.MachineState.Counter;
import chainrule.bench.machine.MachineState.Usage;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

class MachineStateTest {
    @TempDir Path root;

    private void write(String file, String text) throws IOException {
        Path path = root.resolve(file);
        Files.createDirectories(path.getParent());
        Files.writeString(path, text + "\n");
    }

    /** Ticks of user, system and finished children's user time in the format of the kernel. */
    private static String process(int id, String name, int parent, int user, int system, int children) {
        return id
                + " ("
                + name
                + ") S "
                + parent
                + " 1 1 0 -1 4194304 99 0 0 0 "
                + user
                + " "
                + system
                + " "
                + children
                + " 0 20 0 1 0 100";
    }

    private static MachineState at(double seconds, double busy, double total, double stolen, double own) {
        return new MachineState((long) (seconds * 1e9), true, busy, total, stolen, own, Map.of(), 0);
    }

    /** Busy is user, nice, system, irq and softirq; a process counts with its finished children and its descendants. */
    @Test
    void readsTimesOfTheMachineAndOfThisProcess() throws IOException {
        write("proc/stat", "cpu  1000 20 300 5000 60 7 8 400 900 9\ncpu0 1 2 3");
        String self = process(10, "a (strange) name", 1, 100, 20, 3);
        write("proc/self/stat", self);
        write("proc/10/stat", self);
        write("proc/11/stat", process(11, "child", 10, 30, 4, 0));
        write("proc/12/stat", process(12, "grandchild", 11, 5, 0, 0));
        write("proc/13/stat", process(13, "neighbor", 1, 77_000, 0, 0));
        MachineState state = MachineState.read(root, 0);
        assertThat(state.known()).isTrue();
        assertThat(state.busy()).isEqualTo(13.35, within(1e-9));
        assertThat(state.total()).isEqualTo(67.95, within(1e-9));
        assertThat(state.stolen()).isEqualTo(4, within(1e-9));
        assertThat(state.own()).isEqualTo(1.62, within(1e-9));
    }

    @Test
    void countsTheLoadOfOthersAndSteal() {
        Usage usage = at(12, 15, 24, 1, 7).since(at(2, 5, 4, 0.5, 2)); // two processors for ten seconds
        assertThat(usage.known()).isTrue();
        assertThat(usage.seconds()).isEqualTo(10, within(1e-9));
        assertThat(usage.load()).isEqualTo(0.5, within(1e-9));
        assertThat(usage.steal()).isEqualTo(0.025, within(1e-9));
        assertThat(usage.joules()).isZero();
    }

    @Test
    void loadIsNeverNegative() {
        assertThat(at(2, 6, 4, 0, 3).since(at(0, 4, 0, 0, 0)).load()).isZero();
    }

    @Test
    void energyIsTheSumOfPackagesAndMemoryAndSurvivesWrapping() throws IOException {
        String zones = "sys/class/powercap/";
        String[][] counters = {
            {"intel-rapl:0", "package-0", "900000000"},
            {"intel-rapl:0:0", "core", "500000000"},
            {"intel-rapl:0:1", "dram", "100000000"},
            {"intel-rapl:1", "psys", "990000000"}
        };
        for (String[] counter : counters) {
            write(zones + counter[0] + "/name", counter[1]);
            write(zones + counter[0] + "/energy_uj", counter[2]);
            write(zones + counter[0] + "/max_energy_range_uj", "1000000000");
        }
        MachineState before = MachineState.read(root, 0);
        assertThat(before.energy())
                .isEqualTo(Map.of("intel-rapl:0", new Counter(900, 1000), "intel-rapl:0:1", new Counter(100, 1000)));
        write(zones + "intel-rapl:0/energy_uj", "50000000");
        write(zones + "intel-rapl:0:1/energy_uj", "107000000");
        Usage usage = MachineState.read(root, 0).since(before);
        assertThat(usage.joules()).isEqualTo(157, within(1e-6));
        assertThat(usage.known()).as("without /proc there is no load").isFalse();
    }

    @Test
    void powerOfGpusTimesSecondsIsEnergy() {
        MachineState before =
                new MachineState(0, false, 0, 0, 0, 0, Map.of(), MachineState.watts("100.5\n[N/A]\n99.5"));
        MachineState after = new MachineState(3_000_000_000L, false, 0, 0, 0, 0, Map.of(), 400);
        assertThat(after.since(before).joules()).isEqualTo(900, within(1e-6));
    }

    @Test
    void aMachineThatTellsNothingHasNoUsage() {
        MachineState state = MachineState.read(root, 0);
        Usage usage = MachineState.read(root, 0).since(state);
        assertThat(usage.known()).isFalse();
        assertThat(usage.load() + usage.steal() + usage.joules()).isZero();
    }

    @Test
    void workOfThisProcessIsNotALoadOfOthers() {
        MachineState before = MachineState.now();
        assumeTrue(before.known(), "this system has no /proc");
        double x = 1;
        while (System.nanoTime() - before.nanos() < 500_000_000) {
            x = Math.sqrt(x + 1);
        }
        MachineState after = MachineState.now();
        assertThat(x).isPositive();
        assertThat(after.own() - before.own()).isGreaterThan(0.1); // half a second, less what others took
        assertThat(after.busy() - before.busy()).isGreaterThan(0.1);
        assertThat(after.since(before).load()).isLessThan(Runtime.getRuntime().availableProcessors() + 0.1);
    }
}
