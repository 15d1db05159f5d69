package chainrule.bench.contender;

import chainrule.bench.contender.Round.Cell;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.SequencedMap;
import java.util.Set;

/**
 * Rounds of several groups in turns, until each group is known well enough or the time is over. A round during which the
 * machine itself changed its speed is repeated.
 */
public final class Campaign {
    /** Fewer rounds say nothing about how far rounds differ. */
    public static final int LEAST_ROUNDS = 3;

    /** Smaller changes of the machine's speed do no harm, because the windows of a round take turns. */
    private static final double MOST_DRIFT = 0.1;

    /** Less than this many processors that others keep busy, on average, is what every machine has. */
    private static final double MOST_LOAD = 0.25;

    /** A fraction of the time that the hypervisor takes away. */
    private static final double MOST_STEAL = 0.02;

    /** After this many discarded rounds of a group, all further rounds count. */
    private static final int MOST_DISCARDED = 2;

    /**
     * Tasks that share their processes.
     *
     * @param name unique: "mlp40"
     * @param tasks small ones first
     */
    public record Group(String name, List<Contender> contenders, List<Task> tasks) {}

    /**
     * What disturbed a round.
     *
     * @param load busy processors that this run did not cause, on average
     * @param steal the fraction of time that the hypervisor took away
     * @param drift the largest relative change of the machine's own speed
     */
    public record Disturbance(double load, double steal, double drift) {
        /**
         * True if the round is repeated: others worked on the machine, and its speed changed. The speed alone says little on a
         * virtual machine, whose memory is shared with others: there it moves by tens of percent from minute to minute, while
         * ratios of windows that take turns agree within a few.
         *
         * @param discarded rounds of the same group that were repeated before
         */
        public boolean repeats(int discarded) {
            return drift > MOST_DRIFT && (load > MOST_LOAD || steal > MOST_STEAL) && discarded < MOST_DISCARDED;
        }
    }

    /** Watches the machine. */
    public interface Watch {
        /** A round begins. */
        void begin();

        /** It has ended. */
        Disturbance end();

        /** The energy used so far, in joules; NaN if unknown. */
        double joules();
    }

    /**
     * A round that has ended.
     *
     * @param number from 1
     * @param discarded true if it is repeated
     */
    public record Ended(
            Group group, int number, double seconds, Disturbance disturbance, boolean discarded, List<Cell> cells) {}

    /** Keeps the results. */
    public interface Results {
        /** Keeps a round. It is called before the next one begins, so that an end at any time loses at most one round. */
        void keep(Ended round);

        /** Keeps why a contender cannot do a task, or, if that is null, anything in this group. */
        void missing(Group group, Contender contender, Task task, String reason);

        /** Keeps what a contender told about itself. */
        void facts(Contender contender, SequencedMap<String, String> facts);

        /** The number of rounds of a group that were kept and not discarded, including rounds of an earlier run. */
        int rounds(Group group);

        /** The number of rounds of a group that were discarded, including rounds of an earlier run. */
        int discarded(Group group);

        /** True if more rounds of the group would not tell more than was asked for. */
        boolean precise(Group group);

        /** True if it is not known yet where the steps of the group go, and somebody wants to know. */
        boolean wantsParts(Group group);

        /** Shows what happens now. */
        void progress(Group group, Contender contender, Task task);

        /** True if somebody asked for the end. */
        boolean stops();
    }

    private final Session.Launcher launcher;
    private final Timing timing;
    private final double budgetSeconds;
    private final Watch watch;
    private final Results results;
    private final Random random;
    private final Map<String, Double> roundSeconds = new HashMap<>();
    private final Map<String, Integer> numbers = new HashMap<>();
    private final Set<List<String>> missing = new HashSet<>();

    /** @param budgetSeconds no round begins that would probably end later, but each group has one */
    public Campaign(
            Session.Launcher launcher,
            Timing timing,
            double budgetSeconds,
            Watch watch,
            Results results,
            Random random) {
        this.launcher = launcher;
        this.timing = timing;
        this.budgetSeconds = budgetSeconds;
        this.watch = watch;
        this.results = results;
        this.random = random;
    }

    /** Runs rounds. @return true if each group is known well enough */
    public boolean run(List<Group> groups) {
        long start = System.nanoTime();
        boolean any = true;
        while (any && !results.stops()) {
            any = false;
            List<Group> open = new ArrayList<>(groups.stream().filter(g -> !finished(g)).toList());
            Collections.shuffle(open, random);
            for (Group group : open) {
                double left = budgetSeconds - 1e-9 * (System.nanoTime() - start);
                boolean fits = roundSeconds.getOrDefault(group.name(), 0.0) <= left;
                if (!results.stops() && (fits && left > 0 || !attempted(group))) {
                    round(group);
                    any = true;
                }
            }
        }
        return groups.stream().allMatch(this::finished);
    }

    private boolean attempted(Group group) {
        return results.rounds(group) > 0 || numbers.containsKey(group.name());
    }

    private boolean finished(Group group) {
        boolean nothingLeft =
                group.contenders().stream().allMatch(c -> group.tasks().stream().allMatch(t -> skips(group, c, t)));
        return nothingLeft || results.rounds(group) >= LEAST_ROUNDS && results.precise(group);
    }

    private boolean skips(Group group, Contender contender, Task task) {
        return missing.contains(List.of(group.name(), contender.name()))
                || missing.contains(List.of(group.name(), contender.name(), task.name()));
    }

    private void round(Group group) {
        long start = System.nanoTime();
        List<Contender> contenders =
                group.contenders().stream()
                        .filter(c -> !group.tasks().stream().allMatch(t -> skips(group, c, t)))
                        .toList();
        watch.begin();
        List<Cell> cells = Round.run(contenders, group.tasks(), launcher, timing, random, new Listener(group));
        Disturbance disturbance = watch.end();
        if (results.stops()) {
            return;
        }
        boolean discarded = disturbance.repeats(results.discarded(group));
        double seconds = 1e-9 * (System.nanoTime() - start);
        roundSeconds.put(group.name(), seconds);
        int number =
                numbers.merge(group.name(), results.rounds(group) + results.discarded(group) + 1, (old, _) -> old + 1);
        results.keep(new Ended(group, number, seconds, disturbance, discarded, cells));
    }

    private final class Listener implements Round.Listener {
        private final Group group;

        Listener(Group group) {
            this.group = group;
        }

        @Override
        public void facts(Contender contender, SequencedMap<String, String> facts) {
            results.facts(contender, facts);
        }

        @Override
        public void failed(Contender contender, Task task, String reason) {
            missing.add(
                    task == null
                            ? List.of(group.name(), contender.name())
                            : List.of(group.name(), contender.name(), task.name()));
            results.missing(group, contender, task, reason);
        }

        @Override
        public void begins(Contender contender, Task task) {
            results.progress(group, contender, task);
        }

        @Override
        public boolean skips(Contender contender, Task task) {
            return Campaign.this.skips(group, contender, task);
        }

        @Override
        public boolean wantsParts() {
            return results.wantsParts(group);
        }

        @Override
        public boolean stops() {
            return results.stops();
        }

        @Override
        public double joules() {
            return watch.joules();
        }
    }
}
