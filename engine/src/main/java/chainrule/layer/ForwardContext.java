package chainrule.layer;

import chainrule.tensor.Op;
import chainrule.tensor.Parameter;
import chainrule.tensor.RandomStream;
import chainrule.tensor.Tape;
import chainrule.tensor.Tensor;

import java.util.Map;

/**
 * What a layer needs to run on a batch.
 *
 * @param tape records its ops
 * @param training true if layers behave as in training: drop units, use the batch's statistics
 * @param random random numbers of this layer in this step; null outside training
 * @param parameters this layer's own, by their short names
 */
public record ForwardContext(Tape tape, boolean training, RandomStream random, Map<String, Parameter> parameters) {
    /** Runs an op on the tape. */
    public Tensor run(Op op) {
        return tape.run(op);
    }

    /** One of the layer's parameters; null if it has none of that name. */
    public Parameter parameter(String name) {
        return parameters.get(name);
    }
}
