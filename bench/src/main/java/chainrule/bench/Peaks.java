package chainrule.bench;

import chainrule.bench.path.Work;

import java.util.Comparator;
import java.util.List;

/** What the machine reached in the same run: the ceilings. */
record Peaks(List<Measurement> all) {
    Peaks {
        all = all.stream().filter(m -> m.backend().equals(Case.MACHINE)).toList();
    }

    /**
     * The ceiling in the unit of m, with as many threads, NaN if none was measured. Of several bandwidths that of arrays
     * whose size comes nearest to the bytes m moves. A GPU is not bound by them.
     */
    double of(Measurement m) {
        if (m.backend().equals(Case.GPU)) {
            return Double.NaN;
        }
        return all.stream()
                .filter(p -> p.unit() == m.unit() && p.threads() == m.threads())
                .min(Comparator.comparingDouble(p -> Math.abs(Math.log(p.amount() / m.amount()))))
                .map(Measurement::bestRate)
                .orElse(Double.NaN);
    }

    /** The ceiling that large operands meet: multiply-adds, or the bandwidth of the longest arrays. */
    double large(Work.Unit unit, int threads) {
        return all.stream()
                .filter(p -> p.unit() == unit && p.threads() == threads)
                .max(Comparator.comparingDouble(Measurement::amount))
                .map(Measurement::bestRate)
                .orElse(Double.NaN);
    }

    /** The fraction of the ceiling that m reaches at its median. */
    double share(Measurement m) {
        return m.rate() / of(m);
    }
}
