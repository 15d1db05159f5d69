package chainrule.bench.versus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import chainrule.backend.Backend;
import chainrule.backend.provider.Backends;
import chainrule.bench.contender.Net;
import chainrule.bench.versus.TimeToAccuracy.Result;
import chainrule.bench.versus.TimeToAccuracy.Summary;
import chainrule.data.ByteImages;
import chainrule.tensor.Shape;

import org.junit.jupiter.api.Test;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;

class TimeToAccuracyTest {
    /** Images of ten classes that differ in the row that is bright: learned within a few epochs. */
    private static ByteImages rows(int size) {
        byte[] pixels = new byte[784 * size];
        byte[] labels = new byte[size];
        for (int i = 0; i < size; i++) {
            labels[i] = (byte) (i % 10);
            for (int x = 0; x < 56; x++) {
                pixels[784 * i + 56 * labels[i] + x] = (byte) (200 + i % 7);
            }
        }
        List<String> names = IntStream.range(0, 10).mapToObj(Integer::toString).toList();
        return new ByteImages("rows", Shape.of(784), pixels, labels, names);
    }

    private static Result train(double target, int epochs, AtomicInteger joules) {
        try (Backend backend = Backends.open("ejml", 1).backend()) {
            return new TimeToAccuracy(Net.named("mlp1"), 4, target, epochs)
                    .train("ejml, 1 thread", backend, 3, rows(200), rows(50), () -> joules.addAndGet(7));
        }
    }

    @Test
    void stopsAtTheTarget() {
        Result result = train(0.8, 50, new AtomicInteger());
        assertThat(result.reached()).isTrue();
        assertThat(result.accuracy()).isGreaterThanOrEqualTo(0.8);
        assertThat(result.epochs()).isBetween(1, 49);
        assertThat(result.seconds()).isPositive();
        assertThat(result.joules()).isEqualTo(7);
        assertThat(result.seed()).isEqualTo(3);
        assertThat(result.contender()).isEqualTo("ejml, 1 thread");
    }

    @Test
    void seedsDiffer() {
        List<Double> accuracies = new ArrayList<>();
        try (Backend backend = Backends.open("ejml", 1).backend()) {
            TimeToAccuracy goal = new TimeToAccuracy(Net.named("mlp1"), 10, 1, 1);
            for (int seed = 1; seed <= 4; seed++) {
                accuracies.add(goal.train("ejml", backend, seed, rows(100), rows(50), () -> Double.NaN).accuracy());
            }
        }
        assertThat(accuracies.stream().distinct().count()).isGreaterThan(1);
    }

    @Test
    void givesUpAfterTheLastEpoch() {
        try (Backend backend = Backends.open("ejml", 1).backend()) {
            Result result =
                    new TimeToAccuracy(Net.named("mlp1"), 200, 1, 2)
                            .train("ejml", backend, 3, rows(200), rows(50), () -> Double.NaN);
            assertThat(result.reached()).isFalse();
            assertThat(result.epochs()).isEqualTo(2);
            assertThat(result.joules()).isZero();
        }
    }

    @Test
    void rejectsNetsOfOtherImagesAndImpossibleTargets() {
        assertThatThrownBy(() -> new TimeToAccuracy(Net.named("cifar"), 64, 0.9, 5))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("cifar expects an input of")
                .hasMessageContaining("measured on MNIST");
        assertThatThrownBy(() -> new TimeToAccuracy(Net.named("mlp5"), 64, 97, 5))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("target accuracy 97");
        new TimeToAccuracy(Net.named("mnist"), 64, 0.9, 5); // images of 28 × 28 × 1 are MNIST's
    }

    private static Result result(double seconds, boolean reached) {
        return new Result("simd", "mlp5", 0, 64, 0.97, 1, reached, (int) seconds, 0.97, seconds, 10 * seconds);
    }

    @Test
    void dropsTheFastestAndTheSlowest() {
        Summary summary =
                Summary.of(
                        List.of(result(9, true), result(1, true), result(5, true), result(4, true), result(6, true)));
        assertThat(summary).isEqualTo(new Summary(5, 5, 5, 4, 6, 5, 50));
    }

    @Test
    void aSeedThatFailsIsTheSlowest() {
        Summary summary =
                Summary.of(
                        List.of(result(2, false), result(1, true), result(5, true), result(4, true), result(6, true)));
        assertThat(summary.reached()).isEqualTo(4);
        assertThat(summary.seconds()).isEqualTo(5);
        assertThat(summary.slowest()).isEqualTo(6);
        Summary none = Summary.of(List.of(result(2, false)));
        assertThat(none.seconds()).isInfinite();
        assertThat(none.epochs()).isNaN();
        assertThat(none.joules()).isZero();
        assertThatThrownBy(() -> Summary.of(List.of())).isInstanceOf(IllegalArgumentException.class);
    }
}
