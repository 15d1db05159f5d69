package chainrule.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import chainrule.bench.path.PrimitiveSet;
import chainrule.bench.path.Traffic;
import chainrule.bench.path.Work;

import org.junit.jupiter.api.Test;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** Roofs of a made-up machine whose bandwidth is known for each mix and size. */
class RoofsTest {
    private static final double GFLOP = 100;

    /** Loads and stores of a core in each cycle, and the slopes of its caches and memory. */
    private static double bandwidth(double writes, double updates, double footprint) {
        double level = footprint < 32e3 ? 1 : footprint < 512e3 ? 0.5 : footprint < 16e6 ? 0.2 : 0.05;
        double issued = Math.min(2 / Math.max(1e-9, 1 - writes), 1 / Math.max(1e-9, writes)); // 2 loads and 1 store
        double allocated = 1 + (level < 1 ? writes - updates : 0); // a written line is read first
        return 64 * level * (level == 1 ? issued : 2 / allocated);
    }

    private static double bandwidth(Work work) {
        double writes = (work.written() + work.updated()) / work.moved();
        return bandwidth(writes, work.updated() / work.moved(), work.footprint());
    }

    private static Roofs roofs(int threads) {
        List<Measurement> peaks = new ArrayList<>();
        peaks.add(peak(Family.FLOP_PEAK, "multiplyAdd", threads, Work.flop(1e6), 1e6 / GFLOP));
        for (Traffic kind : Traffic.values()) {
            for (int i = 0; i < 12; i++) {
                double bytes = 16_384 * Math.pow(2.13, i);
                Work work =
                        switch (kind) {
                            case READ -> Work.traffic(bytes, 0, 0);
                            case WRITE -> Work.traffic(0, bytes, 0);
                            case COPY -> Work.traffic(bytes / 2, bytes / 2, 0);
                            case TRIAD -> Work.traffic(2 * bytes / 3, bytes / 3, 0);
                            case IN_PLACE -> Work.traffic(0, 0, bytes);
                        };
                peaks.add(peak(Family.BYTE_PEAK, kind.label(), threads, work, work.moved() / bandwidth(work)));
            }
        }
        return new Roofs(peaks);
    }

    private static Measurement peak(Family family, String operation, int threads, Work work, double nanos) {
        return new Measurement(
                family.label(), operation, "s", Case.MACHINE, threads, work, List.of(List.of(nanos, 1.2 * nanos)));
    }

    @Test
    void noPrimitiveAtItsRoofExceedsIt() {
        for (int threads : new int[] {1, 2, 6, 24, 128}) {
            Roofs roofs = roofs(threads);
            for (PrimitiveSet set : PrimitiveSet.values()) {
                for (String shape : set.shapes()) {
                    for (String operation : set.operations()) {
                        Work work = set.work(operation, shape, "simd");
                        double atTheRoof = Math.max(work.executed() / GFLOP, work.moved() / bandwidth(work));
                        Measurement m = Measured.of("any", shape, "simd", threads, work, atTheRoof);
                        assertThat(roofs.fraction(m)).as("%s %s", operation, shape).isBetween(0.1, 1.05);
                    }
                }
            }
        }
    }

    @Test
    void noMixOrSizeExceedsItsRoof() {
        Roofs roofs = roofs(2);
        for (double footprint = 1e3; footprint < 1e9; footprint *= 1.3) {
            for (double read : new double[] {0, 0.2, 0.5, 0.67, 0.9, 1}) {
                for (double updated : new double[] {0, 0.3, 1}) {
                    double rest = footprint * (1 - updated);
                    Work work = Work.traffic(read * rest, (1 - read) * rest, updated * footprint);
                    Measurement m = Measured.of("any", "s", "ejml", 2, work, work.moved() / bandwidth(work));
                    assertThat(roofs.fraction(m)).as("%s", work).isBetween(0.1, 1.05);
                }
            }
        }
    }

    @Test
    void comparesWorkWithLoopsOfItsMix() {
        assertThat(Roofs.kinds(Work.traffic(8, 0, 0))).containsExactly(Traffic.READ);
        assertThat(Roofs.kinds(Work.traffic(0, 8, 0))).containsExactly(Traffic.WRITE);
        assertThat(Roofs.kinds(Work.traffic(4, 4, 0))).containsExactly(Traffic.COPY);
        assertThat(Roofs.kinds(Work.traffic(8, 4, 0))).containsExactly(Traffic.TRIAD);
        assertThat(Roofs.kinds(Work.traffic(0, 0, 4))).containsExactly(Traffic.IN_PLACE);
        assertThat(Roofs.kinds(Work.traffic(4, 0, 4))).isEqualTo(Set.of(Traffic.IN_PLACE, Traffic.TRIAD));
        assertThat(Roofs.kinds(Work.traffic(4, 36, 0))).isEqualTo(Set.of(Traffic.COPY, Traffic.WRITE));
    }

    @Test
    void theLargerTimeIsTheRoof() {
        Roofs roofs = roofs(1);
        Measurement compute = Measured.of("gemm", "s", "simd", 1, Work.flop(1000), 40);
        assertThat(roofs.nanos(compute)).isCloseTo(10, within(1e-9));
        assertThat(roofs.fraction(compute)).isCloseTo(0.25, within(1e-9));
        assertThat(roofs.computes(compute)).isTrue();
        Measurement memory = Measured.of("loss", "s", "simd", 1, Work.traffic(1e9, 0, 0), 1e9);
        assertThat(roofs.nanos(memory)).isCloseTo(1e9 / (64 * 0.05 * 2), within(1e-3));
        assertThat(roofs.computes(memory)).isFalse();
    }

    @Test
    void peaksApplyToTheirThreadsAndMachineOnly() {
        Roofs roofs = roofs(2);
        assertThat(roofs.nanos(Measured.of("gemm", "s", "simd", 1, Work.flop(1000), 1))).isNaN();
        assertThat(roofs.nanos(Measured.of("gemm", "s", Case.GPU, 2, Work.flop(1000), 1))).isNaN();
    }

    @Test
    void aDeviceHasItsOwnPeaks() {
        Work pass = Work.traffic(1e6, 1e6, 0);
        Roofs roofs =
                new Roofs(
                        List.of(
                                new Measurement(
                                        "flop-peak",
                                        "multiplyAdd",
                                        "s",
                                        Case.GPU,
                                        1,
                                        Work.flop(1e6),
                                        List.of(List.of(10.0))),
                                new Measurement(
                                        "byte-peak", "copy", "s", Case.GPU, 1, pass, List.of(List.of(1000.0)))));
        Measurement product = Measured.of("gemm", "s", Case.GPU, 1, Work.flop(1e6), 20);
        assertThat(roofs.fraction(product)).isCloseTo(0.5, within(1e-9));
        // it has no loop that only reads: the fastest loop stands for it
        Measurement sum = Measured.of("loss", "s", Case.GPU, 4, Work.traffic(1e6, 4, 0), 1000);
        assertThat(roofs.fraction(sum)).isCloseTo(0.5, within(1e-4));
    }
}
