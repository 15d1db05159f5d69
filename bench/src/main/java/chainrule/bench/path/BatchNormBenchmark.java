package chainrule.bench.path;

import chainrule.backend.Buffer;
import chainrule.backend.Target;

import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;

/** Batch normalisation of {@code pixels x channels}, as in the net cifar. */
public class BatchNormBenchmark extends Workbench {
    private static final double EPSILON = 1e-3;

    @Param({"131072x32", "32768x64", "8192x128", "128x128"})
    public String shape;

    private int rows;
    private int cols;
    private Buffer x;
    private Buffer y;
    private Buffer dy;
    private Buffer dx;
    private Buffer mean;
    private Buffer variance;
    private Buffer gamma;
    private Buffer beta;
    private Buffer dgamma;
    private Buffer dbeta;

    @Override
    void operands() {
        int[] s = sizes(shape);
        rows = s[0];
        cols = s[1];
        x = numbers(rows * cols);
        y = numbers(rows * cols);
        dy = numbers(rows * cols);
        dx = numbers(rows * cols);
        mean = numbers(cols);
        variance = numbers(cols);
        gamma = numbers(cols);
        beta = numbers(cols);
        dgamma = numbers(cols);
        dbeta = numbers(cols);
    }

    @Benchmark
    public void moments() {
        k.moments(rows, cols, x, mean, variance);
        k.synchronize();
    }

    @Benchmark
    public void normalize() {
        k.normalize(rows, cols, x, mean, variance, EPSILON, gamma, beta, y);
        k.synchronize();
    }

    @Benchmark
    public void gradient() {
        k.batchNormGradient(
                rows,
                cols,
                x,
                mean,
                variance,
                EPSILON,
                gamma,
                dy,
                Target.set(dx),
                Target.set(dgamma),
                Target.set(dbeta));
        k.synchronize();
    }

    @Override
    public Work work(String operation, String shape) {
        int[] s = sizes(shape);
        double numbers = (double) s[0] * s[1];
        return Work.floats(
                numbers
                        * switch (operation) {
                            case "moments" -> 1;
                            case "normalize" -> 2;
                            default -> 3;
                        });
    }
}
