package chainrule.bench.path;

import chainrule.backend.check.PrimitiveCase;

import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;

/** One primitive of the catalog on standard normal values; it overwrites its sums like a first contribution. */
public class PrimitiveBenchmark extends Workbench {
    /** The label of a {@link PrimitiveSet}. */
    @Param("loss")
    public String set;

    /** The primitive and its variant. */
    @Param("softmax")
    public String operation;

    @Param("128x10")
    public String shape;

    private PrimitiveCase.Arguments arguments;

    @Override
    void operands() {
        arguments = PrimitiveSet.named(set).find(operation, shape).on(opened, false, PrimitiveCase.Draw.NORMAL);
    }

    @Benchmark
    public void call() {
        arguments.call();
        opened.synchronize();
    }

    @Override
    public Work work(String operation, String shape, String onBackend) {
        return PrimitiveSet.named(set).work(operation, shape, onBackend);
    }
}
