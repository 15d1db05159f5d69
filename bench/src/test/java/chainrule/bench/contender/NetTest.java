package chainrule.bench.contender;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class NetTest {
    @Test
    void countsTheOperationsOfTheProductsInAStep() {
        // 784→32 forward and weight gradient; then 4 times 32→32 and 32→10, each with an input gradient too
        assertThat(Net.named("mlp5").flop(Net.BATCH))
                .isEqualTo(2.0 * 128 * (2 * 784 * 32 + 3 * 4 * 32 * 32 + 3 * 32 * 10));
        double convolutions = 2 * 784 * 9 * 32 + 3 * 196 * 288 * 64 + 3 * 49 * 576 * 64;
        assertThat(Net.named("mnist").flop(Net.BATCH))
                .isEqualTo(2.0 * 128 * (convolutions + 3 * 576 * 64 + 3 * 64 * 10));
    }
}
