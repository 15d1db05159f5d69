package chainrule.bench.contender;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;

import org.junit.jupiter.api.Test;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.SequencedMap;
import java.util.function.IntPredicate;

/** Rounds and campaigns with contenders that only say how long they took. */
class CampaignTest {
    private static final Timing TIMING = new Timing(0.2, 3, 1, 0.4, 5);

    private final List<String> log = new ArrayList<>();
    private final List<Campaign.Ended> kept = new ArrayList<>();
    private final List<String> missing = new ArrayList<>();
    private final List<Double> drifts = new ArrayList<>();
    private IntPredicate stopsAfter = _ -> false;
    private int enough = 3;
    private double load = 1;
    private boolean wantsParts;

    private static Contender contender(String name) {
        return new Contender(name, name, 1, "", List.of(), Map.of());
    }

    private static Task task(String name) {
        JsonObject request = new JsonObject();
        request.addProperty("name", name);
        return new Task(name, request, null);
    }

    /** Answers windows of a fixed time a step. */
    private class Fake implements Session {
        private final Contender contender;
        private String task;
        private int windows;

        Fake(Contender contender) {
            this.contender = contender;
            log.add("start " + contender.name());
        }

        @Override
        public Ready prepare(JsonObject request) {
            task = request.get("name").getAsString();
            log.add(contender.name() + " prepares " + task);
            if (contender.name().equals("small") && task.equals("large")) {
                throw new ContenderFailure("needs more memory");
            }
            return new Ready(List.of(), new LinkedHashMap<>(), true);
        }

        @Override
        public Window run(double seconds) {
            log.add(contender.name() + " runs " + task);
            double step = contender.name().equals("slow") ? 2 : 0.01;
            if (contender.name().equals("cold")) {
                step = Math.max(step, 1.8 * Math.pow(0.7, windows++)); // below a second from the third on
            }
            long steps = Math.max(1, Math.round(seconds / step));
            double cpu = contender.name().startsWith("starved") ? steps * step / 4 : 0;
            return new Window(steps * step, steps, cpu, 0, 0, 0, 0);
        }

        @Override
        public Parts parts(double seconds) {
            log.add(contender.name() + " tells parts of " + task);
            return new Parts(Map.of("host", 0.01), Map.of());
        }

        @Override
        public void close() {
            log.add("end " + contender.name());
        }
    }

    private class Kept implements Campaign.Results {
        @Override
        public void keep(Campaign.Ended round) {
            kept.add(round);
        }

        @Override
        public void missing(Campaign.Group group, Contender contender, Task task, String reason) {
            missing.add(contender.name() + " " + (task == null ? "all" : task.name()) + ": " + reason);
        }

        @Override
        public void facts(Contender contender, SequencedMap<String, String> facts) {}

        @Override
        public int rounds(Campaign.Group group) {
            return (int) kept.stream().filter(r -> r.group().equals(group) && !r.discarded()).count();
        }

        @Override
        public int discarded(Campaign.Group group) {
            return (int) kept.stream().filter(r -> r.group().equals(group) && r.discarded()).count();
        }

        @Override
        public boolean precise(Campaign.Group group) {
            return rounds(group) >= enough;
        }

        @Override
        public boolean wantsParts(Campaign.Group group) {
            return wantsParts && kept.isEmpty();
        }

        @Override
        public void progress(Campaign.Group group, Contender contender, Task task) {}

        @Override
        public boolean stops() {
            return stopsAfter.test(kept.size());
        }
    }

    private final Campaign.Watch watch =
            new Campaign.Watch() {
                @Override
                public void begin() {}

                @Override
                public Campaign.Disturbance end() {
                    return new Campaign.Disturbance(load, 0, drifts.isEmpty() ? 0 : drifts.removeFirst());
                }

                @Override
                public double joules() {
                    return Double.NaN;
                }
            };

    private boolean run(double budget, Campaign.Group... groups) {
        return new Campaign(Fake::new, TIMING, budget, watch, new Kept(), new Random(1)).run(List.of(groups));
    }

    private static Campaign.Group group(String name, List<String> contenders, String... tasks) {
        return new Campaign.Group(
                name,
                contenders.stream().map(CampaignTest::contender).toList(),
                List.of(tasks).stream().map(CampaignTest::task).toList());
    }

    /** Beside busy programs, the compiler of a contender gets little time. */
    @Test
    void aContenderThatGetsAQuarterOfAProcessorWarmsUpFourTimesAsLong() {
        Contender gpu = new Contender("starved gpu", "cuda", 0, "", List.of(), Map.of());
        run(60, new Campaign.Group("net", List.of(contender("starved"), gpu), List.of(task("1"))));
        assertThat(kept.getFirst().cells())
                .allSatisfy(
                        c -> {
                            boolean onGpu = c.contender().contains("gpu"); // waiting is no lack of processor time
                            assertThat(c.warmUpSeconds()).isBetween(onGpu ? 0.99 : 3.99, onGpu ? 1.21 : 4.21);
                            assertThat(c.warm()).isTrue();
                        });
    }

