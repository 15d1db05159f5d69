package chainrule.bench.machine;

import chainrule.bench.contender.Campaign;

import java.util.ArrayList;
import java.util.DoubleSummaryStatistics;
import java.util.List;

/** Watches the machine during rounds: its load, what the hypervisor takes, whether its speed changes, and its energy. */
public final class MachineWatch implements Campaign.Watch, AutoCloseable {
    /** The number of measurements in a row that must agree. */
    private static final int AGREEING = 3;

    /** The most measurements, 40 ms each, that are made to reach agreement. */
    private static final int MOST = 75;

    private static final double AGREEMENT = 0.03;

    private final Canary canary;
    private final MachineState start = MachineState.now();
    private List<double[]> before = List.of();
    private MachineState began = start;

    public MachineWatch(Canary canary) {
        this.canary = canary;
    }

    /**
     * The speeds of the machine when it has come to rest: before, this program's own compilers and collector, or processes that
     * are ending, may still be at work.
     */
    private List<double[]> speeds() {
        List<double[]> all = new ArrayList<>();
        List<double[]> last;
        do {
            all.add(canary.measure());
            last = all.subList(Math.max(0, all.size() - AGREEING), all.size());
        } while (all.size() < MOST && !(last.size() == AGREEING && agree(last)));
        return List.copyOf(last);
    }

    private static boolean agree(List<double[]> speeds) {
        for (int i = 0; i < speeds.getFirst().length; i++) {
            int speed = i;
            DoubleSummaryStatistics found = speeds.stream().mapToDouble(s -> s[speed]).summaryStatistics();
            if (found.getMax() > (1 + AGREEMENT) * found.getMin()) {
                return false;
            }
        }
        return true;
    }

    @Override
    public void begin() {
        before = speeds();
        began = MachineState.now();
    }

    @Override
    public Campaign.Disturbance end() {
        MachineState.Usage usage = MachineState.now().since(began);
        return new Campaign.Disturbance(usage.load(), usage.steal(), Canary.drift(before, speeds()));
    }

    @Override
    public double joules() {
        MachineState now = MachineState.now();
        return now.energy().isEmpty() ? Double.NaN : now.since(start).joules();
    }

    @Override
    public void close() {
        canary.close();
    }
}
