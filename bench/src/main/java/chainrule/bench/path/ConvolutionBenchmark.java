package chainrule.bench.path;

import chainrule.backend.Buffer;
import chainrule.backend.Target;
import chainrule.backend.Window;

import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;

/**
 * The 3×3 convolutions of the nets mnist and cifar, 128 images, {@code channels-filters@side}. The operations counted are
 * those of the definition, taps in the padding included; Winograd's algorithm does fewer.
 */
public class ConvolutionBenchmark extends Workbench {
    private static final int IMAGES = 128;

    @Param({"3-32@32", "32-32@32", "32-64@16", "64-64@16", "64-128@8", "128-128@8", "1-32@28", "32-64@14", "64-64@7"})
    public String shape;

    private Window window;
    private int filters;
    private Buffer x;
    private Buffer weight;
    private Buffer bias;
    private Buffer y;

    @Override
    void operands() {
        window = window(shape);
        filters = sizes(shape)[1];
        x = numbers(IMAGES * window.inputSize());
        weight = numbers(window.patchSize() * filters);
        bias = numbers(filters);
        y = numbers(IMAGES * window.outputPixels() * filters);
    }

    private static Window window(String shape) {
        int[] s = sizes(shape);
        return Window.same(s[2], s[2], s[0], 3, 3, 1, 1);
    }

    @Benchmark
    public void forward() {
        k.convolution(window, IMAGES, filters, x, weight, bias, y);
        k.synchronize();
    }

    @Benchmark
    public void inputGradient() {
        k.convolutionInputGradient(window, IMAGES, filters, y, weight, Target.set(x));
        k.synchronize();
    }

    @Benchmark
    public void weightGradient() {
        k.convolutionWeightGradient(window, IMAGES, filters, x, y, Target.set(weight));
        k.synchronize();
    }

    @Override
    public Work work(String operation, String shape) {
        Window w = window(shape);
        return Work.flop(2.0 * IMAGES * w.outputPixels() * w.patchSize() * sizes(shape)[1]);
    }
}
