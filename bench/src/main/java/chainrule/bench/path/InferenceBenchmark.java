package chainrule.bench.path;

import chainrule.backend.Scope;
import chainrule.bench.contender.Net;
import chainrule.data.Batch;
import chainrule.layer.Sequential;
import chainrule.tensor.Tape;

import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;

/**
 * The latency of a forward pass at inference, net@batch: upload of the batch, all layers, download of the outputs. Only
 * the operations of matrix products and convolutions count.
 */
public class InferenceBenchmark extends Workbench {
    @Param({"mlp40@1", "mlp40@16", "mlp40@128", "mnist@1", "mnist@16", "mnist@128", "cifar@1", "cifar@16", "cifar@128"})
    public String shape;

    private Sequential net;
    private Batch batch;

    @Override
    void operands() {
        Net named = net(shape);
        net = named.build(opened);
        batch = named.batch(batch(shape), 1);
    }

    @Benchmark
    public double[] forward() {
        try (Scope _ = opened.openScope("inference")) {
            return opened.download(net.forward(new Tape(opened), batch.uploadInputs(opened)));
        }
    }

    @Override
    public Work work(String operation, String shape, String onBackend) {
        return Work.flop(net(shape).inferenceFlop(batch(shape)));
    }

    private static Net net(String shape) {
        return Net.named(shape.substring(0, shape.indexOf('@')));
    }

    private static int batch(String shape) {
        return Integer.parseInt(shape.substring(shape.indexOf('@') + 1));
    }
}
