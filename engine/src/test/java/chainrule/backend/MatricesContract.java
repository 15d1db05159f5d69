package chainrule.backend;

import static org.assertj.core.api.Assertions.assertThat;

import chainrule.backend.Cases.Product;
import chainrule.backend.Cases.Rows;
import chainrule.backend.Memory.Buffer;

import org.instancio.junit.Given;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;

import java.util.Arrays;

/** Products, rows and columns. */
interface MatricesContract extends BackendContract {

    @RepeatedTest(80) // eight combinations of flags
    @Covers("matmul")
    default void matmulAgreesWithReference(@Given(Cases.class) Product p) {
        compare(
                p,
                Tolerance.sum(p.k()),
                (backend, o) -> {
                    Matrix c = p.accumulate() ? o.sum("c", p.m(), p.n()) : o.fresh("c", p.m(), p.n());
                    Matrix a = p.transposeA() ? o.in("a", p.k(), p.m()).T() : o.in("a", p.m(), p.k());
                    Matrix b = p.transposeB() ? o.in("b", p.n(), p.k()).T() : o.in("b", p.k(), p.n());
                    backend.matmul(a, b, c);
                });
    }

    /** NaN · 0 is NaN: a product that skips zeros would hide where a net went wrong. */
    @Test
    @Covers("matmul")
    default void matmulOfNanAndZeroIsNan() {
        onBackend(
                backend -> {
                    Matrix a = BackendContract.matrix(backend, 2, 0, 1, 0, 0);
                    Matrix b = BackendContract.matrix(backend, 2, Double.NaN, 2, 3, 4);
                    Matrix c = Matrix.of(backend.zeros(4, "c"), 2, 2);
                    backend.matmul(a, b, c);
                    assertThat(backend.download(c)).containsExactly(Double.NaN, 4, Double.NaN, 0);
                });
    }

    @RepeatedTest(15)
    @Covers("affine")
    default void affineAgreesWithReference(@Given(Cases.class) Rows x) {
        int out = 1 + Math.floorMod(x.seed(), 40);
        for (boolean withBias : new boolean[] {true, false}) {
            compare(
                    x,
                    Tolerance.sum(x.cols() + 1),
                    (backend, o) ->
                            backend.affine(
                                    o.in("x", x.rows(), x.cols()),
                                    o.in("w", x.cols(), out),
                                    withBias ? o.in("bias", out) : null,
                                    o.fresh("y", x.rows(), out)));
        }
    }

    @RepeatedTest(15)
    @Covers("addRow")
    default void addRowAgreesWithReference(@Given(Cases.class) Rows m) {
        compare(
                m,
                Tolerance.sum(1),
                (backend, o) -> {
                    Matrix row = o.in("row", m.cols());
                    backend.addRow(o.in("x", m.rows(), m.cols()), row, o.fresh("y", m.rows(), m.cols()));
                    Matrix inPlace = o.state("inPlace", m.rows(), m.cols());
                    backend.addRow(inPlace, row, inPlace);
                });
    }

    @RepeatedTest(15)
    @Covers("columnSums")
    default void columnSumsAgreeWithReference(@Given(Cases.class) Rows m) {
        compareSums(
                m,
                Tolerance.sum(m.rows()),
                (backend, o) -> backend.columnSums(o.in("x", m.rows(), m.cols()), o.sum("sums", m.cols())));
    }

    /** The moments of values in [−1, 1] are at most 1, and so are their sums of terms divided by the number of rows. */
    @RepeatedTest(15)
    @Covers("moments")
    default void momentsAgreeWithReference(@Given(Cases.class) Rows m) {
        compare(
                m,
                Tolerance.roundings(m.rows() + 4, 1),
                (backend, o) ->
                        backend.moments(
                                o.in("x", m.rows(), m.cols()),
                                o.fresh("mean", m.cols()),
                                o.fresh("variance", m.cols())));
    }

    /** Σx²/n − μ² would lose every digit here: the variance must be taken around the mean. */
    @Test
    @Covers("moments")
    default void varianceOfLargeValuesThatDifferLittleIsExact() {
        onBackend(
                backend -> {
                    Matrix x = BackendContract.matrix(backend, 5, 10_000, 10_001, 10_002, 10_003, 10_004);
                    Buffer mean = backend.allocate(1, "mean");
                    Buffer variance = backend.allocate(1, "variance");
                    backend.moments(x, mean, variance);
                    assertThat(backend.scalar(mean)).isEqualTo(10_002);
                    assertThat(backend.scalar(variance)).isEqualTo(2);
                });
    }

    /** √(variance + ε) divides what is left of such a column: the rounding of the mean must not show next to ε = 1e-5. */
    @Test
    @Covers({"moments", "normalize"})
    default void constantColumnIsNormalizedToZero() {
        onBackend(
                backend -> {
                    for (int cols : new int[] {1, 3, 16, 32, 33}) {
                        for (int rows : new int[] {1, 2, 7, 129, 2048}) {
                            for (double v : new double[] {0, 1000.1f, -0.1f, 1e8, -3e10, 1e30, 1e-30}) {
                                double[] x = new double[rows * cols];
                                Arrays.fill(x, v);
                                Matrix in = BackendContract.matrix(backend, rows, x);
                                Buffer mean = backend.zeros(cols, "mean");
                                Buffer variance = backend.zeros(cols, "variance");
                                Buffer one = backend.zeros(cols, "gamma");
                                Matrix y = Matrix.of(backend.allocate(rows * cols, "y"), rows, cols);
                                backend.fill(one, 1);
                                backend.moments(in, mean, variance);
                                Moments moments = new Moments(mean, variance, 1e-5);
                                backend.normalize(in, moments, one, backend.zeros(cols, "beta"), y);
                                double u = backend.unitRoundoff();
                                // float64 may be off by a rounding per row; float32 shows none, because its sums are
                                // finer
                                double bound = u == 0x1p-24 ? 0 : rows * u * Math.abs(v) / Math.sqrt(1e-5);
                                assertThat(backend.statistics(y).maxAbs())
                                        .as("%d × %d of %s", rows, cols, v)
                                        .isLessThanOrEqualTo(Math.min(bound, Math.sqrt(rows)));
                            }
                        }
                    }
                });
    }

    /** A variance of 0 would hide permanently, in a running variance, that a layer has failed. */
    @Test
    @Covers("moments")
    default void varianceOfColumnWithNanOrInfinityIsNan() {
        double infinity = Double.POSITIVE_INFINITY;
        onBackend(
                backend -> {
                    for (int cols : new int[] {1, 3, 16, 33}) {
                        for (int rows : new int[] {1, 2, 7, 129}) {
                            for (double bad : new double[] {Double.NaN, infinity, -infinity}) {
                                for (int row : new int[] {0, rows / 2, rows - 1}) {
                                    double[] x = new double[rows * cols];
                                    Arrays.setAll(x, i -> i % 5 - 2);
                                    x[row * cols] = bad;
                                    Buffer mean = backend.allocate(cols, "mean");
                                    Buffer variance = backend.allocate(cols, "variance");
                                    backend.moments(BackendContract.matrix(backend, rows, x), mean, variance);
                                    String where = bad + " in row " + row + " of " + rows + " × " + cols;
                                    assertThat(backend.download(mean)[0]).as(where).isEqualTo(Double.valueOf(bad));
                                    assertThat(backend.download(variance)[0]).as(where).isNaN();
                                    assertThat(backend.download(variance)[cols - 1])
                                            .as(where)
                                            .matches(v -> cols == 1 || v >= 0);
                                }
                            }
                        }
                    }
                });
    }
}
