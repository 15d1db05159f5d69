package chainrule.backend;

import static org.assertj.core.api.Assertions.assertThat;

import chainrule.backend.Cases.Matrix;
import chainrule.backend.Cases.Vector;

import org.instancio.junit.Given;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;

import java.util.ArrayList;
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
