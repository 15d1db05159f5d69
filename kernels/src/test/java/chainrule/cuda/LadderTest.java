package chainrule.cuda;

import static chainrule.cuda.Compared.compare;
import static chainrule.cuda.Compared.random;
import static chainrule.cuda.Compared.result;

import chainrule.backend.Backend;
import chainrule.backend.Matrix;
import chainrule.cuda.Compared.Work;
import chainrule.cuda.emulator.Settings;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Every rung of the three ladders, including those that the backend does not use. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class LadderTest {
    private CudaBackend cuda;

    @BeforeAll
    void open() {
        Emulated.require();
        cuda = Emulated.backend(Settings.standard().withOrder(Settings.Order.RANDOM), false);
    }

    @AfterAll
    void close() {
        if (cuda != null) {
            cuda.close();
        }
    }

    @ParameterizedTest
    @CsvSource({"1, 1, 1", "37, 45, 53", "129, 131, 17", "16, 16, 16", "128, 256, 8"})
    void everyRungGivesTheMatrixProduct(int m, int n, int k) {
        double bound = 1e-6 * k;
        for (Kernel rung : new Kernel[] {Kernel.SGEMM_NAIVE, Kernel.SGEMM_SHARED}) {
            compare(
                    cuda,
                    bound,
                    backend -> {
                        Matrix c = result(backend, m, n);
                        backend.matmul(random(backend, 1, m, k), random(backend, 2, k, n), c);
                        return c;
                    },
                    backend -> {
                        Matrix c = result(backend, m, n);
                        Ladders.product(backend.stream(), rung, random(backend, 1, m, k), random(backend, 2, k, n), c);
                        return c;
                    });
        }
    }

    @ParameterizedTest
    @CsvSource({"1, 1, 1", "37, 45, 53", "129, 131, 17", "16, 16, 16", "128, 256, 8"})
    void bothTilesGiveProductsOfTransposedMatricesAndSums(int m, int n, int k) {
        for (int way = 0; way < 16; way++) { // tile × transposes × accumulation
            boolean large = (way & 1) != 0;
            boolean transposeA = (way & 2) != 0;
            boolean transposeB = (way & 4) != 0;
            boolean add = (way & 8) != 0;
            compare(
                    cuda,
                    1e-6 * k,
                    backend -> {
                        Matrix c = sum(random(backend, 3, m, n), add);
                        backend.matmul(operand(backend, 1, m, k, transposeA), operand(backend, 2, k, n, transposeB), c);
                        return c;
                    },
                    backend -> {
                        Matrix c = sum(random(backend, 3, m, n), add);
                        Matrix left = operand(backend, 1, m, k, transposeA);
                        backend.matrices().sgemm(large, left, operand(backend, 2, k, n, transposeB), null, c);
                        return c;
                    });
        }
    }

    private static Matrix sum(Matrix c, boolean add) {
        return add ? c.sum() : c;
    }

    private static Matrix operand(Backend backend, long seed, int rows, int cols, boolean transposed) {
        return transposed ? random(backend, seed, cols, rows).T() : random(backend, seed, rows, cols);
    }

    @ParameterizedTest
    @CsvSource({"1, 1", "5, 10", "70, 33", "9, 300"})
    void everyRungGivesSoftmax(int rows, int cols) {
        for (Kernel rung : new Kernel[] {Kernel.SOFTMAX_NAIVE, Kernel.SOFTMAX_WARP, Kernel.SOFTMAX_ROW}) {
            compare(
                    cuda,
                    1e-6,
                    softmax(rows, cols),
                    backend -> {
                        Matrix y = result(backend, rows, cols);
                        Ladders.softmax(backend.stream(), rung, random(backend, 4, rows, cols), y);
                        return y;
                    });
        }
    }

    private static Work<Backend> softmax(int rows, int cols) {
        return backend -> {
            Matrix y = result(backend, rows, cols);
            backend.softmax(random(backend, 4, rows, cols), y);
            return y;
        };
    }

    private static Work<Backend> softmaxGradient(int rows, int cols) {
        return backend -> {
            Matrix dx = random(backend, 7, rows, cols);
            backend.softmaxGradient(random(backend, 5, rows, cols), random(backend, 6, rows, cols), dx.sum());
            return dx;
        };
    }

    /** Longer than shared memory: the backend falls back on rung 2. */
    @ParameterizedTest
    @CsvSource({"2, 12001", "1, 7000"})
    void rowsMayBeLongerThanSharedMemory(int rows, int cols) {
        compare(cuda, 1e-6, softmax(rows, cols), softmax(rows, cols)::run);
        // y is no softmax here, so the dot product is of the size of √n
        compare(cuda, 1e-3, softmaxGradient(rows, cols), softmaxGradient(rows, cols)::run);
    }

    @ParameterizedTest
    @CsvSource({"1, 1", "5, 10", "300, 33", "9, 300"})
    void everyRungGivesColumnSums(int rows, int cols) {
        for (Kernel rung : new Kernel[] {Kernel.COLUMN_SUMS_NAIVE, Kernel.COLUMN_SUMS_TILE}) {
            compare(
                    cuda,
                    1e-5,
                    backend -> {
                        Matrix sums = random(backend, 9, 1, cols);
                        backend.columnSums(random(backend, 8, rows, cols), sums.sum());
                        return sums;
                    },
                    backend -> {
                        Matrix sums = random(backend, 9, 1, cols);
                        Ladders.columnSums(backend.stream(), rung, random(backend, 8, rows, cols), sums);
                        return sums;
                    });
        }
    }
}
