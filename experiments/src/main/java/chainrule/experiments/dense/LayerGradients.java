package chainrule.experiments.dense;

import chainrule.layer.Activation;

/**
 * The gradients of one net on the mini-batch, and their factors. v = x·W + b is a layer's affine part, y = f(v), and
 * δ = ∂L/∂v: the gradient of a weight is the sum over the examples of its input x times the δ of its unit.
 *
 * @param weights ∂L/∂W of every layer
 * @param inputRms root mean square of every layer's input x, layer 1 first: the images, then the hidden layers' y
 * @param deltaRms root mean square of every layer's δ
 * @param outputGradientNorm L2 norm of ∂L/∂y of every hidden layer
 * @param meanDerivative mean f′(v) over all hidden layers
 * @param saturated fraction of the hidden units' v at which f′ is less than a tenth of its maximum
 * @param zeroGradients fraction of the hidden layers' δ that are exactly 0
 * @param weightRms root mean square singular value of the hidden layers' square matrices, averaged
 */
record LayerGradients(
        WeightGradients weights,
        double[] inputRms,
        double[] deltaRms,
        double[] outputGradientNorm,
        double meanDerivative,
        double saturated,
        double zeroGradients,
        double weightRms) {
    int hiddenLayers() {
        return weights.hiddenLayers();
    }

    Activation function() {
        return Activation.named(weights.activation());
    }

    /** "sigmoid, 40 layers". */
    String name() {
        return DenseNets.name(function(), hiddenLayers());
    }

    /** The mean factor by which ∂L/∂y changes from one hidden layer to the one below; NaN with a single one. */
    double factorPerLayer() {
        int last = outputGradientNorm.length - 1;
        return last < 1 ? Double.NaN : Math.pow(outputGradientNorm[0] / outputGradientNorm[last], 1.0 / last);
    }

    /** The factor by which the hidden layers' outputs shrink from the first to the last. */
    double fallUpwards() {
        return inputRms[1] / inputRms[inputRms.length - 1];
    }

    /** The factor by which δ shrinks from the last hidden layer to the first. */
    double fallDownwards() {
        return deltaRms[deltaRms.length - 2] / deltaRms[0];
    }

    /**
     * The ratio of the largest to the smallest max|∂L/∂w| of the hidden layers except the first, whose input is the
     * image.
     */
    double spread() {
        double least = Double.POSITIVE_INFINITY;
        double most = 0;
        for (int i = 1; i < hiddenLayers(); i++) {
            least = Math.min(least, weights.maxAbsPerLayer()[i]);
            most = Math.max(most, weights.maxAbsPerLayer()[i]);
        }
        return most / least;
    }
}
