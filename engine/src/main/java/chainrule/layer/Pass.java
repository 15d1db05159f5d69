package chainrule.layer;

import chainrule.tensor.Op;
import chainrule.tensor.Parameter;
import chainrule.tensor.RandomStream;
import chainrule.tensor.Tape;
import chainrule.tensor.Tensor;

import java.util.Map;

/**
 * What a layer needs while a batch passes through it.
 *
 * @param tape records its ops
 * @param training whether layers behave as in training: drop units, use the batch's statistics
 * @param random draws of this layer in this step; null outside training
 * @param parameters this layer's own, by their short names
 */
public record Pass(Tape tape, boolean training, RandomStream random, Map<String, Parameter> parameters) {
    /** Runs an op on the tape. */
    public Tensor run(Op op) {
        return tape.run(op);
    }

    /** One of the layer's parameters; null if it has none of that name. */
    public Parameter parameter(String name) {
        return parameters.get(name);
    }
}
