package chainrule.cuda;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.util.SplittableRandom;

/** Division by multiplication is exact for every possible index. */
class DivisorTest {
    @Test
    void isExactForSmallOperands() {
        for (int d = 1; d < 300; d++) {
            Divisor divisor = Divisor.of(d);
            for (int n = 0; n < 2_000; n++) {
                assertThat(divisor.quotient(n)).isEqualTo(n / d);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(
            ints = {1, 2, 3, 5, 7, 9, 25, 31, 32, 33, 641, 784, 65_537, 6_700_417, 1 << 30, (1 << 30) + 1, 0x7FFFFFFF})
    void isExactWhereTheQuotientChanges(int d) {
        Divisor divisor = Divisor.of(d);
        SplittableRandom random = new SplittableRandom(d);
        for (int i = 0; i < 2_000; i++) {
            int multiple = Integer.MAX_VALUE - random.nextInt(Integer.MAX_VALUE) / d * d;
            for (long n = multiple - 2L; n <= Math.min(multiple + 2L, Integer.MAX_VALUE); n++) {
                if (n >= 0) {
                    assertThat(divisor.quotient((int) n)).as("%d / %d", n, d).isEqualTo((int) n / d);
                }
            }
        }
        assertThat(divisor.quotient(Integer.MAX_VALUE)).isEqualTo(Integer.MAX_VALUE / d);
    }
}
