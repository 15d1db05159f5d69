package chainrule.data;

import chainrule.backend.Backend;
import chainrule.backend.HostArray;
import chainrule.tensor.Shape;
import chainrule.tensor.Tensor;

/**
 * Examples in host memory, ready for a backend. The arrays are reused: a batch is valid until the next one is read.
 * They may be longer than the examples; a CPU backend reads a {@link HostArray} in place.
 *
 * @param size the number of examples
 * @param inputShape of one example
 * @param inputs the inputs of all examples, one after another
 * @param classes length of one target row
 * @param targets one row per example: 1 at its class, 0 elsewhere; with one column, the label itself
 */
public record Batch(int size, Shape inputShape, float[] inputs, int classes, float[] targets) {
    /** Returns the inputs as a read-only tensor in the innermost scope. */
    public Tensor uploadInputs(Backend backend) {
        return upload(backend, "input", inputShape.batch(size), inputs);
    }

    /** Returns the targets as a read-only tensor in the innermost scope. */
    public Tensor uploadTargets(Backend backend) {
        return upload(backend, "target", Shape.of(size, classes), targets);
    }

    private static Tensor upload(Backend backend, String name, Shape shape, float[] values) {
        return Tensor.constant(name, shape, backend.wrap(values, shape.elements(), name));
    }
}
