package chainrule.simd;

import chainrule.backend.Matrix;
import chainrule.backend.Memory;
import chainrule.backend.Statistics;
import chainrule.backend.ejml.EjmlTransfers;
import chainrule.backend.ejml.ThreadPool;

/** Transfers within one memory, as host and device share it; statistics in vectors. */
final class SimdTransfers extends EjmlTransfers {
    private final ThreadPool threads;

    SimdTransfers(ThreadPool threads, Memory memory) {
        super(memory, Lanes.PADDING);
        this.threads = threads;
    }

    @Override
    public Statistics statistics(Matrix x) {
        return SummaryKernel.of(threads, x.floats(), x.elements());
    }
}
