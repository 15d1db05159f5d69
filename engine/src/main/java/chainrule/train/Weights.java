package chainrule.train;

import chainrule.backend.Backend;
import chainrule.io.Snapshot;
import chainrule.layer.Sequential;
import chainrule.tensor.Parameter;

import java.util.LinkedHashMap;
import java.util.Map;

/** All numbers of a net at one moment, running statistics included. */
final class Weights {
    private final Map<Parameter, double[]> values = new LinkedHashMap<>();

    private Weights() {}

    /** What the net has now. */
    static Weights of(Sequential net) {
        Weights weights = new Weights();
        net.parameters().forEach(p -> weights.values.put(p, net.backend().download(p.buffer())));
        return weights;
    }

    /** Puts them into their net. */
    void putBack(Backend k) {
        values.forEach((p, numbers) -> k.upload(numbers, p.buffer()));
    }

    void save(Backend k, Snapshot into) {
        boolean float64 = float64(k);
        values.forEach((p, numbers) -> into.put(p.name(), p.shape().sizes(), numbers, float64));
    }

    static Weights restored(Sequential net, Snapshot from) {
        Weights weights = new Weights();
        net.parameters().forEach(p -> weights.values.put(p, from.values(p.name(), p.shape().elements())));
        return weights;
    }

    /** Whether the backend's numbers need 64 bits. */
    static boolean float64(Backend k) {
        return k.unitRoundoff() < 0x1p-40;
    }
}
