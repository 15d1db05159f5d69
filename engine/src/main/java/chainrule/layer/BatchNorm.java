package chainrule.layer;

import chainrule.backend.Backend;
import chainrule.initializer.Constant;
import chainrule.op.Normalize;
import chainrule.tensor.Parameter;
import chainrule.tensor.Shape;
import chainrule.tensor.ShapeException;
import chainrule.tensor.Tensor;

import java.util.List;

/**
 * Batch normalization (Ioffe and Szegedy 2015) of each column of [N, d], or each channel of images: to mean β and,
 * where the column had standard deviation σ, to the standard deviation |γ|σ/√(σ² + ε), near |γ| unless σ² is of the
 * size of ε. Both are learned (γ unless {@code scale} is false).
 *
 * <p>In training the mean and the variance are the batch's own, and the running statistics follow them: running ←
 * m * running + (1 − m) * batch, with the unbiased variance (PyTorch's convention; Keras keeps the biased one). At
 * inference the running statistics stand in for the batch's, so that an example's answer does not depend on its
 * neighbors.
 *
 * <p>The running statistics change here and not in the op: once per training pass through the layer, while the op can
 * be run again without side effects. They have no influence on a training pass's output. Frozen, they stay as they are.
 * A batch of a single row says nothing about the spread, so it moves the running mean and leaves the running variance;
 * its output is β whatever x is, and no gradient reaches x.
 *
 * @param momentum m, the fraction of the running statistics that a step keeps; PyTorch's "momentum" is 1 − m
 * @param epsilon ε in √(σ² + ε)
 * @param scale false to leave γ at 1: for a layer whose scale the next one learns just as well
 */
public record BatchNorm(double momentum, double epsilon, boolean scale) implements Layer {
    public BatchNorm {
        if (!(momentum >= 0 && momentum <= 1)) {
            throw new IllegalArgumentException("batchnorm: momentum " + momentum + " must be in 0 … 1");
        }
        if (!(epsilon > 0 && epsilon < Double.POSITIVE_INFINITY)) {
            throw new IllegalArgumentException(
                    "batchnorm: epsilon "
                            + epsilon
                            + " must be above 0: it keeps a constant column from dividing by 0");
        }
    }

    /** With a γ that is learned. */
    public BatchNorm(double momentum, double epsilon) {
        this(momentum, epsilon, true);
    }

    /** Momentum 0.9, epsilon 1e-5. */
    public BatchNorm() {
        this(0.9, 1e-5);
    }

    @Override
    public String kind() {
        return "batchnorm";
    }

    @Override
    public Shape outputShape(Shape input) {
        if (input.rank() == 0) {
            throw new ShapeException("batchnorm takes vectors or images, got scalars; put a Reshape before it");
        }
        return input;
    }

    @Override
    public List<Weight> weights(Shape input) {
        Shape channels = Shape.of(input.size(-1));
        return List.of(
                new Weight("gamma", channels, Constant.ONES, scale),
                new Weight("beta", channels, Constant.ZEROS),
                new Weight("running_mean", channels, Constant.ZEROS, false),
                new Weight("running_var", channels, Constant.ONES, false));
    }

    @Override
    public Tensor forward(Tensor x, ForwardContext context) {
        Parameter gamma = context.parameter("gamma");
        Parameter beta = context.parameter("beta");
        Parameter mean = context.parameter("running_mean");
        Parameter variance = context.parameter("running_var");
        if (!context.training()) {
            return context.run(new Normalize(x, mean, variance, gamma, beta, epsilon));
        }
        Backend backend = context.tape().backend();
        chainrule.op.BatchNorm norm = chainrule.op.BatchNorm.of(backend, x, gamma, beta, epsilon);
        Tensor y = context.run(norm);
        double rows = x.rows();
        follow(backend, mean, norm.mean(), 1);
        if (rows > 1) {
            follow(backend, variance, norm.variance(), rows / (rows - 1)); // Σ(x − μ)²/(rows − 1): unbiased
        }
        return y;
    }

    /** running = m * running + (1 − m) * correction * batch. */
    private void follow(Backend backend, Parameter running, Tensor batch, double correction) {
        if (!running.frozen()) {
            backend.scale(momentum, running, running);
            backend.axpy((1 - momentum) * correction, batch, running);
        }
    }
}
