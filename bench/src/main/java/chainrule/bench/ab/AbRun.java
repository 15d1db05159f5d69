package chainrule.bench.ab;

import chainrule.bench.contender.Campaign;
import chainrule.bench.contender.Contender;
import chainrule.bench.contender.Round.Cell;
import chainrule.bench.contender.Task;
import chainrule.bench.contender.Window;
import chainrule.experiments.cli.Clock;

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
    /** The rounds of a row, and the number of those that were discarded. */
    private static final class Pairs {
        private final List<AbResults.Round> rounds = new ArrayList<>();
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
                                        row.getValue().rounds,
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
            Optional<List<Double>> first = steps(round.cells(), before, task);
            Optional<List<Double>> second = steps(round.cells(), after, task);
            if (round.discarded()) {
                pairs.discarded++;
            } else if (first.isPresent() && second.isPresent()) {
                pairs.rounds.add(new AbResults.Round(first.get(), second.get()));
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

    private Optional<List<Double>> steps(List<Cell> cells, String contender, Task task) {
        return cells.stream()
                .filter(c -> c.contender().equals(contender) && c.task().equals(task.name()))
                .map(c -> c.windows().stream().map(this::step).toList())
                .findFirst();
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
