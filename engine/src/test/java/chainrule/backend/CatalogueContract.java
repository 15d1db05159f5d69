package chainrule.backend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import chainrule.backend.Memory.Buffer;
import chainrule.backend.check.PrimitiveCase;
import chainrule.backend.check.PrimitiveCase.Arguments;
import chainrule.backend.check.PrimitiveCase.Operand;
import chainrule.backend.check.PrimitiveCase.Role;
import chainrule.backend.check.PrimitiveCases;

import org.junit.jupiter.api.Test;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Collectors;

/** Tests that run on every primitive of the catalogue: a primitive that is added there is tested here. */
interface CatalogueContract extends BackendContract {
    /** Sums of 1500 terms in float32 are off by fewer roundings of the largest element. */
    double ROUNDINGS = 340;

    @Test
    default void everyPrimitiveAgreesWithReferenceForAnyNumberOfThreads() {
        for (PrimitiveCase c : PrimitiveCases.all()) {
            for (boolean accumulate : c.accumulates() ? new boolean[] {true, false} : new boolean[] {true}) {
                trial().compare(
                                c + (accumulate ? "" : ", overwriting"),
                                ROUNDINGS,
                                backend -> {
                                    Arguments on = c.on(backend, accumulate);
                                    on.call();
                                    return on.results();
                                });
            }
        }
    }

    /** Each operand in turn one shorter or longer along each of its axes. */
    @Test
    default void everyPrimitiveRejectsAnOperandOfTheWrongSize() {
        onEachCase(
                (c, on) -> {
                    for (Operand o : c.operands()) {
                        for (List<Integer> wrong : wrongShapes(c, o)) {
                            Matrix right = on.matrix(o.name());
                            on.replace(o.shaped(wrong));
                            assertRejected(c, on, o.name() + " as " + wrong);
                            on.put(o.name(), right);
                        }
                    }
                });
    }

    private static List<List<Integer>> wrongShapes(PrimitiveCase c, Operand o) {
        List<List<Integer>> shapes = new ArrayList<>();
        for (int axis = 0; axis < o.shape().size(); axis++) {
            for (int change : new int[] {-1, 1}) {
                List<Integer> shape = new ArrayList<>(o.shape());
                shape.set(axis, shape.get(axis) + change);
                if (shape.get(axis) > 0 && isContradicted(c, o, axis)) {
                    shapes.add(shape);
                }
            }
        }
        return shapes;
    }

    /**
     * True if another operand determines the size of this axis. There is none for a primitive with a single operand, nor for
     * the number of rows where only this operand has rows, because the primitive sums over them.
     */
    private static boolean isContradicted(PrimitiveCase c, Operand o, int axis) {
        List<Operand> others = c.operands().stream().filter(other -> other != o).toList();
        boolean onlyOneWithRows =
                axis == 0 && o.shape().getFirst() > 1 && others.stream().allMatch(x -> x.shape().getFirst() == 1);
        return !others.isEmpty() && !onlyOneWithRows;
    }

    @Test
    default void everyPrimitiveRejectsSwappedOperands() {
        onEachCase(
                (c, on) -> {
                    for (Operand one : c.operands()) {
                        for (Operand other : c.operands()) {
                            boolean sameType = one.shape().size() == other.shape().size();
                            if (sameType && !one.shape().equals(other.shape())) {
                                on.swap(one.name(), other.name());
                                assertRejected(c, on, one.name() + " and " + other.name() + " swapped");
                                on.swap(one.name(), other.name());
                            }
                        }
                    }
                });
    }

    /** Only matmul reads transposed operands; no primitive writes a transposed result. */
    @Test
    default void everyPrimitiveButMatmulRejectsTransposedOperands() {
        onEachCase(
                (c, on) -> {
                    for (Operand o : c.operands()) {
                        Matrix plain = on.matrix(o.name());
                        boolean accepted = c.primitive().equals("matmul") && o.role() == Role.INPUT;
                        if (!accepted && !(plain instanceof Images)) {
                            Map<String, double[]> before = on.results();
                            on.put(o.name(), plain.T());
                            Throwable thrown = catchThrowable(on::call);
                            on.put(o.name(), plain);
                            assertRejected(c, on, o.name() + " transposed", thrown, before);
                        }
                    }
                });
    }

    /** A contribution that overwrites those before it would be a wrong gradient. */
    @Test
    default void everyPrimitiveThatOverwritesRejectsAResultThatAccumulates() {
        Set<String> withSums =
                PrimitiveCases.all().stream()
                        .filter(PrimitiveCase::accumulates)
                        .map(PrimitiveCase::primitive)
                        .collect(Collectors.toSet());
        onEachCase(
                (c, on) -> {
                    for (Operand o : c.operands()) {
                        Matrix result = on.matrix(o.name());
                        if (o.written() && !withSums.contains(c.primitive()) && !(result instanceof Images)) {
                            on.put(o.name(), result.sum());
                            assertRejected(c, on, o.name() + " accumulating");
                            on.put(o.name(), result);
                        }
                    }
                });
    }

