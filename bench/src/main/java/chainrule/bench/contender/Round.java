package chainrule.bench.contender;

import chainrule.bench.statistics.WarmUp;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.SequencedMap;
import java.util.Set;

/**
 * One round: a new process of each contender does each task. The windows of a task take turns, in an order that changes, so
 * that what disturbs the machine disturbs all contenders; while one runs, the others wait for their input.
 */
public final class Round {
    /**
     * What one contender did for one task.
     *
     * @param windows the measured ones
     * @param warmUpSeconds how long it ran before
     * @param warm false if its windows did not agree before that time was over
     * @param joules energy of a step; 0 if the machine does not tell
     * @param parts where a step goes; asked in the first round only
     */
    public record Cell(
            String contender,
            String task,
            List<Window> windows,
            double warmUpSeconds,
            boolean warm,
            double joules,
            Session.Parts parts) {}

    /** Follows a round. */
    public interface Listener {
        /** A contender told what it is. */
        void facts(Contender contender, SequencedMap<String, String> facts);

        /** A contender cannot do a task, or, if that is null, anything. */
        void failed(Contender contender, Task task, String reason);

        /** A contender starts with a task. */
        void begins(Contender contender, Task task);

        /** True for a task that a contender could not do before: it is not asked again. */
        boolean skips(Contender contender, Task task);

        /** True if contenders are asked where a step goes. */
        boolean wantsParts();

        /** True if the round ends now, because someone asked for it. */
        boolean stops();

        /** The energy that the machine has used so far, in joules; NaN if it does not tell. */
        double joules();
    }

    /** A step that takes at least this fraction of the time of the one before is not becoming faster. */
    private static final double NOT_FASTER = 0.95;

    /** The fewest windows, even if steps take longer than a window. */
    private static final int FEWEST_WINDOWS = 5;

    /** How many windows contenders spend on finding where a step goes. */
    private static final int PARTS_WINDOWS = 2;

    private final Session.Launcher launcher;
    private final Timing timing;
    private final Random random;
    private final Listener listener;
    private final SequencedMap<Contender, Session> sessions = new LinkedHashMap<>();
    private final List<Cell> cells = new ArrayList<>();
    private final Set<Contender> checked = new HashSet<>();
    private boolean first = true;

    private Round(Session.Launcher launcher, Timing timing, Random random, Listener listener) {
        this.launcher = launcher;
        this.timing = timing;
        this.random = random;
        this.listener = listener;
    }

    /** Runs a round. What is left out, because it failed or the round was stopped, is not in the list. */
    public static List<Cell> run(
            List<Contender> contenders,
            List<Task> tasks,
            Session.Launcher launcher,
            Timing timing,
            Random random,
            Listener listener) {
        Round round = new Round(launcher, timing, random, listener);
        try {
            round.start(contenders);
            for (Task task : tasks) {
                round.run(task);
                round.first = false;
            }
        } finally {
            round.sessions.values().forEach(Session::close);
        }
        return round.cells;
    }

    private <T> List<T> shuffled(Iterable<T> items) {
        List<T> list = new ArrayList<>();
        items.forEach(list::add);
        Collections.shuffle(list, random);
        return list;
    }

    private void start(List<Contender> contenders) {
        for (Contender contender : shuffled(contenders)) {
            if (listener.stops()) {
                return;
            }
            try {
                sessions.put(contender, launcher.start(contender));
            } catch (ContenderFailure e) {
                listener.failed(contender, null, e.getMessage());
            }
        }
    }

    private void run(Task task) {
        Map<Contender, Progress> running = new LinkedHashMap<>();
        for (Contender contender : shuffled(sessions.keySet())) {
            if (!listener.stops() && !listener.skips(contender, task)) {
                attempt(contender, task, () -> running.put(contender, warmUp(contender, task)));
            }
        }
        for (int i = 0; i < timing.windows(); i++) {
            for (Contender contender : shuffled(running.keySet())) {
                Progress progress = running.get(contender);
                if (listener.stops()) {
                    return;
                }
                if (progress.wantsMore(timing)) {
                    double before = listener.joules();
                    boolean done =
                            attempt(
                                    contender,
                                    task,
                                    () -> progress.windows.add(sessions.get(contender).run(timing.window())));
                    progress.joules += listener.joules() - before;
                    if (!done) {
                        running.remove(contender);
                    }
                }
            }
        }
        for (Map.Entry<Contender, Progress> entry : running.entrySet()) {
            Progress progress = entry.getValue();
            Contender contender = entry.getKey();
            boolean asks = progress.hasParts && listener.wantsParts() && !listener.stops();
            boolean done =
                    !asks
                            || attempt(
                                    contender,
                                    task,
                                    () ->
                                            progress.parts =
                                                    sessions.get(contender).parts(PARTS_WINDOWS * timing.window()));
            if (done) {
                cells.add(progress.cell(contender, task));
            }
        }
    }

