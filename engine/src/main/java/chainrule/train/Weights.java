package chainrule.train;

import chainrule.backend.Backend;
import chainrule.io.Snapshot;
import chainrule.layer.Sequential;
import chainrule.tensor.Parameter;

import java.util.LinkedHashMap;
import java.util.Map;

/** A copy of all parameters of a net, including running statistics. */
final class Weights {
    private final Map<Parameter, double[]> values = new LinkedHashMap<>();

    private Weights() {}

    /** Copies the current parameters of a net. */
    static Weights of(Sequential net) {
        Weights weights = new Weights();
        net.parameters().forEach(p -> weights.values.put(p, net.backend().download(p.buffer())));
        return weights;
    }

    /** Copies the values back to the net. */
    void restore(Backend backend) {
        values.forEach((p, array) -> backend.upload(array, p));
    }

    void save(Backend backend, Snapshot into) {
        boolean float64 = float64(backend);
        values.forEach((p, array) -> into.put(p.name(), p.shape().sizes(), array, float64));
    }

    /** Reads stored values of a net's parameters. */
    static Weights read(Sequential net, Snapshot from) {
        Weights weights = new Weights();
        net.parameters().forEach(p -> weights.values.put(p, from.values(p.name(), p.shape().elements())));
        return weights;
    }

    /** Returns true if the backend computes in float64. */
    static boolean float64(Backend backend) {
        return backend.unitRoundoff() < 0x1p-40;
    }
}
