package chainrule.probe;

import chainrule.backend.Statistics;

/**
 * The gradient of one tensor in one step, summed up.
 *
 * @param step the training step, counted from 1; 0 for a capture outside training
 * @param depth the place of the layer among the layers that have weights, counted from 1; 0 if it has none
 * @param layer the layer's name
 * @param role what the tensor is to the layer
 * @param tensor its full name: "dense3.weight", or the op for an activation
 * @param statistics of ∂L/∂tensor
 */
public record GradientRow(long step, int depth, String layer, Role role, String tensor, Statistics statistics) {
    /** What a tensor is to its layer. */
    public enum Role {
        WEIGHT,
        BIAS,
        ACTIVATION
    }

    /** max |g|. */
    public double maxAbs() {
        return statistics.maxAbs();
    }

    /** max g, with its sign: what "maximum of the gradient" means to the letter. */
    public double signedMax() {
        return statistics.max();
    }
}
