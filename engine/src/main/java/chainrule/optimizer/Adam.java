package chainrule.optimizer;

import chainrule.backend.AdamStep;
import chainrule.backend.Backend;
import chainrule.tensor.Tensor;

/**
 * Adam (Kingma and Ba 2015): a step of about η in every coordinate, the gradient's running mean divided by the root of
 * its running square, both corrected for starting at zero; ε is added after the correction, as in the paper. With
 * weight decay λ it is AdamW (Loshchilov and Hutter 2019): w ← w − ηλ w apart from the gradient.
 */
public final class Adam extends Optimizer {
    private final double beta1;
    private final double beta2;
    private final double epsilon;
    private final double decay;

    /** β₁ = 0.9, β₂ = 0.999, ε = 1e-8, no weight decay. */
    public Adam(double learningRate) {
        this(learningRate, 0.9, 0.999, 1e-8, 0);
    }

    public Adam(double learningRate, double beta1, double beta2, double epsilon, double decay) {
        super(learningRate);
        this.beta1 = require("beta1", beta1, 1);
        this.beta2 = require("beta2", beta2, 1);
        this.epsilon = require("epsilon", epsilon, Double.POSITIVE_INFINITY);
        this.decay = require("weight decay", decay, Double.POSITIVE_INFINITY);
    }

    /** Adam with weight decay apart from the gradient, and the usual β₁, β₂, ε. */
    public static Adam withDecay(double learningRate, double decay) {
        return new Adam(learningRate, 0.9, 0.999, 1e-8, decay);
    }

    @Override
    String settings() {
        return (decay > 0 ? "AdamW " : "Adam ")
                + learningRate()
                + (beta1 == 0.9 && beta2 == 0.999 ? "" : ", β " + beta1 + " and " + beta2)
                + (epsilon == 1e-8 ? "" : ", ε " + epsilon)
                + (decay > 0 ? ", weight decay " + decay : "");
    }

    @Override
    int stateSize() {
        return 2;
    }

    @Override
    void update(Backend backend, Slot slot, Tensor gradient, long step) {
        Group group = slot.group();
        double rate = learningRate() * group.rate();
        AdamStep constants = new AdamStep(step, rate, beta1, beta2, epsilon, decay * group.decay());
        backend.adam(slot.parameter(), gradient, slot.first(), slot.second(), constants);
    }
}
