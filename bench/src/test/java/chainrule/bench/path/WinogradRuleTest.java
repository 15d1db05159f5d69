package chainrule.bench.path;

import static org.assertj.core.api.Assertions.assertThat;

import chainrule.backend.Window;

import org.junit.jupiter.api.Test;

import java.lang.reflect.Method;

class WinogradRuleTest {
    @Test
    void agreesWithTheBackend() throws ReflectiveOperationException {
        Method suits = Class.forName("chainrule.simd.Winograd").getDeclaredMethod("suits", Window.class, int.class);
        suits.setAccessible(true);
        int winograd = 0;
        for (int side : new int[] {2, 5, 7, 8, 14, 32}) {
            for (int channels : new int[] {1, 3, 16, 32, 48, 64}) {
                for (int kernel : new int[] {1, 3, 5}) {
                    for (int stride = 1; stride <= 2; stride++) {
                        Window same = Window.same(side, side, channels, kernel, kernel, stride, stride);
                        boolean expected = (boolean) suits.invoke(null, same, 64);
                        assertThat(WinogradRule.applies(same, 64)).as("%s", same).isEqualTo(expected);
                        winograd += expected ? 1 : 0;
                    }
                }
            }
        }
        assertThat(winograd).isPositive();
    }

    @Test
    void executesAQuarterOfTheProductsOnWholeTiles() {
        Window w = Window.same(16, 16, 64, 3, 3, 1, 1);
        long direct = 128L * 16 * 16 * 9 * 64 * 64;
        assertThat(WinogradRule.multiplyAdds(w, 128, 64)).isEqualTo(direct / 4);
        assertThat(WinogradRule.inputGradient(w, 128, 64)).isEqualTo(direct / 4);
        Window strided = Window.same(16, 16, 64, 3, 3, 2, 2);
        assertThat(WinogradRule.multiplyAdds(strided, 128, 64)).isEqualTo(direct / 4);
        assertThat(WinogradRule.inputGradient(strided, 128, 64)).isEqualTo(direct / 4);
    }

    @Test
    void aStepExecutesFewerOperationsWithWinograd() {
        StepBenchmark steps = new StepBenchmark();
        Work mnist = steps.work("step", "mnist", "simd");
        assertThat(mnist.executed()).isLessThan(0.6 * mnist.flop());
        Work dense = steps.work("step", "mlp5", "simd");
        assertThat(dense.executed()).isEqualTo(dense.flop());
        Work ejml = steps.work("step", "mnist", "ejml");
        assertThat(ejml.executed()).isEqualTo(mnist.flop());
    }
}
