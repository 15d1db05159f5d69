package chainrule.train;

import chainrule.io.Snapshot;
import chainrule.tensor.Parameter;

import java.util.List;

/**
 * Freezes parameters when they have been trained long enough. No gradient is computed for them any more, nor for what
 * lies before them if nothing there is trained (Brock et al. 2017, "FreezeOut").
 *
 * @param epochs how many they are trained for
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

    /** Nothing: the number of the epoch says all. */
    @Override
    public void save(Snapshot into) {}

    @Override
    public void restore(Snapshot from) {}
}
