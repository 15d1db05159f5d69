package chainrule.bench.path;

import chainrule.backend.Memory.Buffer;

import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;

/**
 * Transfers between host and device: one element, the inputs of a step on MNIST and on CIFAR-10, a large array. On a
 * CPU backend a transfer is a copy in memory.
 */
public class TransferBenchmark extends Workbench {
    @Param({"1", "100352", "393216", "4194304"})
    public String shape;

    private float[] host;
    private Buffer buffer;

    @Override
    void operands() {
        host = normal(Integer.parseInt(shape));
        buffer = opened.allocate(host.length, "operand");
        opened.upload(host, 0, buffer);
    }

    @Benchmark
    public void upload() {
        opened.upload(host, 0, buffer);
        opened.synchronize();
    }

    @Benchmark
    public double[] download() {
        return opened.download(buffer);
    }

    /** A download is to float64. */
    @Override
    public Work work(String operation, String shape, String onBackend) {
        double elements = Integer.parseInt(shape);
        return Work.traffic(
                Float.BYTES * elements, (operation.equals("upload") ? Float.BYTES : Double.BYTES) * elements, 0);
    }
}
