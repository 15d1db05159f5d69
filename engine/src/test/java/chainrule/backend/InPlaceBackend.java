package chainrule.backend;

import chainrule.backend.Memory.Buffer;
import chainrule.backend.check.ObservedBackend;
import chainrule.backend.reference.ReferenceBackend;

import java.util.Map;

/**
 * The reference backend, made to work in place: its gradients may be written over dy. The loops of the reference backend
 * set a result to 0 before they read dy, so they get a copy of each operand that shares the storage of the result.
 */
public final class InPlaceBackend extends ObservedBackend {
    /** The primitives that may work in place, with the position of the result that may replace an operand. */
    private static final Map<String, Integer> RESULTS =
            Map.of("mapGradient", 5, "multiply", 2, "normalizeGradient", 4, "batchNormGradient", 4);

    public InPlaceBackend() {
        this(new ReferenceBackend());
    }

    private InPlaceBackend(Backend reference) {
        super(
                reference,
                (primitive, arguments, run) -> {
                    separate(reference, RESULTS.get(primitive), arguments);
                    run.run();
                });
    }

    private static void separate(Backend reference, Integer result, Object[] arguments) {
        if (result != null && arguments[result] instanceof Matrix dx) {
            for (int i = 0; i < result; i++) {
                if (arguments[i] instanceof Matrix operand && operand.buffer() == dx.buffer()) {
                    Buffer copy = reference.allocate(operand.elements(), "copy");
                    reference.copy(operand, copy);
                    arguments[i] = Matrix.of(copy, operand.rows(), operand.cols());
                }
            }
        }
    }

    @Override
    public boolean inPlaceGradients() {
        return true;
    }
}
