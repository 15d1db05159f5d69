package chainrule.bench.path;

import chainrule.bench.contender.Net;
import chainrule.data.Batch;
import chainrule.train.Trainer;

import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;

/**
 * Whole training steps through {@link Trainer#step}: forward, loss, backward, update, batch 128. Only the
 * operations of matrix products and convolutions count.
 */
public class StepBenchmark extends Workbench {
    @Param({"mlp5", "mlp20", "mlp40", "mnist", "cifar"})
    public String shape;

    private Trainer trainer;
    private Batch batch;

    @Override
    void operands() {
        Net net = Net.named(shape);
        trainer = net.trainer(opened);
        batch = net.batch();
    }

    @Benchmark
    public Trainer.Step step() {
        return trainer.step(batch);
    }

    @Override
    public Work work(String operation, String shape, String onBackend) {
        return NetWork.of(Net.named(shape), onBackend);
    }
}
