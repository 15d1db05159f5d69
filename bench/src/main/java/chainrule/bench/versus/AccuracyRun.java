package chainrule.bench.versus;

import chainrule.bench.contender.Contender;
import chainrule.bench.contender.ContenderFailure;
import chainrule.bench.versus.VersusResults.Missing;
import chainrule.bench.versus.VersusResults.Plan;
import chainrule.experiments.cli.Clock;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.SequencedMap;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/** Trains nets to an accuracy with several seeds, each in a new JVM, and keeps the results. */
final class AccuracyRun {
    private final SequencedMap<String, Object> facts;
    private final Plan plan;
    private final double budgetSeconds;
    private final Consumer<VersusResults> save;
    private final BooleanSupplier stops;
    private final List<TimeToAccuracy.Result> trained = new ArrayList<>();
    private final List<Missing> missing = new ArrayList<>();

    /**
     * @param budgetSeconds no training begins later, except with the first seed
     * @param save called after each training
     * @param stops true once somebody asked for the end
     */
    AccuracyRun(
            SequencedMap<String, Object> facts,
            Plan plan,
            double budgetSeconds,
            Consumer<VersusResults> save,
            BooleanSupplier stops) {
        this.facts = facts;
        this.plan = plan;
        this.budgetSeconds = budgetSeconds;
        this.save = save;
        this.stops = stops;
    }

    /** Trains each goal with each contender: all with the first seed, then all with the second. */
    VersusResults train(List<TimeToAccuracy> goals, List<Contender> contenders) {
        long start = System.nanoTime();
        for (long seed = 1; seed <= TimeToAccuracy.SEEDS; seed++) {
            for (TimeToAccuracy goal : goals) {
                for (Contender contender : contenders) {
                    boolean spent = seed > 1 && 1e-9 * (System.nanoTime() - start) > budgetSeconds;
                    if (!stops.getAsBoolean() && !spent) {
                        train(goal, contender, seed);
                        save.accept(results());
                    }
                }
            }
        }
        return results();
    }

    private VersusResults results() {
        return new VersusResults(VersusResults.SCHEMA, facts, plan, List.of(), missing, trained);
    }

    private void train(TimeToAccuracy goal, Contender contender, long seed) {
        String net = goal.net().name();
        String what =
                String.format(Locale.ROOT, "%-10s batch %d, seed %d, %s", net, goal.batch(), seed, contender.name());
        try {
            TimeToAccuracy.Result result = AccuracyTrial.run(goal, contender, seed);
            trained.add(result);
            System.out.printf(
                    Locale.ROOT,
                    "%s: accuracy %.4f after %s of training, %s%n",
                    what,
                    result.accuracy(),
                    result.epochs() == 1 ? "1 epoch" : result.epochs() + " epochs",
                    Clock.words(result.seconds()));
        } catch (ContenderFailure e) {
            if (!stops.getAsBoolean()) {
                missing.add(new Missing(contender.name(), net, 0, goal.batch(), e.getMessage()));
                System.out.println(what + ": " + e.getMessage());
            }
        }
    }
}
