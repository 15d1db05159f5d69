package chainrule.bench.machine;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

class MachineTest {
    @TempDir Path root;

    private static String sample(String name) throws IOException {
        try (InputStream in = MachineTest.class.getResourceAsStream(name)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    private void write(String file, String text) throws IOException {
        Path path = root.resolve(file);
        Files.createDirectories(path.getParent());
        Files.writeString(path, text + "\n");
    }

    @Test
    void readsProcessorsOfThreeMakers() throws IOException {
        assertThat(CpuInfo.parse(sample("cpuinfo-amd.txt")))
                .isEqualTo(new CpuInfo("AMD EPYC", "23", "49", "0", "0x1000065", 2, 1, 2, true));
        assertThat(CpuInfo.parse(sample("cpuinfo-intel.txt")))
                .isEqualTo(
                        new CpuInfo("Intel(R) Xeon(R) Platinum 8488C", "6", "143", "8", "0x2b000620", 8, 2, 4, false));
        assertThat(CpuInfo.parse(sample("cpuinfo-arm.txt")))
                .isEqualTo(new CpuInfo("Neoverse-N1", "", "", "r3p1", "", 2, 0, 0, false));
        assertThat(CpuInfo.parse(sample("cpuinfo-amd.txt")).title()).isEqualTo("AMD EPYC, family 23, model 49");
        assertThat(CpuInfo.parse(sample("cpuinfo-arm.txt")).title()).isEqualTo("Neoverse-N1");
    }

    @Test
    void namesAnUnknownArmCoreByItsNumbers() {
        assertThat(CpuInfo.parse("processor: 0\nCPU implementer: 0x99\nCPU part: 0x123\n").title())
                .isEqualTo("ARM implementer 0x99, part 0x123");
        assertThat(CpuInfo.parse("").title()).isEmpty();
    }

    @Test
    void readsFactsFromProcAndSys() throws IOException {
        write("proc/cpuinfo", sample("cpuinfo-intel.txt"));
        write("proc/meminfo", "MemTotal:        8048848 kB\nMemFree: 12 kB");
        String cache = "sys/devices/system/cpu/cpu0/cache/index";
        String[][] caches = {{"1", "Data", "48K"}, {"1", "Instruction", "32K"}, {"2", "Unified", "2048K"}};
        for (int i = 0; i < caches.length; i++) {
            write(cache + i + "/level", caches[i][0]);
            write(cache + i + "/type", caches[i][1]);
            write(cache + i + "/size", caches[i][2]);
            write(cache + i + "/shared_cpu_list", "0,4");
        }
        write("sys/devices/system/cpu/cpu0/cpufreq/scaling_governor", "powersave");
        write("sys/devices/system/cpu/intel_pstate/no_turbo", "0");
        write("sys/kernel/mm/transparent_hugepage/enabled", "always [madvise] never");
        Machine machine = new Machine(root);
        assertThat(machine.hardware())
                .containsEntry("CPU", "Intel(R) Xeon(R) Platinum 8488C, family 6, model 143")
                .containsEntry("stepping", "8")
                .containsEntry("microcode", "0x2b000620")
                .containsEntry("sockets", 2L)
                .containsEntry("cores", 4L)
                .containsEntry("threads per core", 2L)
                .containsEntry("L1d", "48 KiB")
                .containsEntry("L2", "2 MiB")
                .containsEntry("governor", "powersave")
                .containsEntry("boost", "on")
                .containsEntry("memory", "7.7 GiB")
                .containsEntry("huge pages", "madvise")
                .doesNotContainKeys("L1", "L3", "CPU limit", "memory limit", "hypervisor");
        assertThat(machine.lastCacheBytes()).as("four of 2 MiB for eight processors").hasValue(8 << 20);
    }

    @Test
    void leavesOutWhatIsMissing() {
        assertThat(new Machine(root).hardware().keySet())
                .contains("processors")
                .doesNotContain("governor", "microcode");
        assertThat(new Machine(root).lastCacheBytes()).isEmpty();
    }

    /** The limit of an outer group binds the inner one too. */
    @Test
    void readsTheTightestLimitOfTheContainer() throws IOException {
        write("proc/self/cgroup", "0::/outer/inner");
        write("sys/fs/cgroup/outer/inner/cpu.max", "max 100000");
        write("sys/fs/cgroup/outer/cpu.max", "150000 100000");
        write("sys/fs/cgroup/outer/inner/memory.max", "1073741824");
        write("sys/fs/cgroup/outer/memory.max", "2147483648");
        assertThat(new Machine(root).cpuLimit()).hasValue(1.5);
        assertThat(new Machine(root).hardware()).containsEntry("CPU limit", 1.5).containsEntry("memory limit", "1 GiB");
    }

    @Test
    void readsLimitsOfTheFirstVersionOfControlGroups() throws IOException {
        write("proc/self/cgroup", "4:memory:/box\n1:cpu,cpuacct:/box");
        write("sys/fs/cgroup/cpu/box/cpu.cfs_quota_us", "-1");
        write("sys/fs/cgroup/cpu/cpu.cfs_quota_us", "50000");
        write("sys/fs/cgroup/cpu/cpu.cfs_period_us", "100000");
        write("sys/fs/cgroup/memory/box/memory.limit_in_bytes", "536870912");
        write("sys/fs/cgroup/memory/memory.limit_in_bytes", "9223372036854771712");
        assertThat(new Machine(root).cpuLimit()).hasValue(0.5);
        assertThat(new Machine(root).memoryLimit()).hasValue(536_870_912);
    }

    @Test
    void hasNoLimitWithoutAContainer() throws IOException {
        write("proc/self/cgroup", "0::/");
        write("sys/fs/cgroup/cpu.max", "max 100000");
        write("sys/fs/cgroup/memory/memory.limit_in_bytes", "9223372036854771712");
        assertThat(new Machine(root).cpuLimit()).isEmpty();
        assertThat(new Machine(root).memoryLimit()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"32K,32768", "1M,1048576", "2G,2147483648", "17,17", "'',0", "-1K,0", "many,0"})
    void readsSizes(String text, long bytes) {
        assertThat(Machine.size(text)).isEqualTo(bytes);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {"0-3,8|5", "0|1", "0,4|2", "''|0", "all|0"})
    void countsProcessorsInAList(String list, int count) {
        assertThat(Machine.processors(list)).isEqualTo(count);
    }

    @Test
    void readsWhatMacOsSays() {
        assertThat(Machine.sysctl("machdep.cpu.brand_string: Apple M2\nhw.physicalcpu: 8\nhw.memsize: 17179869184\n"))
                .containsEntry("CPU", "Apple M2")
                .containsEntry("cores", 8L)
                .containsEntry("memory", "16 GiB")
                .hasSize(3);
    }

    @Test
    void describesEachGpu() {
        assertThat(
                        Machine.gpus(
                                """
                                NVIDIA H200, 570.86.15, 143771 MiB, 345 MHz, 1980 MHz, 700.00 W
                                a line that says something else
                                """))
                .isEqualTo(
                        List.of(
                                "NVIDIA H200, driver 570.86.15, 143771 MiB, clock 345 MHz of 1980 MHz, power limit"
                                        + " 700.00 W"));
    }

    @Test
    void keepsOnlyOptionsThatChangeSpeed() {
        assertThat(
                        Machine.options(
                                List.of(
                                        "-Xmx2g",
                                        "-XX:+UseTransparentHugePages",
                                        "-XX:HeapDumpPath=/home/someone",
                                        "-Dsecret=1",
                                        "--add-modules=jdk.incubator.vector",
                                        "-Dchainrule.simd.bits=128")))
                .isEqualTo(
                        "-Xmx2g -XX:+UseTransparentHugePages --add-modules=jdk.incubator.vector"
                                + " -Dchainrule.simd.bits=128");
    }

    @Test
    void namesCollectors() {
        assertThat(Machine.collector(List.of("G1 Young Generation", "G1 Old Generation"))).isEqualTo("G1");
        assertThat(Machine.collector(List.of("PS MarkSweep", "PS Scavenge"))).isEqualTo("Parallel");
        assertThat(Machine.collector(List.of("Copy", "MarkSweepCompact"))).isEqualTo("Serial");
        assertThat(Machine.collector(List.of("ZGC Minor Cycles", "ZGC Minor Pauses"))).isEqualTo("ZGC");
    }

    @Test
    void thisMachineHasTheFactsThatResultsRelyOn() {
        assertThat(Machine.facts())
                .containsKeys(
                        "date",
                        "CPU",
                        "processors",
                        "system",
                        "JDK",
                        "JVM options",
                        "collector",
                        "heap",
                        "vectors",
                        "commit");
        assertThat(Machine.facts().get("vectors").toString()).matches("(64|128|256|512) bits");
        assertThat(Machine.facts().get("date").toString()).matches("\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d(:\\d\\d)?Z");
    }
}
