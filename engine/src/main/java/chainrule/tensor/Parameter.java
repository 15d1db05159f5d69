package chainrule.tensor;

import chainrule.backend.Memory.Buffer;

/** A tensor that belongs to a model and that an optimizer updates, unless it is frozen. */
public final class Parameter extends Tensor {
    private final boolean trainable;
    private boolean frozen;

    /**
     * @param trainable false for state such as running statistics, which layers update themselves and optimizers never do
     */
    public Parameter(String name, Shape shape, Buffer buffer, boolean trainable) {
        super(name, shape, buffer, trainable);
        this.trainable = trainable;
    }

    /** True if an optimizer may update it. */
    public boolean trainable() {
        return trainable;
    }

    /** A frozen parameter gets no gradient; the gradient still flows past it to earlier layers. */
    public void setFrozen(boolean frozen) {
        this.frozen = frozen;
    }

    /** True if it must not change. */
    public boolean frozen() {
        return frozen;
    }

    @Override
    public boolean differentiable() {
        return trainable && !frozen;
    }
}
