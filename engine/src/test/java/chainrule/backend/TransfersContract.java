package chainrule.backend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import chainrule.backend.Cases.Row;
import chainrule.backend.Memory.Buffer;

import org.instancio.junit.Given;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** The way between host and device. */
interface TransfersContract extends BackendContract {

    @RepeatedTest(10)
    @Covers({"upload", "download", "copy", "fill", "allocate", "zeros", "scalar"})
    default void downloadReturnsWhatWasUploaded(@Given(Cases.class) Row v) {
        double[] values = new Operands(null, v.seed(), false).random("x", v.length(), x -> 1e3 * x);
        float[] floats = new float[v.length() + 3];
        for (int i = 0; i < v.length(); i++) {
            floats[i + 3] = (float) values[i];
        }
        double[] constant = new double[v.length()];
        Arrays.fill(constant, 0.25);
        onBackend(
                backend -> {
                    Buffer x = backend.allocate(v.length(), "x");
                    backend.upload(values, x);
                    assertThat(x.length()).isEqualTo(v.length());
                    assertThat(backend.download(x)).isEqualTo(values);
                    assertThat(backend.scalar(x)).isEqualTo(values[0]);

                    Buffer fromFloats = backend.allocate(v.length(), "fromFloats");
                    backend.upload(floats, 3, fromFloats);
                    assertThat(backend.download(fromFloats)).isEqualTo(values);

                    Buffer y = backend.zeros(v.length(), "y");
                    assertThat(backend.download(y)).isEqualTo(new double[v.length()]);
                    backend.copy(x, y);
                    backend.fill(x, 0.25);
                    assertThat(backend.download(y)).isEqualTo(values);
                    assertThat(backend.download(x)).isEqualTo(constant);
                });
    }

    /** Its storage does not enter the pool, so the next allocation of as many elements does not get it. */
    @Test
    @Covers("wrap")
    default void wrappedArrayIsReadAndNeverWritten() {
        onBackend(
                backend -> {
                    for (int length : new int[] {5, HostArray.of(5).length}) {
                        float[] values = new float[length];
                        Arrays.fill(values, 0.5f);
                        Buffer y = backend.allocate(5, "y");
                        try (Scope _ = backend.openScope("step")) {
                            Buffer wrapped = backend.wrap(values, 5, "wrapped");
                            assertThat(wrapped.length()).isEqualTo(5);
                            backend.map(Elementwise.LEAKY_RELU, 0.5, wrapped, y);
                            assertThat(backend.download(wrapped)).containsOnly(0.5);
                        }
                        backend.fill(backend.allocate(5, "a"), 9);
                        backend.fill(backend.allocate(5, "b"), 9);
                        assertThat(backend.download(y)).containsOnly(0.5);
                        assertThat(values).containsOnly(0.5f);
                    }
                });
    }

    @Test
    @Covers("scalars")
    default void scalarsReturnsTheFirstElementOfEach() {
        onBackend(
                backend -> {
                    Buffer a = BackendContract.buffer(backend, 3, 9);
                    Buffer b = BackendContract.buffer(backend, -0.5);
                    assertThat(backend.scalars(a, b, a)).containsExactly(3, -0.5, 3);
                    assertThat(backend.scalars()).isEmpty();
                });
    }

    @Test
    @Covers("upload")
    default void uploadRoundsToTheNearest() {
        onBackend(
                backend -> {
                    double third = backend.download(BackendContract.buffer(backend, 1.0 / 3))[0];
                    assertThat(third).isEqualTo(backend.unitRoundoff() == 0x1p-24 ? (float) (1.0 / 3) : 1.0 / 3);
                });
    }

    @Test
    default void transfersRejectArraysThatAreTooShort() {
        onBackend(
                backend -> {
                    Buffer x = BackendContract.buffer(backend, 1, 2, 3);
                    assertThatThrownBy(() -> backend.upload(new double[2], x))
                            .isInstanceOf(IllegalArgumentException.class)
                            .hasMessage("upload: the array has 2 elements for 'values' (3 elements)");
                    assertThatThrownBy(() -> backend.upload(new float[5], 3, x))
                            .isInstanceOf(IllegalArgumentException.class)
                            .hasMessage("upload: the array has 2 elements for 'values' (3 elements)");
                    assertThatThrownBy(() -> backend.wrap(new float[2], 3, "batch"))
                            .isInstanceOf(IllegalArgumentException.class)
                            .hasMessage("wrap: 'batch' needs 3 elements, the array has 2");
                    assertThat(backend.download(x)).containsExactly(1, 2, 3);
                });
    }

    /** Storage holds them in the order of the other matrix. */
    @Test
    default void transfersRejectTransposedMatrices() {
        onBackend(
                backend -> {
                    Matrix x = BackendContract.matrix(backend, 2, 1, 2, 3, 4, 5, 6).T();
                    assertThatThrownBy(() -> backend.upload(new double[6], x)).hasMessageContaining("transposed");
                    assertThatThrownBy(() -> backend.upload(new float[6], 0, x)).hasMessageContaining("transposed");
                    assertThatThrownBy(() -> backend.download(x)).hasMessageContaining("transposed");
                    assertThatThrownBy(() -> backend.statistics(x)).hasMessageContaining("transposed");
                    assertThat(backend.download(x.T())).containsExactly(1, 2, 3, 4, 5, 6);
                });
    }

    /** Everything is accumulated in double, so only the order of additions may differ. */
    @RepeatedTest(15)
    @Covers("statistics")
    default void statisticsAgreeWithTheirDefinition(@Given(Cases.class) Row v) {
        double scale =
                Math.floorMod(v.seed(), 2) == 0
                        ? 1
                        : 1e-27; // a gradient deep in a sigmoid net: its square underflows in float
        double[] x = new Operands(null, v.seed(), false).random("x", v.length(), value -> scale * value);
        if (Math.floorMod(v.seed(), 3) == 0) {
            x[0] = Double.NaN;
            x[v.length() / 2] = Double.NEGATIVE_INFINITY;
        }
        Statistics expected = Statistics.EMPTY;
        for (double value : x) {
            expected = expected.plus(Statistics.of(value));
        }
        Statistics want = expected;
        List<Statistics> all = new ArrayList<>();
        onBackend(backend -> all.add(backend.statistics(BackendContract.buffer(backend, x))));
        assertThat(all).allMatch(all.getFirst()::equals, "the same for any number of threads, " + v);
        Statistics got = all.getFirst();
        assertThat(List.of(got.count(), got.zeros(), got.nonFinite()))
                .as(v.toString())
                .isEqualTo(List.of(want.count(), want.zeros(), want.nonFinite()));
        assertThat(List.of(got.min(), got.max())).isEqualTo(List.of(want.min(), want.max()));
        double bound = 2 * v.length() * 0x1p-53;
        assertThat(Math.abs(got.sum() - want.sum())).isLessThanOrEqualTo(bound * want.sumAbs());
        assertThat(Math.abs(got.sumAbs() - want.sumAbs())).isLessThanOrEqualTo(bound * want.sumAbs());
        assertThat(Math.abs(got.sumSquares() - want.sumSquares())).isLessThanOrEqualTo(bound * want.sumSquares());
    }
}
