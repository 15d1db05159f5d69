package chainrule.loss;

import chainrule.tensor.Op;
import chainrule.tensor.Tensor;

/**
 * How far a net's output is from its target, as one number. A loss is an op like any other; this enum names the four
 * and creates one from the two tensors.
 */
public enum Loss {
    /** Softmax and cross-entropy in one: the output holds logits, each target row is a distribution over classes. */
    SOFTMAX_CROSS_ENTROPY {
        @Override
        public Op of(Tensor output, Tensor target) {
            return new SoftmaxCrossEntropy(output, target);
        }
    },
    /** Sigmoid and cross-entropy in one: the output holds logits, targets are in [0, 1]. */
    BINARY_CROSS_ENTROPY {
        @Override
        public Op of(Tensor output, Tensor target) {
            return new BinaryCrossEntropy(output, target);
        }
    },
    /** The mean of (output − target)² over all entries. */
    MEAN_SQUARED_ERROR {
        @Override
        public Op of(Tensor output, Tensor target) {
            return SquaredError.mean(output, target);
        }
    },
    /** Half the sum of (output − target)² over all entries, per example: the assignment's first cost. */
    HALF_SUM_SQUARES {
        @Override
        public Op of(Tensor output, Tensor target) {
            return SquaredError.halfSum(output, target);
        }
    };

    /** The op that computes this loss. */
    public abstract Op of(Tensor output, Tensor target);
}
