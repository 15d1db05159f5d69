package chainrule.bench.path;

import chainrule.backend.Buffer;

import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;

/** Optimiser updates of that many weights: 32×32, a 3×3 kernel of 64→128 channels, 2048×128. */
public class OptimizerBenchmark extends Workbench {
    @Param({"1024", "73728", "262144"})
    public String shape;

    private Buffer w;
    private Buffer g;
    private Buffer m;
    private Buffer s;

    @Override
    void operands() {
        int length = sizes(shape)[0];
        w = numbers(length);
        g = numbers(length);
        m = numbers(length);
        s = numbers(length);
    }

    @Benchmark
    public void sgd() {
        k.sgd(w, g, null, 1e-6, 0, false, 0);
        k.synchronize();
    }

    @Benchmark
    public void momentum() {
        k.sgd(w, g, m, 1e-6, 0.9, false, 0);
        k.synchronize();
    }

    @Benchmark
    public void adam() {
        k.adam(w, g, m, s, 10, 1e-6, 0.9, 0.999, 1e-7, 0);
        k.synchronize();
    }

    @Override
    public Work work(String operation, String shape) {
        return Work.floats(
                (double) sizes(shape)[0]
                        * switch (operation) {
                            case "sgd" -> 3;
                            case "momentum" -> 5;
                            default -> 7;
                        });
    }
}
