package chainrule.bench;

import chainrule.bench.path.Work;

import java.util.Comparator;
import java.util.List;

/** The peaks that the machine reached in the same run. */
record Peaks(List<Measurement> all) {
    Peaks {
        all = all.stream().filter(m -> m.backend().equals(Case.MACHINE)).toList();
    }

    /**
     * The peak in the unit of m and with as many threads, or NaN if none was measured. Of several bandwidths it is the
     * one of arrays whose size is nearest to the number of bytes that m moves. The peaks do not apply to a GPU.
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

    /** The peak for large operands: multiply-adds, or the bandwidth of the longest arrays. */
    double large(Work.Unit unit, int threads) {
        return all.stream()
                .filter(p -> p.unit() == unit && p.threads() == threads)
                .max(Comparator.comparingDouble(Measurement::amount))
                .map(Measurement::bestRate)
                .orElse(Double.NaN);
    }

    /** The fraction of the peak that m reaches at its median. */
    double fraction(Measurement m) {
        return m.rate() / of(m);
    }
}