    /** Steps of more than a second, which need no more windows, must not be mistaken for steps that are not compiled yet. */
    @Test
    void aContenderWhoseFirstStepsAreLongIsWarmedUpAndMeasured() {
        run(60, group("net", List.of("cold", "slow"), "1"));
        for (Round.Cell cell : kept.getFirst().cells()) {
            boolean slow = cell.contender().equals("slow");
            assertThat(cell.windows()).hasSize(slow ? 1 : TIMING.windows());
            assertThat(cell.windows().getFirst().step()).isBetween(slow ? 2.0 : 0.0, slow ? 2.0 : 0.99);
        }
    }

    @Test
    void firstRoundsAskWhereAStepGoes() {
        wantsParts = true;
        run(60, group("net", List.of("a", "b"), "1", "8"));
        assertThat(log.stream().filter(line -> line.contains("parts")))
                .containsExactlyInAnyOrder(
                        "a tells parts of 1", "b tells parts of 1", "a tells parts of 8", "b tells parts of 8");
        assertThat(kept.getFirst().cells()).allSatisfy(c -> assertThat(c.parts().step()).containsEntry("host", 0.01));
        assertThat(kept.get(1).cells()).allSatisfy(c -> assertThat(c.parts()).isEqualTo(Session.Parts.UNKNOWN));
    }

    @Test
    void eachRoundStartsEachContenderAndMeasuresEachTask() {
        assertThat(run(60, group("net", List.of("a", "b"), "1", "8"))).isTrue();
        assertThat(kept).hasSize(3).allSatisfy(r -> assertThat(r.cells()).hasSize(4));
        assertThat(kept).extracting(Campaign.Ended::number).containsExactly(1, 2, 3);
        assertThat(log).filteredOn(line -> line.equals("start a")).hasSize(3);
        assertThat(log).filteredOn(line -> line.equals("end b")).hasSize(3);
        // the first task of a process is warmed up for 1 s, the second for .4 s, but for three windows at least
        assertThat(kept.getFirst().cells())
                .filteredOn(c -> c.task().equals("1"))
                .allSatisfy(
                        c -> {
                            assertThat(c.warmUpSeconds()).isBetween(0.99, 1.21);
                            assertThat(c.warm()).isTrue();
                            assertThat(c.windows()).hasSize(3);
                        });
        assertThat(kept.getFirst().cells())
                .filteredOn(c -> c.task().equals("8"))
                .allSatisfy(c -> assertThat(c.warmUpSeconds()).isBetween(0.59, 0.61));
    }

    @Test
    void theWindowsOfATaskTakeTurns() {
        run(60, group("net", List.of("a", "b"), "1"));
        List<String> last = log.stream().filter(line -> line.contains("runs")).toList();
        List<String> measured = last.subList(last.size() - 6, last.size());
        for (int i = 0; i < measured.size(); i += 2) {
            assertThat(measured.subList(i, i + 2)).containsExactlyInAnyOrder("a runs 1", "b runs 1");
        }
    }

    @Test
    void aLongStepIsMeasuredOnce() {
        run(60, group("net", List.of("slow"), "1", "8"));
        assertThat(kept.getFirst().cells()).allSatisfy(c -> assertThat(c.windows()).hasSize(1));
    }

    @Test
    void aContenderThatFailsIsNamedAndTheRestGoesOn() {
        assertThat(run(60, group("net", List.of("small", "b"), "tiny", "large", "other"))).isTrue();
        assertThat(missing).containsExactly("small large: needs more memory");
        assertThat(kept).hasSize(3).allSatisfy(r -> assertThat(r.cells()).hasSize(5));
        assertThat(log).filteredOn(line -> line.equals("small prepares large")).hasSize(1);
    }

    @Test
    void groupsTakeTurnsUntilTheBudgetIsSpent() {
        Campaign.Group[] groups = {group("a", List.of("x"), "1"), group("b", List.of("x"), "1")};
        enough = 1000;
        assertThat(run(0.0, groups)).isFalse();
        assertThat(kept).extracting(r -> r.group().name()).containsExactlyInAnyOrder("a", "b");
    }

    @Test
    void aRoundInWhichTheMachineChangedIsRepeatedButNotForever() {
        drifts.addAll(List.of(0.2, 0.01, 0.01, 0.01));
        run(60, group("net", List.of("a"), "1"));
        assertThat(kept).extracting(Campaign.Ended::discarded).containsExactly(true, false, false, false);
        kept.clear();
        drifts.addAll(List.of(.2, .01, .2, .2, .2));
        run(60, group("net", List.of("a"), "1"));
        assertThat(kept).extracting(Campaign.Ended::discarded).containsExactly(true, false, true, false, false);
    }

    @Test
    void aChangeThatNoOtherProgramCausedIsNoReasonToRepeat() {
        load = 0.1;
        drifts.addAll(List.of(0.2, 0.3, 0.4));
        run(60, group("net", List.of("a"), "1"));
        assertThat(kept).extracting(Campaign.Ended::discarded).containsExactly(false, false, false);
    }

    @Test
    void whatIsStoppedIsNotKept() {
        stopsAfter = rounds -> rounds >= 1;
        assertThat(run(60, group("net", List.of("a"), "1"))).isFalse();
        assertThat(kept).hasSize(1);
    }
}
