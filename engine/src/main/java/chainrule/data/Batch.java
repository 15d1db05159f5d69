package chainrule.data;

import chainrule.backend.Backend;
import chainrule.backend.Buffer;
import chainrule.tensor.Shape;
import chainrule.tensor.Tensor;

/**
 * Some examples on the host, ready for a backend. Its arrays are reused: a batch is valid until the next one is read. They
 * may be longer than the examples; with {@link Buffer#SLACK} numbers more, a CPU backend reads them where they are.
 *
 * @param size how many examples
 * @param inputShape of one example
 * @param inputs their inputs, one after another
 * @param classes length of one target row
 * @param targets one row per example: 1 at its class, 0 elsewhere; with one column, the label itself
 */
public record Batch(int size, Shape inputShape, float[] inputs, int classes, float[] targets) {
    /** The inputs as a tensor in the innermost scope, to be read only. */
    public Tensor uploadInputs(Backend k) {
        return upload(k, "input", inputShape.batch(size), inputs);
    }

    /** The targets as a tensor in the innermost scope, to be read only. */
    public Tensor uploadTargets(Backend k) {
        return upload(k, "target", Shape.of(size, classes), targets);
    }

    private static Tensor upload(Backend k, String name, Shape shape, float[] values) {
        return Tensor.constant(name, shape, k.lend(values, shape.elements(), name));
    }
}
