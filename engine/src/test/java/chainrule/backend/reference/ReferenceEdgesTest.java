package chainrule.backend.reference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import chainrule.backend.Backend;
import chainrule.backend.BackendProvider;
import chainrule.backend.Buffer;
import chainrule.backend.Philox;

import org.apache.commons.math3.stat.StatUtils;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Where a formula has its borders: ties, zeros, NaN, numbers far from zero. */
class ReferenceEdgesTest {
    private final Backend k = new ReferenceBackend();

    @BeforeEach
    void open() {
        k.openScope("test");
    }

    @AfterEach
    void close() {
        k.close();
    }

    private Buffer buffer(double... values) {
        Buffer buffer = k.allocate(values.length, "values");
        k.upload(values, buffer);
        return buffer;
    }

    /** Σ(x − μ)(x + μ) is the same in algebra, and off by more than the variance here. */
    @Test
    void momentsFarFromZeroKeepTheirDigits() {
        double[] x = {1e8 + 0.1, 1e8 + 0.2, 1e8 + 0.4};
        Buffer mean = buffer(0);
        Buffer variance = buffer(0);
        k.moments(3, 1, buffer(x), mean, variance);
        assertThat(k.scalar(variance)).isCloseTo(StatUtils.populationVariance(x), within(1e-12));
    }

    @Test
    void aSingleColumnMatchesByItsSide() {
        Buffer count = buffer(0);
        // logits above 0 say yes, targets above ½ mean yes: right, wrong, right, right, right
        k.matches(5, 1, buffer(2, 2, -1, 0, 3), buffer(1, 0, 0, 0.5, 1), count);
        assertThat(k.scalar(count)).isEqualTo(4);
    }

    @Test
    void aLogitThatIsNotANumberShowsThoughItsTargetIsZero() {
        Buffer loss = buffer(0);
        k.softmaxCrossEntropy(1, 2, buffer(Double.NaN, 1), buffer(0, 0), loss);
        assertThat(k.scalar(loss)).isNaN();
    }

    @Test
    void theOnlyClassIsCertain() {
        Buffer loss = buffer(1);
        k.softmaxCrossEntropy(1, 1, buffer(0), buffer(1), loss);
        assertThat(k.scalar(loss)).isZero();
    }

    @Test
    void dropoutKeepsANumberWhoseDrawEqualsTheRate() {
        float rate = Philox.uniform(Philox.word(42, 0));
        Buffer mask = buffer(7);
        k.dropoutMask(42, rate, mask);
        assertThat(k.scalar(mask)).isEqualTo(1 / (1 - (double) rate));
    }

    @Test
    void floatsAreReadFromTheirOffsetOn() {
        Buffer to = buffer(0, 0);
        k.upload(new float[] {1, 2, 3, 4}, 1, to);
        assertThat(k.download(to)).containsExactly(2, 3);
    }

    @Test
    void itSaysWhatItIs() {
        BackendProvider provider = new ReferenceProvider();
        assertThat(provider.name()).isEqualTo("reference");
        assertThat(provider.rank()).isZero();
        assertThat(provider.obstacle()).isEmpty();
        try (Backend backend = provider.create(8)) {
            assertThat(backend.name()).isEqualTo("reference");
            assertThat(backend.description()).isEqualTo("float64, naive loops, 1 thread");
            assertThat(backend.unitRoundoff()).isEqualTo(Math.ulp(1.0) / 2);
        }
    }
}
