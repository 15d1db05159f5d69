package chainrule.train;

import static org.assertj.core.api.Assertions.assertThat;

import chainrule.MainClasses;
import chainrule.optimizer.Optimizer;
import chainrule.probe.GradientProbe;
import chainrule.probe.GradientTable;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;

/** An interrupted and resumed run gives the same bits as an uninterrupted one. */
class ResumeTest {
    @TempDir Path folder;

    /** Requests a stop after {@code steps} steps. */
    private static Checkpoints stopAfter(Checkpoints checkpoints, int steps) {
        AtomicInteger asked = new AtomicInteger(); // once at the start, then after every step
        return checkpoints.stopWhen(() -> asked.getAndIncrement() >= steps);
    }

    @Test
    void coversEveryOptimizer() {
        assertThat(MainClasses.of(Optimizer.class))
                .isNotEmpty()
                .allMatch(type -> SmallRun.OPTIMIZERS.values().stream().anyMatch(o -> o.get().getClass() == type));
    }

    static Stream<Arguments> runs() {
        return Stream.concat(
                Stream.of(Arguments.of("reference", "adam")),
                SmallRun.OPTIMIZERS.keySet().stream().map(optimizer -> Arguments.of("ejml", optimizer)));
    }

    @ParameterizedTest
    @MethodSource("runs")
    void resumesToTheSameBitsAfterAnyStep(String backend, String optimizer) {
        SmallRun run = SmallRun.of(folder, backend, optimizer);
        SmallRun.End whole = run.go();
        assertThat(whole.history().epochs()).hasSize(4);
        assertThat(whole.steps()).isEqualTo(SmallRun.STEPS);
        for (int steps = 1; steps < SmallRun.STEPS; steps++) {
            Path own = folder.resolve(optimizer + steps);
            Checkpoints first = new Checkpoints(own, "small run");
            SmallRun.End part = run.go(stopAfter(first, steps));
            assertThat(part.history().interrupted()).isTrue();
            assertThat(part.steps()).isEqualTo(steps);
            SmallRun.End rest = run.go(new Checkpoints(own, "small run").resume(true));
            assertThat(rest.history().interrupted()).isFalse();
            assertThat(rest.steps()).as("no step is repeated").isEqualTo(SmallRun.STEPS - steps);
            assertThat(rest.bits().equals(whole.bits())).as("after step %d", steps).isTrue();
        }
    }

    /** Every captured step has its rows exactly once, with the same bits, before and after the interruption. */
    @ParameterizedTest
    @ValueSource(ints = {1, 2, 5})
    void capturesTheSameGradientsWhenResumedAfterAnyStep(int every) {
        SmallRun run = SmallRun.adam(folder, "ejml");
        GradientProbe uninterrupted = new GradientProbe(every);
        SmallRun.End whole = run.go(t -> t.probe(uninterrupted), null);
        assertThat(uninterrupted.rows()).isNotEmpty();
        for (int steps = 1; steps < SmallRun.STEPS; steps++) {
            Path own = folder.resolve("after" + steps);
            GradientProbe before = new GradientProbe(every);
            run.go(t -> t.probe(before), stopAfter(new Checkpoints(own, "small run"), steps));
            assertThat(before.rows()).hasSizeLessThanOrEqualTo(uninterrupted.rows().size());
            GradientProbe resumed = new GradientProbe(every);
            SmallRun.End rest = run.go(t -> t.probe(resumed), new Checkpoints(own, "small run").resume(true));
            assertThat(rest.bits().equals(whole.bits())).as("after step %d", steps).isTrue();
            assertThat(resumed.rows()).as("after step %d", steps).isEqualTo(uninterrupted.rows());
            assertThat(GradientTable.csv(resumed.rows())).isEqualTo(GradientTable.csv(uninterrupted.rows()));
        }
    }

    @Test
    void resumesToTheSameBitsAfterEveryStep() {
        SmallRun run = SmallRun.adam(folder, "ejml");
        SmallRun.End whole = run.go();
        SmallRun.End last = run.go(stopAfter(run.checkpoints(), 1));
        for (int step = 2; step < SmallRun.STEPS; step++) {
            assertThat(last.history().interrupted()).isTrue();
            last = run.go(stopAfter(run.checkpoints().resume(true), 1));
        }
        last = run.go(run.checkpoints().resume(true));
        assertThat(last.bits().equals(whole.bits())).isTrue();
    }
}
