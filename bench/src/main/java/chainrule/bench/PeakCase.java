package chainrule.bench;

import chainrule.bench.path.Peak;
import chainrule.bench.path.PeakProcess;
import chainrule.bench.path.Work;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * All peaks of the machine with a number of threads, or of a device.
 *
 * @param backend {@link Case#MACHINE}, or {@link Case#GPU}
 */
record PeakCase(String backend, int threads) implements Job {
    private static final String MULTIPLY_ADD = "multiplyAdd";

    @Override
    public String name() {
        return "peaks " + backend + " " + threads;
    }

    @Override
    public double expectedSeconds(Settings settings) {
        return settings.peakSeconds();
    }

    /** Measures all peaks in processes of their own. @throws FailedCaseException if one fails */
    List<Measurement> measure(Settings settings) {
        List<List<Peak>> forks = new ArrayList<>();
        String device = backend.equals(Case.GPU) ? Case.GPU : "";
        try {
            for (int i = 0; i < settings.forks(); i++) {
                forks.add(
                        PeakProcess.start(
                                device, threads, device.isEmpty() ? "" : settings.device(), settings.quick()));
            }
        } catch (IllegalStateException e) {
            throw new FailedCaseException(e.getMessage(), e);
        }
        List<Measurement> all = new ArrayList<>();
        for (int i = 0; i < forks.getFirst().size(); i++) {
            int at = i;
            Peak first = forks.getFirst().get(i);
            // forks of a device may stop at different sizes
            List<List<Double>> nanos =
                    forks.stream()
                            .flatMap(fork -> fork.stream().filter(p -> same(p, forks.getFirst().get(at))))
                            .map(Peak::nanos)
                            .toList();
            all.add(measurement(first, nanos));
        }
        return all;
    }

    /** True for one of these peaks. */
    boolean measured(Measurement m) {
        boolean peak = m.family().equals(Family.FLOP_PEAK.label()) || m.family().equals(Family.BYTE_PEAK.label());
        return peak && m.backend().equals(backend) && m.threads() == threads;
    }

    private static boolean same(Peak a, Peak b) {
        return a.traffic() == b.traffic() && a.work().equals(b.work());
    }

    private Measurement measurement(Peak peak, List<List<Double>> nanos) {
        Work work = peak.work();
        return peak.traffic() == null
                ? new Measurement(Family.FLOP_PEAK.label(), MULTIPLY_ADD, shape(work), backend, threads, work, nanos)
                : new Measurement(
                        Family.BYTE_PEAK.label(), peak.traffic().label(), shape(work), backend, threads, work, nanos);
    }

    /** "registers", "1,024 flop", "64 KB". */
    private String shape(Work work) {
        if (work.unit() == Work.Unit.BYTE) {
            return String.format(Locale.ROOT, "%.0f KB", work.footprint() / 1024);
        }
        return backend.equals(Case.MACHINE) ? "registers" : String.format(Locale.ROOT, "%.3g flop", work.flop());
    }

    @Override
    public Measurement failed(String reason) {
        return Measurement.failed(
                Family.FLOP_PEAK.label(), MULTIPLY_ADD, "registers", backend, threads, Work.flop(0), reason);
    }
}
