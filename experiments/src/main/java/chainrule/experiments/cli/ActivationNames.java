package chainrule.experiments.cli;

import chainrule.layer.Activation;

import java.util.Iterator;

/** The names of all activations, for help texts: an option's {@code completionCandidates}. */
public final class ActivationNames implements Iterable<String> {
    @Override
    public Iterator<String> iterator() {
        return Activation.names().iterator();
    }
}
