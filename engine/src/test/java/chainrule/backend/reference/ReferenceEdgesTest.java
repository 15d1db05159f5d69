package chainrule.backend.reference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import chainrule.backend.Backend;
import chainrule.backend.Matrix;
import chainrule.backend.Memory.Buffer;
import chainrule.backend.Philox;
import chainrule.backend.provider.BackendProvider;

import org.apache.commons.math3.stat.StatUtils;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Edge cases of the formulas: ties, zeros, NaN, values far from zero. */
class ReferenceEdgesTest {
    private final Backend backend = new ReferenceBackend();

    @BeforeEach
    void open() {
        backend.openScope("test");
    }

    @AfterEach
    void close() {
        backend.close();
    }

    private Buffer buffer(double... values) {
        Buffer buffer = backend.allocate(values.length, "values");
        backend.upload(values, buffer);
        return buffer;
    }

    private Matrix column(double... values) {
        return Matrix.of(buffer(values), values.length, 1);
    }

    /** Σ(x − μ)(x + μ) is the same in algebra, and off by more than the variance here. */
    @Test
    void momentsFarFromZeroKeepTheirPrecision() {
        double[] x = {1e8 + 0.1, 1e8 + 0.2, 1e8 + 0.4};
        Buffer mean = buffer(0);
        Buffer variance = buffer(0);
        backend.moments(column(x), mean, variance);
        assertThat(backend.scalar(variance)).isCloseTo(StatUtils.populationVariance(x), within(1e-12));
    }

    @Test
    void matchesComparesASingleColumnWithAThreshold() {
        Buffer count = buffer(0);
        // predicted where the logit is above 0, true where the target is above ½: only the second differs
        backend.matches(column(2, 2, -1, 0, 3), column(1, 0, 0, 0.5, 1), count);
        assertThat(backend.scalar(count)).isEqualTo(4);
    }

    @Test
    void crossEntropyOfNanIsNanEvenWhereItsTargetIsZero() {
        Buffer loss = buffer(0);
        backend.softmaxCrossEntropy(buffer(Double.NaN, 1), buffer(0, 0), loss);
        assertThat(backend.scalar(loss)).isNaN();
    }

    @Test
    void crossEntropyOfASingleClassIsZero() {
        Buffer loss = buffer(1);
        backend.softmaxCrossEntropy(buffer(0), buffer(1), loss);
        assertThat(backend.scalar(loss)).isZero();
    }

    @Test
    void dropoutMaskKeepsAnElementWhoseUniformNumberEqualsTheRate() {
        float rate = Philox.uniform(Philox.word(42, 0));
        Buffer mask = buffer(7);
        backend.dropoutMask(42, rate, mask);
        assertThat(backend.scalar(mask)).isEqualTo(1 / (1 - (double) rate));
    }

    @Test
    void uploadReadsFloatsFromTheOffset() {
        Buffer to = buffer(0, 0);
        backend.upload(new float[] {1, 2, 3, 4}, 1, to);
        assertThat(backend.download(to)).containsExactly(2, 3);
    }

    @Test
    void providerDescribesTheBackend() {
        BackendProvider provider = new ReferenceProvider();
        assertThat(provider.name()).isEqualTo("reference");
        assertThat(provider.rank()).isZero();
        assertThat(provider.unavailableReason()).isEmpty();
        try (Backend backend = provider.create(8)) {
            assertThat(backend.name()).isEqualTo("reference");
            assertThat(backend.description()).isEqualTo("float64, naive loops, 1 thread");
            assertThat(backend.unitRoundoff()).isEqualTo(Math.ulp(1.0) / 2);
        }
    }
}
