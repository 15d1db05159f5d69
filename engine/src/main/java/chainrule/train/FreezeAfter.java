package chainrule.train;

import chainrule.io.Snapshot;
import chainrule.tensor.Parameter;

import java.util.List;

/**
 * Freezes parameters after a number of epochs (Brock et al. 2017, "FreezeOut: Accelerate Training by Progressively
 * Freezing Layers"): in epoch e, the parameters are trained if e ≤ {@code epochs} and constant otherwise.
 *
 * <p>Use it to save time if the first layers converge early. Frozen parameters need no gradients, and if all parameters
 * up to a layer are frozen, the backward pass ends at that layer.
 *
 * @param epochs the number of epochs in which the parameters are trained
 */
public record FreezeAfter(int epochs, List<Parameter> parameters) implements Stateful {
    public FreezeAfter {
        if (epochs < 0) {
            throw new IllegalArgumentException("freeze after " + epochs + " epochs: must be from 0 up");
        }
        parameters = List.copyOf(parameters);
    }

    @Override
    public void begin(int epoch) {
        parameters.forEach(p -> p.setFrozen(epoch > epochs));
    }

    @Override
    public String description() {
        return parameters.stream().map(Parameter::name).toList() + " frozen after " + epochs + " epochs";
    }

    /** Stores nothing: the state depends on the number of the epoch only. */
    @Override
    public void save(Snapshot into) {}

    @Override
    public void restore(Snapshot from) {}
}
