package chainrule.backend;

import static org.assertj.core.api.Assertions.assertThat;

import chainrule.backend.Cases.Matrix;
import chainrule.backend.Cases.Vector;

import org.instancio.junit.Given;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Rows, columns and statistics. */
interface RowContract extends BackendContract {

    @RepeatedTest(15)
    @Covers("addRow")
    default void addRow(@Given(Cases.class) Matrix m) {
        compare(
                m,
                Tolerance.sum(1),
                (k, o) -> {
                    Buffer row = o.in("row", m.cols());
                    k.addRow(m.rows(), m.cols(), o.in("x", m.size()), row, o.fresh("y", m.size()));
                    Buffer inPlace = o.sum("inPlace", m.size());
                    k.addRow(m.rows(), m.cols(), inPlace, row, inPlace);
                });
    }

    @RepeatedTest(15)
    @Covers("addRowGradient")
    default void addRowGradient(@Given(Cases.class) Matrix m) {
        compareGradient(
                m,
                Tolerance.sum(m.rows()),
                (k, o) -> k.addRowGradient(m.rows(), m.cols(), o.in("dy", m.size()), o.target("sums", m.cols())));
    }

    /** Of numbers in [−1, 1], moments are at most 1, and so are their sums of terms divided by the number of rows. */
    @RepeatedTest(15)
    @Covers("moments")
    default void moments(@Given(Cases.class) Matrix m) {
        compare(
                m,
                Tolerance.roundings(m.rows() + 4, 1),
                (k, o) ->
                        k.moments(
                                m.rows(),
                                m.cols(),
                                o.in("x", m.size()),
                                o.fresh("mean", m.cols()),
                                o.fresh("variance", m.cols())));
    }

    /** Σx²/n − μ² would lose every digit here: the variance must be taken around the mean. */
    @Test
    @Covers("moments")
    default void varianceOfLargeNumbersThatDifferLittle() {
        onBackend(
                k -> {
                    Buffer x = BackendContract.buffer(k, 10_000, 10_001, 10_002, 10_003, 10_004);
                    Buffer mean = k.allocate(1, "mean");
                    Buffer variance = k.allocate(1, "variance");
                    k.moments(5, 1, x, mean, variance);
                    assertThat(k.scalar(mean)).isEqualTo(10_002);
                    assertThat(k.scalar(variance)).isEqualTo(2);
                });
    }

    /** √(variance + ε) divides what is left of such a column: the mean's rounding must not show beside ε = 1e-5. */
    @Test
    @Covers({"moments", "normalize"})
    default void aColumnThatIsConstantOrNearlySoIsNormalizedToZero() {
        onBackend(
                k -> {
                    for (int cols : new int[] {1, 3, 16, 32, 33}) {
                        for (int rows : new int[] {1, 2, 7, 129, 2048}) {
                            for (double v : new double[] {0, 1000.1f, -0.1f, 1e8, -3e10, 1e30, 1e-30}) {
                                double[] x = new double[rows * cols];
                                Arrays.fill(x, v);
                                Buffer in = BackendContract.buffer(k, x);
                                Buffer mean = k.zeros(cols, "mean");
                                Buffer variance = k.zeros(cols, "variance");
                                Buffer one = k.zeros(cols, "gamma");
                                Buffer y = k.allocate(rows * cols, "y");
                                k.fill(one, 1);
                                k.moments(rows, cols, in, mean, variance);
                                k.normalize(rows, cols, in, mean, variance, 1e-5, one, k.zeros(cols, "beta"), y);
                                double u = k.unitRoundoff();
                                // float64 may be off by a rounding a row; float32 has none to show, its sums being
                                // finer
                                double bound = u == 0x1p-24 ? 0 : rows * u * Math.abs(v) / Math.sqrt(1e-5);
                                assertThat(k.statistics(y).maxAbs())
                                        .as("%d × %d of %s", rows, cols, v)
                                        .isLessThanOrEqualTo(Math.min(bound, Math.sqrt(rows)));
                            }
                        }
                    }
                });
    }

    /** A variance of 0 would hide for good, in a running variance, that a layer has failed. */
    @Test
    @Covers("moments")
    default void aColumnWithANanOrAnInfinityHasTheVarianceNan() {
        double infinity = Double.POSITIVE_INFINITY;
        onBackend(
                k -> {
                    for (int cols : new int[] {1, 3, 16, 33}) {
                        for (int rows : new int[] {1, 2, 7, 129}) {
                            for (double bad : new double[] {Double.NaN, infinity, -infinity}) {
                                for (int row : new int[] {0, rows / 2, rows - 1}) {
                                    double[] x = new double[rows * cols];
                                    Arrays.setAll(x, i -> i % 5 - 2);
                                    x[row * cols] = bad;
                                    Buffer mean = k.allocate(cols, "mean");
                                    Buffer variance = k.allocate(cols, "variance");
                                    k.moments(rows, cols, BackendContract.buffer(k, x), mean, variance);
                                    String where = bad + " in row " + row + " of " + rows + " × " + cols;
                                    assertThat(k.download(mean)[0]).as(where).isEqualTo(Double.valueOf(bad));
                                    assertThat(k.download(variance)[0]).as(where).isNaN();
                                    assertThat(k.download(variance)[cols - 1])
                                            .as(where)
                                            .matches(v -> cols == 1 || v >= 0);
                                }
                            }
                        }
                    }
                });
    }

    /** All is accumulated in double, so only the order of additions may differ. */
    @RepeatedTest(15)
    @Covers("statistics")
    default void statistics(@Given(Cases.class) Vector v) {
        double scale =
                Math.floorMod(v.seed(), 2) == 0
                        ? 1
                        : 1e-27; // a gradient deep in a sigmoid net: its square underflows in float
        double[] x = new Operands(null, v.seed(), false).random("x", v.length(), number -> scale * number);
        if (Math.floorMod(v.seed(), 3) == 0) {
            x[0] = Double.NaN;
            x[v.length() / 2] = Double.NEGATIVE_INFINITY;
        }
        Statistics expected = Statistics.EMPTY;
        for (double number : x) {
            expected = expected.plus(Statistics.of(number));
        }
        Statistics want = expected;
        List<Statistics> all = new ArrayList<>();
        onBackend(k -> all.add(k.statistics(BackendContract.buffer(k, x))));
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