    /** The test's own thread has a scope open, so no other may use the backend. */
    @Test
    default void everyPrimitiveRejectsOtherThreadsWhileAScopeIsOpen() {
        onEachCase(
                (c, on) -> {
                    Map<String, double[]> before = on.results();
                    assertThat(thrownOnAnotherThread(on::call))
                            .as(c.toString())
                            .isInstanceOf(WrongThreadException.class);
                    assertUnchanged(c, on, before, "called on another thread");
                });
    }

    private static Throwable thrownOnAnotherThread(Runnable work) {
        AtomicReference<Throwable> thrown = new AtomicReference<>();
        Thread other = new Thread(() -> thrown.set(catchThrowable(work::run)), "second");
        other.start();
        try {
            other.join();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
        return thrown.get();
    }

    /** Where a result may take the storage of an operand, its bits are the same as elsewhere. */
    @Test
    @Covers("inPlaceGradients")
    default void gradientsInPlaceAreTheSameAsElsewhere() {
        onBackend(
                backend -> {
                    Set<String> inPlace = new HashSet<>();
                    for (PrimitiveCase c : PrimitiveCases.all()) {
                        if (c.accumulates()) {
                            compareInPlace(c, backend, inPlace);
                        }
                    }
                    assertThat(inPlace)
                            .isEqualTo(
                                    backend.inPlaceGradients()
                                            ? Set.of(
                                                    "mapGradient", "multiply", "normalizeGradient", "batchNormGradient")
                                            : Set.of());
                });
    }

    private static void compareInPlace(PrimitiveCase c, Backend backend, Set<String> inPlace) {
        try (Scope _ = backend.openScope("elsewhere and in place")) {
            Arguments elsewhere = c.on(backend, false);
            Arguments on = c.on(backend, false);
            for (Operand o : c.operands()) {
                if (o.role() == Role.SUM) {
                    on.put(o.name(), new Unplaced(backend, on.matrix(o.name())));
                }
            }
            elsewhere.call();
            on.call();
            Map<String, double[]> actual = on.results();
            elsewhere
                    .results()
                    .forEach(
                            (name, bits) ->
                                    assertThat(Arrays.equals(actual.get(name), bits)).as("%s of %s", name, c).isTrue());
            for (Operand o : c.operands()) {
                if (on.matrix(o.name()) instanceof Unplaced result && result.inPlace) {
                    inPlace.add(c.primitive());
                }
            }
        }
    }

    /** A result without storage, as in a backward pass. */
    final class Unplaced extends Matrix {
        private final Backend backend;
        private Buffer buffer;
        private boolean inPlace;

        Unplaced(Backend backend, Matrix like) {
            super(like.rows(), like.cols());
            this.backend = backend;
        }

        @Override
        public Buffer buffer() {
            if (buffer == null) {
                buffer = backend.allocate(elements(), "elsewhere");
            }
            return buffer;
        }

        @Override
        public void replace(Matrix operand) {
            buffer = operand.buffer();
            inPlace = true;
        }
    }

    /** What a test does with the operands of each case. */
    @FunctionalInterface
    interface CaseTest {
        void run(PrimitiveCase c, Arguments on);
    }

    private void onEachCase(CaseTest test) {
        trial().once(
                        backend -> {
                            for (PrimitiveCase c : PrimitiveCases.all()) {
                                try (Scope _ = backend.openScope("rejections")) {
                                    test.run(c, c.on(backend));
                                }
                            }
                        });
    }

    private static void assertRejected(PrimitiveCase c, Arguments on, String wrong) {
        Map<String, double[]> before = on.results();
        assertRejected(c, on, wrong, catchThrowable(on::call), before);
    }

    private static void assertRejected(
            PrimitiveCase c, Arguments on, String wrong, Throwable thrown, Map<String, double[]> before) {
        assertThat(thrown)
                .as("%s: %s", c, wrong)
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(c.primitive());
        assertUnchanged(c, on, before, wrong);
    }

    private static void assertUnchanged(PrimitiveCase c, Arguments on, Map<String, double[]> before, String after) {
        on.results()
                .forEach(
                        (name, values) ->
                                assertThat(Arrays.equals(values, before.get(name)))
                                        .as("%s of %s is unchanged: %s", name, c, after)
                                        .isTrue());
    }
}
