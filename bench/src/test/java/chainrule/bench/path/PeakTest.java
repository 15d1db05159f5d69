package chainrule.bench.path;

import static org.assertj.core.api.Assertions.assertThat;

import chainrule.backend.Backend;
import chainrule.backend.provider.Backends;
import chainrule.backend.provider.Setup;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicIntegerArray;

class PeakTest {
    @TempDir Path cpus;

    /** The efficiency of a split: the mean part of a thread compared with that of the busiest one. */
    @ParameterizedTest
    @ValueSource(ints = {1, 2, 6, 12, 24, 28, 48, 56, 96, 128})
    void noThreadIsIdle(int threads) {
        AtomicIntegerArray calls = new AtomicIntegerArray(threads);
        try (Team team = new Team(threads)) {
            for (int i = 0; i < 3; i++) {
                assertThat(team.nanos(calls::incrementAndGet)).isPositive();
            }
        }
        for (int i = 0; i < threads; i++) {
            assertThat(calls.get(i)).as("multiply-adds of thread %d", i).isEqualTo(3);
        }
        for (long footprint : BandwidthPeak.footprints(threads, 512L << 20, 8L << 30)) {
            for (Traffic kind : Traffic.values()) {
                int n = BandwidthPeak.length(kind, footprint, threads);
                int busiest = 0;
                for (int part = 0; part < threads; part++) {
                    int from = Team.from(part, threads, n, 64);
                    busiest = Math.max(busiest, Team.from(part + 1, threads, n, 64) - from);
                }
                assertThat((double) n / threads / busiest).as("%s %d", kind, footprint).isGreaterThanOrEqualTo(0.97);
            }
        }
    }

    @Test
    void partsOfASplitCoverEveryIndexOnce() {
        int end = 0;
        for (int part = 0; part < 7; part++) {
            assertThat(Team.from(part, 7, 1000, 16)).isEqualTo(end);
            end = Team.from(part + 1, 7, 1000, 16);
        }
        assertThat(end).isEqualTo(1000);
    }

    @Test
    void sizesReachBeyondTheLastCache() {
        long[] footprints = BandwidthPeak.footprints(2, 16L << 20, 1L << 30);
        assertThat(footprints).hasSize(12).isSorted().startsWith(32 << 10).endsWith(64 << 20);
        assertThat(BandwidthPeak.footprints(1, 480L << 20, 100L << 20)).as("a small heap").endsWith(100 << 20);
        assertThat(BandwidthPeak.footprints(128, 1 << 20, 1L << 30)).as("no cache to speak of").isSorted();
    }

    @Test
    void addsTheLastLevelCachesOfAProcessor() throws IOException {
        for (int cpu = 0; cpu < 4; cpu++) {
            cache(cpu, 0, 1, "32K", String.valueOf(cpu));
            cache(cpu, 3, 3, "16384K", cpu < 2 ? "0-1" : "2-3");
        }
        assertThat(Caches.lastLevelBytes(cpus)).isEqualTo(32L << 20);
    }

    private void cache(int cpu, int index, int level, String size, String shared) throws IOException {
        Path folder = Files.createDirectories(cpus.resolve("cpu" + cpu + "/cache/index" + index));
        Files.writeString(folder.resolve("level"), level + "\n");
        Files.writeString(folder.resolve("size"), size + "\n");
        Files.writeString(folder.resolve("shared_cpu_list"), shared + "\n");
    }

    @Test
    void assumesACacheWhereNoneIsDescribed() {
        assertThat(Caches.lastLevelBytes(cpus.resolve("none"))).isEqualTo(Caches.FALLBACK);
        assertThat(Caches.lastLevelBytes(cpus)).isEqualTo(Caches.FALLBACK);
    }

    /** On a backend that is there; a device is measured the same way. */
    @Test
    void measuresThePeaksOfADeviceThroughItsBackend() {
        try (Backend backend = Backends.open("simd", new Setup(1, "", false)).backend()) {
            List<Peak> peaks = DevicePeak.measure(backend, 2);
            assertThat(peaks).allSatisfy(p -> assertThat(p.nanos()).hasSize(2).allMatch(n -> n > 0));
            assertThat(peaks)
                    .extracting(Peak::traffic)
                    .contains(null, Traffic.WRITE, Traffic.COPY, Traffic.TRIAD, Traffic.IN_PLACE);
        }
    }

    @Test
    void inputsAreNormallyDistributed() {
        float[] values = Workbench.normal(10_000);
        double sum = 0;
        double squares = 0;
        for (float v : values) {
            sum += v;
            squares += v * v;
        }
        assertThat(sum / values.length).isBetween(-0.05, 0.05);
        assertThat(squares / values.length).isBetween(0.9, 1.1);
        assertThat(Workbench.normal(10_000)).isEqualTo(values);
    }
}
