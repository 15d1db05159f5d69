package chainrule.bench.path;

import chainrule.backend.Buffer;
import chainrule.backend.Target;
import chainrule.backend.Window;

import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;

/** 2×2 pooling of 128 images, {@code side x side x channels}. */
public class PoolingBenchmark extends Workbench {
    private static final int IMAGES = 128;

    @Param({"32x32x32", "16x16x64", "8x8x128"})
    public String shape;

    private Window window;
    private Buffer x;
    private Buffer y;
    private Buffer dy;
    private Buffer dx;

    @Override
    void operands() {
        int[] s = sizes(shape);
        window = Window.valid(s[0], s[1], s[2], 2, 2, 2, 2);
        int inputs = IMAGES * window.inputSize();
        x = numbers(inputs);
        dx = numbers(inputs);
        y = numbers(inputs / 4);
        dy = numbers(inputs / 4);
        k.maxPool(window, IMAGES, x, y);
    }

    @Benchmark
    public void maxPool() {
        k.maxPool(window, IMAGES, x, y);
        k.synchronize();
    }

    @Benchmark
    public void maxPoolGradient() {
        k.maxPoolGradient(window, IMAGES, x, y, dy, Target.set(dx));
        k.synchronize();
    }

    @Benchmark
    public void averagePool() {
        k.averagePool(window, IMAGES, x, y);
        k.synchronize();
    }

    @Benchmark
    public void averagePoolGradient() {
        k.averagePoolGradient(window, IMAGES, dy, Target.set(dx));
        k.synchronize();
    }

    @Override
    public Work work(String operation, String shape) {
        int[] s = sizes(shape);
        double inputs = (double) IMAGES * s[0] * s[1] * s[2];
        return Work.floats(
                inputs
                        * switch (operation) {
                            case "maxPoolGradient" -> 2.5;
                            default -> 1.25;
                        });
    }
}
