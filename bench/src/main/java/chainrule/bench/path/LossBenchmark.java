package chainrule.bench.path;

import chainrule.backend.Buffer;
import chainrule.backend.Target;

import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;

/** Softmax cross-entropy of {@code examples x classes}. */
public class LossBenchmark extends Workbench {
    @Param({"128x10", "1024x1000"})
    public String shape;

    private int rows;
    private int cols;
    private Buffer logits;
    private Buffer target;
    private Buffer loss;
    private Buffer gradient;

    @Override
    void operands() {
        int[] s = sizes(shape);
        rows = s[0];
        cols = s[1];
        logits = numbers(rows * cols);
        target = numbers(rows * cols);
        gradient = numbers(rows * cols);
        loss = numbers(1);
    }

    @Benchmark
    public void crossEntropy() {
        k.softmaxCrossEntropy(rows, cols, logits, target, loss);
        k.synchronize();
    }

    @Benchmark
    public void crossEntropyGradient() {
        k.softmaxCrossEntropyGradient(rows, cols, logits, target, loss, Target.set(gradient));
        k.synchronize();
    }

    @Override
    public Work work(String operation, String shape) {
        int[] s = sizes(shape);
        return Work.floats((operation.equals("crossEntropy") ? 2.0 : 3.0) * s[0] * s[1]);
    }
}
