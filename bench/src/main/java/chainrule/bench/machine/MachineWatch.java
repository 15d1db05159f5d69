package chainrule.bench.machine;

import chainrule.bench.contender.Campaign;

import java.util.ArrayList;
import java.util.List;

/** Watches the machine during rounds: its load, what the hypervisor takes, whether its speed changes, and its energy. */
public final class MachineWatch implements Campaign.Watch, AutoCloseable {
    /** Single measurements of 40 ms scatter; their median does not. */
    private static final int MEASUREMENTS = 5;

    private final Canary canary;
    private final MachineState start = MachineState.now();
    private List<double[]> before = List.of();
    private MachineState began = start;

    public MachineWatch(Canary canary) {
        this.canary = canary;
    }

    private List<double[]> speeds() {
        List<double[]> speeds = new ArrayList<>();
        for (int i = 0; i < MEASUREMENTS; i++) {
            speeds.add(canary.measure());
        }
        return speeds;
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
