package chainrule.cuda;

import static chainrule.cuda.Compared.compare;
import static chainrule.cuda.Compared.random;

import chainrule.backend.Buffer;
import chainrule.backend.Target;
import chainrule.cuda.emulator.Settings;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Every rung of the three ladders, those that the backend has no use for as well. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class LadderTest {
    private CudaBackend k;

    @BeforeAll
    void open() {
        Emulated.require();
        k = Emulated.backend(Settings.standard().withOrder(Settings.Order.RANDOM), false);
    }

    @AfterAll
    void close() {
        if (k != null) {
            k.close();
        }
    }

    @ParameterizedTest
    @CsvSource({"1, 1, 1", "37, 45, 53", "129, 131, 17", "16, 16, 16", "128, 256, 8"})
    void matrixProducts(int m, int n, int depth) {
        double bound = 1e-6 * depth;
        for (Kernel rung : new Kernel[] {Kernel.SGEMM_NAIVE, Kernel.SGEMM_SHARED}) {
            compare(
                    k,
                    bound,
                    r -> {
                        Buffer c = r.allocate(m * n, "c");
                        r.gemm(false, false, m, n, depth, random(r, 1, m * depth), random(r, 2, depth * n), false, c);
                        return c;
                    },
                    g -> {
                        Buffer c = g.allocate(m * n, "c");
                        Buffer left = random(g, 1, m * depth);
                        Ladders.product(g, rung, m, n, depth, left, random(g, 2, depth * n), c);
                        return c;
                    });
        }
        for (int way = 0; way < 16; way++) { // tile × transposes × accumulation
            boolean large = (way & 1) != 0;
            boolean a = (way & 2) != 0;
            boolean b = (way & 4) != 0;
            boolean add = (way & 8) != 0;
            compare(
                    k,
                    bound,
                    r -> {
                        Buffer c = random(r, 3, m * n);
                        r.gemm(a, b, m, n, depth, random(r, 1, m * depth), random(r, 2, depth * n), add, c);
                        return c;
                    },
                    g -> {
                        Buffer c = random(g, 3, m * n);
                        Buffer left = random(g, 1, m * depth);
                        g.sgemm(large, a, b, m, n, depth, left, random(g, 2, depth * n), null, add, c);
                        return c;
                    });
        }
    }

    @ParameterizedTest
    @CsvSource({"1, 1", "5, 10", "70, 33", "9, 300"})
    void softmax(int rows, int cols) {
        int n = rows * cols;
        for (Kernel rung : new Kernel[] {Kernel.SOFTMAX_NAIVE, Kernel.SOFTMAX_WARP, Kernel.SOFTMAX_ROW}) {
            compare(
                    k,
                    1e-6,
                    r -> {
                        Buffer y = r.allocate(n, "y");
                        r.softmax(rows, cols, random(r, 4, n), y);
                        return y;
                    },
                    g -> {
                        Buffer x = random(g, 4, n);
                        Buffer y = g.allocate(n, "y");
                        Ladders.softmax(g, rung, rows, cols, x, y);
                        return y;
                    });
        }
    }

    /** Longer than shared memory: the backend falls back on rung 2. */
    @ParameterizedTest
    @CsvSource({"2, 12001", "1, 7000"})
    void softmaxOfLongRows(int rows, int cols) {
        int n = rows * cols;
        compare(
                k,
                1e-6,
                r -> {
                    Buffer y = r.allocate(n, "y");
                    r.softmax(rows, cols, random(r, 4, n), y);
                    return y;
                },
                g -> {
                    Buffer y = g.allocate(n, "y");
                    g.softmax(rows, cols, random(g, 4, n), y);
                    return y;
                });
        compare(
                k,
                1e-3, // y is no softmax here, so that the dot product is of the size of √n
                r -> {
                    Buffer dx = random(r, 7, n);
                    r.softmaxGradient(rows, cols, random(r, 5, n), random(r, 6, n), Target.add(dx));
                    return dx;
                },
                g -> {
                    Buffer dx = random(g, 7, n);
                    g.softmaxGradient(rows, cols, random(g, 5, n), random(g, 6, n), Target.add(dx));
                    return dx;
                });
    }

    @ParameterizedTest
    @CsvSource({"1, 1", "5, 10", "300, 33", "9, 300"})
    void columnSums(int rows, int cols) {
        int n = rows * cols;
        for (Kernel rung : new Kernel[] {Kernel.COLUMN_SUMS_NAIVE, Kernel.COLUMN_SUMS_TILE}) {
            compare(
                    k,
                    1e-5,
                    r -> {
                        Buffer sums = random(r, 9, cols);
                        r.addRowGradient(rows, cols, random(r, 8, n), Target.add(sums));
                        return sums;
                    },
                    g -> {
                        Buffer sums = random(g, 9, cols);
                        Ladders.columnSums(g, rung, rows, cols, random(g, 8, n), sums);
                        return sums;
                    });
        }
    }
}
