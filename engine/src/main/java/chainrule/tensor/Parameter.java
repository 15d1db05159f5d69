package chainrule.tensor;

import chainrule.backend.Buffer;

/** A tensor that belongs to a model and that an optimiser changes, unless it is frozen. */
public final class Parameter extends Tensor {
    private final boolean trainable;
    private boolean frozen;

    /**
     * @param trainable false for state such as running statistics, which layers change themselves and optimisers never
     */
    public Parameter(String name, Shape shape, Buffer buffer, boolean trainable) {
        super(name, shape, buffer, trainable);
        this.trainable = trainable;
    }

    /** Whether an optimiser may ever change it. */
    public boolean trainable() {
        return trainable;
    }

    /** A frozen parameter gets no gradient; the gradient still flows through it to what lies before. */
    public void setFrozen(boolean frozen) {
        this.frozen = frozen;
    }

    /** Whether it must stay as it is. */
    public boolean frozen() {
        return frozen;
    }

    @Override
    public boolean differentiable() {
        return trainable && !frozen;
    }
}
