package chainrule.bench;

import static org.assertj.core.api.Assertions.assertThat;

import chainrule.bench.path.Work;

import org.junit.jupiter.api.Test;

import java.util.List;
import java.util.Optional;

/** Finds the crossover in made-up figures. */
class CrossoverTest {
    private static Measurement of(String operation, String shape, String backend, int threads, double nanos) {
        double amount = Double.parseDouble(shape);
        return new Measurement("gemm", operation, shape, backend, threads, Work.Unit.FLOP, amount, List.of(nanos));
    }

    @Test
    void findsTheSmallestSizeFromWhichTheGpuStaysFaster() {
        List<Measurement> measured =
                List.of(
                        of("forward", "1000", "cuda", 1, 10), // the largest first: the order must not matter
                        of("forward", "1000", "simd", 1, 100),
                        of("forward", "1000", "simd", 2, 60),
                        of("forward", "1", "cuda", 1, 5), // faster by chance
                        of("forward", "1", "ejml", 1, 6),
                        of("forward", "10", "cuda", 1, 5),
                        of("forward", "10", "ejml", 1, 6),
                        of("forward", "10", "simd", 1, 4),
                        of("forward", "100", "cuda", 1, 5),
                        of("forward", "100", "simd", 1, 10),
                        of("forward", "100", "machine", 1, 1),
                        of("slow", "1", "cuda", 1, 9),
                        of("slow", "1", "simd", 1, 3),
                        of("unmatched", "1", "cuda", 1, 9));
        assertThat(Crossover.of(measured).rows())
                .containsExactly(
                        new Crossover.Row("gemm", "forward", Optional.of("100"), 2, 6),
                        new Crossover.Row("gemm", "slow", Optional.empty(), Double.NaN, 1.0 / 3));
    }

    @Test
    void findsNoneWithoutAGpu() {
        assertThat(Crossover.of(List.of(of("forward", "1", "simd", 1, 3))).rows()).isEmpty();
    }
}
