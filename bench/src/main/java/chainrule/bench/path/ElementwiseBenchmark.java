package chainrule.bench.path;

import chainrule.backend.Buffer;
import chainrule.backend.Elementwise;
import chainrule.backend.Target;

import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;

/** Loops over long rows of numbers: one length that stays in a core's cache, one that does not. */
public class ElementwiseBenchmark extends Workbench {
    private static final int COLUMNS = 32;

    @Param({"4096", "4194304"})
    public String shape;

    private int length;
    private Buffer x;
    private Buffer y;
    private Buffer dy;
    private Buffer dx;
    private Buffer sums;

    @Override
    void operands() {
        length = sizes(shape)[0];
        x = numbers(length);
        y = numbers(length);
        dy = numbers(length);
        dx = numbers(length);
        sums = numbers(COLUMNS);
    }

    @Benchmark
    public void relu() {
        k.map(Elementwise.RELU, 0, x, y);
        k.synchronize();
    }

    @Benchmark
    public void tanh() {
        k.map(Elementwise.TANH, 0, x, y);
        k.synchronize();
    }

    @Benchmark
    public void sigmoid() {
        k.map(Elementwise.SIGMOID, 0, x, y);
        k.synchronize();
    }

    @Benchmark
    public void reluGradient() {
        k.mapGradient(Elementwise.RELU, 0, x, y, dy, Target.set(dx));
        k.synchronize();
    }

    @Benchmark
    public void tanhGradient() {
        k.mapGradient(Elementwise.TANH, 0, x, y, dy, Target.set(dx));
        k.synchronize();
    }

    @Benchmark
    public void add() {
        k.add(x, y, dx);
        k.synchronize();
    }

    @Benchmark
    public void fill() {
        k.fill(dx, 0);
        k.synchronize();
    }

    @Benchmark
    public void dropoutMask() {
        k.dropoutMask(7, 0.3, y);
        k.synchronize();
    }

    @Benchmark
    public void columnSums() {
        k.addRowGradient(length / COLUMNS, COLUMNS, dy, Target.set(sums));
        k.synchronize();
    }

    @Override
    public Work work(String operation, String shape) {
        return Work.floats(
                (double) sizes(shape)[0]
                        * switch (operation) {
                            case "reluGradient", "tanhGradient", "add" -> 3;
                            case "fill", "dropoutMask", "columnSums" -> 1;
                            default -> 2;
                        });
    }
}
