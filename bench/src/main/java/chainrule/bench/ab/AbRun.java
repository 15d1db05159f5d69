package chainrule.bench.ab;

import chainrule.bench.contender.Campaign;
import chainrule.bench.contender.Contender;
import chainrule.bench.contender.Round.Cell;
import chainrule.bench.contender.Task;
import chainrule.bench.contender.Window;
import chainrule.experiments.cli.Clock;

import org.apache.commons.math3.stat.descriptive.rank.Percentile;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.function.BooleanSupplier;

/** Keeps the rounds of a comparison, and shows how it goes on. */
final class AbRun implements Campaign.Results {
    /** Seconds of a step in each round, and the rounds that were discarded. */
    private static final class Pairs {
        private final List<Double> before = new ArrayList<>();
        private final List<Double> after = new ArrayList<>();
        private int discarded;
    }

    private final int wanted;
    private final Runnable save;
    private final BooleanSupplier stops;
    private final SequencedMap<String, Pairs> rows = new LinkedHashMap<>();
    private final Map<String, Integer> rounds = new HashMap<>();
    private final Map<String, Integer> discarded = new HashMap<>();
    private final List<String> missing = new ArrayList<>();
    private final String before;
    private final String after;
    private final boolean oneThread;

    /**
     * @param before the name of the first contender
     * @param after the name of the second one
     * @param oneThread true to compare processor time
     * @param wanted the number of rounds
     * @param save called after each round
     */
    AbRun(String before, String after, boolean oneThread, int wanted, Runnable save, BooleanSupplier stops) {
        this.before = before;
        this.after = after;
        this.oneThread = oneThread;
        this.wanted = wanted;
        this.save = save;
        this.stops = stops;
    }

    List<AbResults.Row> rows() {
        return rows.entrySet().stream()
                .map(
                        row ->
                                new AbResults.Row(
                                        row.getKey(),
                                        oneThread ? "processor" : "elapsed",
                                        List.copyOf(row.getValue().before),
                                        List.copyOf(row.getValue().after),
                                        row.getValue().discarded))
                .toList();
    }

    List<String> missing() {
        return missing;
    }

    @Override
    public void keep(Campaign.Ended round) {
        for (Task task : round.group().tasks()) {
            Pairs pairs = rows.computeIfAbsent(task.name(), _ -> new Pairs());
            Optional<Double> first = step(round.cells(), before, task);
            Optional<Double> second = step(round.cells(), after, task);
            if (round.discarded()) {
                pairs.discarded++;
            } else if (first.isPresent() && second.isPresent()) {
                pairs.before.add(first.get());
                pairs.after.add(second.get());
            }
        }
        (round.discarded() ? discarded : rounds).merge(round.group().name(), 1, Integer::sum);
        save.run();
        System.out.printf(
                Locale.ROOT,
                "%-40s round %2d of %d  %s%s%n",
                round.group().name(),
                rounds(round.group()),
                wanted,
                Clock.words(round.seconds()),
                round.discarded()
                        ? String.format(
                                Locale.ROOT,
                                ", repeated: the machine's speed changed by %.0f %%",
                                100 * round.disturbance().drift())
                        : "");
    }

    private Optional<Double> step(List<Cell> cells, String contender, Task task) {
        return cells.stream()
                .filter(c -> c.contender().equals(contender) && c.task().equals(task.name()))
                .map(c -> lowerQuartile(c.windows()))
                .findFirst();
    }

    /** Other programs make windows slower, never faster: beside a busy one it varies half as much as the median. */
    private double lowerQuartile(List<Window> windows) {
        return new Percentile(25)
                .withEstimationType(Percentile.EstimationType.R_7)
                .evaluate(windows.stream().mapToDouble(this::step).toArray());
    }

    private double step(Window window) {
        boolean processor = oneThread && window.threadSeconds() > 0;
        return (processor ? window.threadSeconds() : window.seconds()) / window.steps();
    }

    @Override
    public void missing(Campaign.Group group, Contender contender, Task task, String reason) {
        String line = (task == null ? group.name() : task.name()) + ", " + contender.name() + ": " + reason;
        missing.add(line);
        System.out.println(line);
    }

    @Override
    public void facts(Contender contender, SequencedMap<String, String> facts) {}

    @Override
    public int rounds(Campaign.Group group) {
        return rounds.getOrDefault(group.name(), 0);
    }

    @Override
    public int discarded(Campaign.Group group) {
        return discarded.getOrDefault(group.name(), 0);
    }

    @Override
    public boolean precise(Campaign.Group group) {
        return rounds(group) >= wanted;
    }

    @Override
    public boolean wantsParts(Campaign.Group group) {
        return false;
    }

    @Override
    public void progress(Campaign.Group group, Contender contender, Task task) {}

    @Override
    public boolean stops() {
        return stops.getAsBoolean();
    }
}
