package chainrule.train;

import chainrule.tensor.Parameter;

import java.util.List;

/**
 * Freezes parameters when they have been trained long enough. No gradient is computed for them any more, nor for what
 * lies before them if nothing there is trained (Brock et al. 2017, "FreezeOut").
 *
 * @param epochs how many they are trained for
 */
public record FreezeAfter(int epochs, List<Parameter> parameters) implements TrainingListener {
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
}
