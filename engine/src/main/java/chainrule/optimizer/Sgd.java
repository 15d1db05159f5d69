package chainrule.optimizer;

import chainrule.backend.Backend;
import chainrule.tensor.Tensor;

/**
 * Stochastic gradient descent: w ← w − η (g + λ w), where λ is the weight decay. With momentum μ the step is
 * v ← μ v + g + λ w, w ← w − η v; Nesterov's variant steps by g + λ w + μ v (Sutskever et al. 2013, in the form PyTorch
 * uses).
 */
public final class Sgd extends Optimizer {
    private final double momentum;
    private final boolean nesterov;
    private final double decay;

    /** Plain gradient descent. */
    public Sgd(double learningRate) {
        this(learningRate, 0, false, 0);
    }

    public Sgd(double learningRate, double momentum, boolean nesterov, double decay) {
        super(learningRate);
        this.momentum = require("momentum", momentum, 1);
        this.nesterov = nesterov;
        this.decay = require("weight decay", decay, Double.POSITIVE_INFINITY);
        if (nesterov && momentum == 0) {
            throw new IllegalArgumentException("Nesterov needs a momentum above 0");
        }
    }

    @Override
    String settings() {
        return "SGD "
                + learningRate()
                + (momentum > 0 ? (nesterov ? ", Nesterov momentum " : ", momentum ") + momentum : "")
                + (decay > 0 ? ", weight decay " + decay : "");
    }

    @Override
    int stateSize() {
        return momentum > 0 ? 1 : 0;
    }

    @Override
    void update(Backend backend, Slot slot, Tensor gradient, long step) {
        Group group = slot.group();
        double rate = learningRate() * group.rate();
        backend.sgd(slot.parameter(), gradient, slot.first(), rate, momentum, nesterov, decay * group.decay());
    }
}