    /** One contender at one task. */
    private static final class Progress {
        private final List<Window> windows = new ArrayList<>();
        private double warmUpSeconds;
        private boolean warm;
        private boolean longSteps;
        private double joules;
        private boolean hasParts;
        private Session.Parts parts = Session.Parts.UNKNOWN;

        /** True until there are all windows, or steps are so long that fewer took twice the time. One long step is enough. */
        boolean wantsMore(Timing timing) {
            double measured = windows.stream().mapToDouble(Window::seconds).sum();
            boolean enough = windows.size() >= FEWEST_WINDOWS && measured > 2 * timing.windows() * timing.window();
            return windows.isEmpty() || !longSteps && !enough;
        }

        Cell cell(Contender contender, Task task) {
            long steps = windows.stream().mapToLong(Window::steps).sum();
            double energy = Double.isNaN(joules) ? 0 : joules / steps;
            return new Cell(contender.name(), task.name(), List.copyOf(windows), warmUpSeconds, warm, energy, parts);
        }
    }

    private Progress warmUp(Contender contender, Task task) {
        listener.begins(contender, task);
        Session session = sessions.get(contender);
        boolean unchecked = task.check() != null && !checked.contains(contender);
        Session.Ready ready = session.prepare(task.request(contender, unchecked));
        if (unchecked) {
            try {
                task.check().require(ready.losses());
            } catch (IllegalArgumentException e) {
                throw new ContenderFailure(ContenderFailure.Kind.WRONG_WORK, e.getMessage(), e);
            }
            checked.add(contender);
        }
        listener.facts(contender, ready.facts());
        Progress progress = new Progress();
        progress.hasParts = ready.hasParts();
        double least = first ? timing.firstWarmUp() : timing.warmUp();
        double worked = 0;
        List<Double> steps = new ArrayList<>();
        do {
            Window window = session.run(timing.window());
            progress.warmUpSeconds += window.seconds();
            worked += worked(contender, window);
            steps.add(window.step());
            progress.longSteps = window.step() > Timing.LONG_STEP && (!first || !becomesFaster(steps));
            progress.warm = progress.longSteps || WarmUp.warm(steps);
        } while (!listener.stops()
                && progress.warmUpSeconds < timing.mostWarmUp()
                && !(progress.longSteps && !first)
                && (!progress.warm || worked < least));
        progress.warm &= progress.longSteps || worked >= least;
        return progress;
    }

    /** True if steps may only be long because code is not compiled yet. */
    private static boolean becomesFaster(List<Double> steps) {
        int n = steps.size();
        return n < 2 || steps.get(n - 1) < NOT_FASTER * steps.get(n - 2);
    }

    /**
     * The part of a window in which the contender worked. Beside busy programs its compiler gets less time, and windows agree
     * while steps are still interpreted.
     */
    private static double worked(Contender contender, Window window) {
        boolean known = contender.threads() > 0 && window.cpuSeconds() > 0;
        return known ? Math.min(window.seconds(), window.cpuSeconds()) : window.seconds();
    }

    /** Does something with a contender. One that fails is started again, for the next task. */
    private boolean attempt(Contender contender, Task task, Runnable part) {
        try {
            part.run();
            return true;
        } catch (ContenderFailure e) {
            sessions.remove(contender).close();
            if (!listener.stops()) {
                boolean wrongWork = e.kind() == ContenderFailure.Kind.WRONG_WORK;
                listener.failed(contender, wrongWork ? null : task, e.getMessage());
                checked.remove(contender);
                if (!wrongWork) {
                    start(List.of(contender));
                }
            }
            return false;
        }
    }
}
