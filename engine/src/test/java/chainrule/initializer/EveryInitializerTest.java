package chainrule.initializer;

import static org.assertj.core.api.Assertions.assertThat;

import chainrule.MainClasses;
import chainrule.tensor.RandomStream;
import chainrule.tensor.Shape;

import org.apache.commons.math3.stat.StatUtils;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Checks all initializers that have a name, and that every other class has a test. */
class EveryInitializerTest {
    /** The mean square of the values for fan-in 18 and fan-out 36; every name needs an entry. */
    private static final Map<String, Double> MEAN_SQUARES =
            Map.of(
                    "glorot-uniform", 2.0 / (18 + 36),
                    "glorot-normal", 2.0 / (18 + 36),
                    "he-uniform", 2.0 / 18,
                    "he-normal", 2.0 / 18,
                    "lecun-uniform", 1.0 / 18,
                    "lecun-normal", 1.0 / 18,
                    "fan-in-uniform", 1.0 / (3 * 18),
                    "orthogonal", 4.0 / (18 * 4), // four columns of length 1
                    "zeros", 0.0);

    static Stream<String> names() {
        return Initializers.names().stream();
    }

    @Test
    void everyNameHasAnExpectedMeanSquare() {
        assertThat(MEAN_SQUARES.keySet()).containsExactlyInAnyOrderElementsOf(Initializers.names());
    }

    /** Classes with arguments have no name on the command line; {@link ImageInitializersTest} tests them. */
    @Test
    void everyClassIsNamedOrTakesArguments() {
        Set<Class<?>> named = names().map(name -> Initializers.named(name).getClass()).collect(Collectors.toSet());
        assertThat(MainClasses.of(Initializer.class))
                .filteredOn(type -> !named.contains(type))
                .containsExactlyInAnyOrder(Dirac.class, Whitening.class);
    }

    @ParameterizedTest
    @MethodSource("names")
    void meanSquareMatchesTheFans(String name) {
        Shape shape = Shape.of(3, 3, 2, 4);
        double sum = 0;
        int draws = 200;
        for (int seed = 0; seed < draws; seed++) {
            double[] values = Initializers.named(name).values(shape, RandomStream.of(seed, "weights"));
            assertThat(values).hasSize(shape.elements());
            sum += StatUtils.sumSq(values);
        }
        double expected = MEAN_SQUARES.get(name);
        assertThat(sum / draws / shape.elements()).isBetween(0.95 * expected, 1.05 * expected);
    }
}
