package chainrule.bench.path;

import chainrule.backend.Buffer;

import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;

/** The three products of a dense layer with {@code rows × in × out}. */
public class GemmBenchmark extends Workbench {
    @Param({"128x32x32", "128x32x10", "128x784x32", "128x2048x128", "256x1024x1024", "1024x1024x1024"})
    public String shape;

    private int rows;
    private int in;
    private int out;
    private Buffer x;
    private Buffer w;
    private Buffer y;

    @Override
    void operands() {
        int[] s = sizes(shape);
        rows = s[0];
        in = s[1];
        out = s[2];
        x = numbers(rows * in);
        w = numbers(in * out);
        y = numbers(rows * out);
    }

    /** Y = X·W. */
    @Benchmark
    public void forward() {
        k.gemm(false, false, rows, out, in, x, w, false, y);
        k.synchronize();
    }

    /** dX += dY·Wᵀ. */
    @Benchmark
    public void inputGradient() {
        k.gemm(false, true, rows, in, out, y, w, true, x);
        k.synchronize();
    }

    /** dW += Xᵀ·dY. */
    @Benchmark
    public void weightGradient() {
        k.gemm(true, false, in, out, rows, x, y, true, w);
        k.synchronize();
    }

    @Override
    public Work work(String operation, String shape) {
        int[] s = sizes(shape);
        return Work.flop(2.0 * s[0] * s[1] * s[2]);
    }
}
