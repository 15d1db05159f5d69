package chainrule.bench;

import chainrule.bench.path.Traffic;
import chainrule.bench.path.Work;

import java.util.Comparator;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.stream.DoubleStream;

/**
 * The least times that the machine or a device allows, from the peaks that were measured in the same run.
 *
 * <pre>
 *   roof = max(executed operations / peak of multiply-adds, bytes / bandwidth)
 *   fraction of the roof = roof / measured time
 * </pre>
 *
 * <p>The bandwidth is that of loops with the same mix of reads and writes, over arrays of at least half the size: it falls as
 * arrays grow, so this is an upper bound for the size in between. An element that the formula reads a second time may come
 * from a register, so the roof counts it once. A peak is the fastest sample.
 */
record Roofs(List<Measurement> peaks) {
    /** Mixes whose fractions of writes differ by less are the same: a sum also writes one element. */
    private static final double SAME = 0.01;

    Roofs {
        peaks =
                peaks.stream()
                        .filter(m -> m.measured() && (is(m, Family.FLOP_PEAK) || is(m, Family.BYTE_PEAK)))
                        .toList();
    }

    private static boolean is(Measurement m, Family family) {
        return m.family().equals(family.label());
    }

    /** Nanoseconds that a call needs at least; NaN without peaks of its machine and number of threads. */
    double nanos(Measurement m) {
        if (is(m, Family.FLOP_PEAK) || is(m, Family.BYTE_PEAK)) {
            return Double.NaN;
        }
        double compute = m.work().executed() / multiplyAdds(m.backend(), m.threads());
        double memory = m.work().moved() == 0 ? 0 : m.work().moved() / bandwidth(m.work(), m.backend(), m.threads());
        return Math.max(compute, memory);
    }

    /** The fraction of the roof that a measurement reaches at its median. */
    double fraction(Measurement m) {
        return nanos(m) / m.median();
    }

    /** True if arithmetic and not traffic limits a call. */
    boolean computes(Measurement m) {
        return m.work().moved() == 0
                || m.work().executed() / multiplyAdds(m.backend(), m.threads())
                        > m.work().moved() / bandwidth(m.work(), m.backend(), m.threads());
    }

    /** The peak of multiply-adds in GFLOP/s. */
    double multiplyAdds(String backend, int threads) {
        return own(Family.FLOP_PEAK, backend, threads).stream()
                .mapToDouble(Measurement::bestRate)
                .max()
                .orElse(Double.NaN);
    }

    /** The bandwidth in GB/s of work with its mix of reads and writes and its size. */
    double bandwidth(Work work, String backend, int threads) {
        List<Measurement> own = own(Family.BYTE_PEAK, backend, threads);
        double best =
                kinds(work).stream()
                        .flatMapToDouble(kind -> bandwidth(own, kind, work.footprint()))
                        .max()
                        .orElse(Double.NaN);
        // a device has no loop that only reads: its fastest loop stands for it
        return Double.isNaN(best)
                ? EnumSet.allOf(Traffic.class).stream()
                        .flatMapToDouble(kind -> bandwidth(own, kind, work.footprint()))
                        .max()
                        .orElse(Double.NaN)
                : best;
    }

    /** The bandwidth of the largest arrays with a mix of reads and writes. */
    double memory(Traffic kind, String backend, int threads) {
        return bandwidth(own(Family.BYTE_PEAK, backend, threads), kind, Double.POSITIVE_INFINITY)
                .max()
                .orElse(Double.NaN);
    }

    private static DoubleStream bandwidth(List<Measurement> own, Traffic kind, double footprint) {
        List<Measurement> curve =
                own.stream()
                        .filter(m -> m.operation().equals(kind.label()))
                        .sorted(Comparator.comparingDouble(m -> m.work().footprint()))
                        .toList();
        if (curve.isEmpty()) {
            return DoubleStream.empty();
        }
        double least = Math.min(footprint / 2, curve.getLast().work().footprint());
        return curve.stream().filter(m -> m.work().footprint() >= least).mapToDouble(Measurement::bestRate);
    }

    /**
     * The loops that bound work from above: that of its mix of reads and writes, or the two with fewer and with more writes.
     * Where elements are updated, their lines need not be read for a write, as in a loop in place.
     */
    static Set<Traffic> kinds(Work work) {
        Set<Traffic> kinds = EnumSet.noneOf(Traffic.class);
        if (work.updated() > 0) {
            kinds.add(Traffic.IN_PLACE);
            if (work.read() == 0 && work.written() == 0) {
                return kinds;
            }
        }
        double writes = (work.written() + work.updated()) / work.moved();
        List<Traffic> byWrites = List.of(Traffic.READ, Traffic.TRIAD, Traffic.COPY, Traffic.WRITE);
        double[] fractions = {0, 1.0 / 3, 1.0 / 2, 1};
        for (int i = 0; i < fractions.length; i++) {
            if (Math.abs(fractions[i] - writes) < SAME) {
                kinds.add(byWrites.get(i));
                return kinds;
            }
        }
        for (int i = 1; i < fractions.length; i++) {
            if (fractions[i - 1] < writes && writes < fractions[i]) {
                kinds.add(byWrites.get(i - 1));
                kinds.add(byWrites.get(i));
            }
        }
        return kinds;
    }

    private List<Measurement> own(Family family, String backend, int threads) {
        boolean gpu = backend.equals(Case.GPU);
        return peaks.stream()
                .filter(m -> is(m, family))
                .filter(m -> m.backend().equals(gpu ? Case.GPU : Case.MACHINE))
                .filter(m -> gpu || m.threads() == threads)
                .toList();
    }
}
