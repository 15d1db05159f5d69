package chainrule.probe;

import chainrule.backend.Statistics;

/**
 * A summary of the gradient of one tensor in one step.
 *
 * @param step the training step, counted from 1; 0 for a capture outside training
 * @param depth the position of the layer among the layers with weights, counted from 1; 0 if it has none
 * @param layer the layer's name
 * @param role of the tensor in its layer
 * @param tensor the tensor's full name: "dense3.weight", or the op for an activation
 * @param statistics of ∂L/∂tensor
 */
public record GradientRow(long step, int depth, String layer, Role role, String tensor, Statistics statistics) {
    /** The role of a tensor in its layer. */
    public enum Role {
        WEIGHT,
        BIAS,
        ACTIVATION
    }

    /** Returns max |g|. */
    public double maxAbs() {
        return statistics.maxAbs();
    }

    /** Returns max g, with its sign. */
    public double signedMax() {
        return statistics.max();
    }
}
