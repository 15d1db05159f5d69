package chainrule.bench.versus;

import chainrule.bench.contender.Campaign;
import chainrule.bench.contender.Contender;
import chainrule.bench.contender.Round.Cell;
import chainrule.bench.contender.Task;
import chainrule.bench.contender.Window;
import chainrule.bench.versus.VersusResults.Entrant;
import chainrule.bench.versus.VersusResults.Missing;
import chainrule.bench.versus.VersusResults.Plan;
import chainrule.bench.versus.VersusResults.Round;
import chainrule.bench.versus.VersusResults.Sample;
import chainrule.experiments.cli.Clock;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SequencedMap;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/** Keeps the results of a run of {@code ./run versus}, and shows how it goes on. */
final class VersusRun implements Campaign.Results {
    private final SequencedMap<String, Object> facts;
    private final List<Round> rounds;
    private final List<Missing> missing = new ArrayList<>();
    private final Map<String, Map.Entry<String, Integer>> groups;
    private final Consumer<VersusResults> save;
    private final BooleanSupplier stops;
    private final boolean terminal = System.console() != null && System.console().isTerminal();
    private Plan plan;

    /**
     * @param earlier rounds of an earlier run of the same plan
     * @param groups net and width by the name of a group
     * @param save called after each round
     * @param stops true once somebody asked for the end
     */
    VersusRun(
            SequencedMap<String, Object> facts,
            Plan plan,
            List<Round> earlier,
            Map<String, Map.Entry<String, Integer>> groups,
            Consumer<VersusResults> save,
            BooleanSupplier stops) {
        this.facts = facts;
        this.plan = plan;
        this.rounds = new ArrayList<>(earlier);
        this.groups = new HashMap<>(groups);
        this.save = save;
        this.stops = stops;
    }

    VersusResults results() {
        return new VersusResults(VersusResults.SCHEMA, facts, plan, rounds, missing, List.of());
    }

    @Override
    public void keep(Campaign.Ended ended) {
        Map.Entry<String, Integer> net = groups.get(ended.group().name());
        Round round =
                new Round(
                        net.getKey(),
                        net.getValue(),
                        ended.number(),
                        Instant.now()
                                .minusMillis(Math.round(1e3 * ended.seconds()))
                                .truncatedTo(ChronoUnit.SECONDS)
                                .toString(),
                        ended.seconds(),
                        ended.disturbance().load(),
                        ended.disturbance().steal(),
                        ended.disturbance().drift(),
                        ended.cells().stream().map(VersusRun::sample).toList());
        rounds.add(round);
        save.accept(results());
        clear();
        System.out.printf(
                Locale.ROOT,
                "%-14s round %d  %-11s %s%n",
                ended.group().name(),
                ended.number(),
                Clock.words(ended.seconds()),
                ended.discarded()
                        ? String.format(
                                Locale.ROOT,
                                "repeated: the machine's speed changed by %.0f %%",
                                100 * ended.disturbance().drift())
                        : precision(ended.group()));
    }

    private String precision(Campaign.Group group) {
        double widest = widest(group);
        return Double.isInfinite(widest)
                ? ""
                : String.format(Locale.ROOT, "ratios known to ±%.1f %% or better", 100 * widest);
    }

    private static Sample sample(Cell cell) {
        List<Window> windows = cell.windows();
        double steps = windows.stream().mapToDouble(Window::steps).sum();
        return new Sample(
                cell.contender(),
                Integer.parseInt(cell.task()),
                windows.stream().map(Window::step).toList(),
                cell.warmUpSeconds(),
                cell.warm(),
                windows.stream().mapToDouble(Window::cpuSeconds).sum() / steps,
                windows.stream().mapToDouble(Window::peakBytes).max().orElse(0),
                windows.stream().mapToDouble(Window::p50).sorted().skip(windows.size() / 2).findFirst().orElse(0),
                windows.stream().mapToDouble(Window::p99).sorted().skip(windows.size() / 2).findFirst().orElse(0),
                cell.joules(),
                cell.parts().step(),
                cell.parts().alone());
    }

    @Override
    public void missing(Campaign.Group group, Contender contender, Task task, String reason) {
        Map.Entry<String, Integer> net = groups.get(group.name());
        int batch = task == null ? 0 : Integer.parseInt(task.name());
        missing.add(new Missing(contender.name(), net.getKey(), net.getValue(), batch, reason));
        clear();
        System.out.printf(
                Locale.ROOT,
                "%-14s %s%s: %s%n",
                group.name(),
                contender.name(),
                batch == 0 ? "" : ", batch " + batch,
                reason);
    }

    @Override
    public void facts(Contender contender, SequencedMap<String, String> told) {
        List<Entrant> entrants = new ArrayList<>(plan.contenders());
        entrants.replaceAll(
                e ->
                        e.name().equals(contender.name()) && e.description().isEmpty()
                                ? new Entrant(e.name(), e.program(), e.threads(), String.join(", ", told.values()))
                                : e);
        plan = plan.with(entrants);
    }

    @Override
    public int rounds(Campaign.Group group) {
        return count(results().valid(), group);
    }

    @Override
    public int discarded(Campaign.Group group) {
        return count(rounds, group) - rounds(group);
    }

    private int count(List<Round> of, Campaign.Group group) {
        Map.Entry<String, Integer> net = groups.get(group.name());
        return (int) of.stream().filter(r -> r.net().equals(net.getKey()) && r.width() == net.getValue()).count();
    }

    @Override
    public boolean precise(Campaign.Group group) {
        return widest(group) <= plan.halfWidth();
    }

    /** The half-width of the widest interval of the group's ratios. */
    private double widest(Campaign.Group group) {
        Map.Entry<String, Integer> net = groups.get(group.name());
        return new Cells(results()).widest(new Cells.Group(net.getKey(), net.getValue()));
    }

    @Override
    public boolean wantsParts(Campaign.Group group) {
        return rounds(group) == 0;
    }

    @Override
    public void progress(Campaign.Group group, Contender contender, Task task) {
        if (terminal) {
            System.out.printf(Locale.ROOT, "\r%-14s %s, batch %s …\033[K", group.name(), contender.name(), task.name());
            System.out.flush();
        }
    }

    private void clear() {
        if (terminal) {
            System.out.print("\r\033[K");
        }
    }

    @Override
    public boolean stops() {
        return stops.getAsBoolean();
    }
}
