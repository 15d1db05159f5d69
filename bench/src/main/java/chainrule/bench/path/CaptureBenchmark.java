package chainrule.bench.path;

import chainrule.bench.contender.Net;
import chainrule.data.Batch;
import chainrule.probe.GradientProbe;
import chainrule.train.Trainer;

import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;

/**
 * The cost of capturing the gradients of all layers (weights, biases and activations) in each step: a step with capture
 * and one without, batch 128.
 */
public class CaptureBenchmark extends Workbench {
    /** The number of steps after which captured gradients are discarded; otherwise they would fill the memory. */
    private static final int KEPT = 100;

    @Param({"mlp5", "mlp40", "mnist", "cifar"})
    public String shape;

    private Trainer with;
    private Trainer without;
    private Batch batch;
    private int steps;

    @Override
    void operands() {
        Net net = Net.named(shape);
        with = net.trainer(opened);
        without = net.trainer(opened);
        batch = net.batch();
    }

    @Benchmark
    public Trainer.Step captured() {
        if (steps++ % KEPT == 0) {
            with.probe(new GradientProbe(1));
        }
        return with.step(batch);
    }

    @Benchmark
    public Trainer.Step plain() {
        return without.step(batch);
    }

    @Override
    public Work work(String operation, String shape, String onBackend) {
        return NetWork.of(Net.named(shape), onBackend);
    }
}
