package chainrule.train;

import chainrule.backend.Backend;
import chainrule.backend.Memory.Buffer;
import chainrule.io.Snapshot;
import chainrule.layer.Sequential;
import chainrule.tensor.Parameter;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * An exponential moving average of all weights and running statistics over the steps of a run (Polyak and Juditsky
 * 1992, "Acceleration of Stochastic Approximation by Averaging"; in this form Tarvainen and Valpola 2017, "Mean
 * teachers are better role models"). After step t,
 *
 * <pre>{@code
 * a ← d a + (1 − d) w    with d = min(decay, (1 + t)/(10 + t))
 * }</pre>
 *
 * so that the initial weights are soon forgotten. The training itself does not change.
 *
 * <p>Use it if the weights keep oscillating around an optimum at the end of training: their average is closer to it and
 * usually has a better validation accuracy. It needs one additional copy of all weights. To feed the average back into
 * the training, use {@link Lookahead}.
 *
 * <pre>{@code
 * WeightAverage average = new WeightAverage(net, 0.995);
 * new Trainer(net, loss, optimizer).listener(average).fit(train);
 * average.swap();     // the net now has the averaged weights
 * }</pre>
 */
public final class WeightAverage implements Stateful {
    private final Backend backend;
    private final double decay;
    private final Map<Parameter, Buffer> averages = new LinkedHashMap<>();
    private long steps;

    /**
     * Allocates the average in the innermost scope, which must stay open while it is used.
     *
     * @param decay the largest d: with 0 the average equals the weights, with 0.999 it covers some thousand steps
     * @throws IllegalArgumentException unless 0 ≤ decay &lt; 1
     */
    public WeightAverage(Sequential net, double decay) {
        if (!(decay >= 0 && decay < 1)) {
            throw new IllegalArgumentException("weight average: decay " + decay + ": must be in [0, 1)");
        }
        this.backend = net.backend();
        this.decay = decay;
        for (Parameter p : net.parameters()) {
            Buffer average = backend.allocate(p.shape().elements(), p.name() + " average");
            backend.copy(p, average);
            averages.put(p, average);
        }
    }

    @Override
    public void step(Progress progress) {
        steps++;
        double d = Math.min(decay, (1.0 + steps) / (10 + steps));
        averages.forEach(
                (parameter, average) -> {
                    backend.scale(d, average, average);
                    backend.axpy(1 - d, parameter, average);
                });
    }

    /** Exchanges the net's weights and the average. Call it again before training continues. */
    public void swap() {
        averages.forEach(
                (parameter, average) -> {
                    double[] weights = backend.download(parameter);
                    backend.copy(average, parameter);
                    backend.upload(weights, average);
                });
    }

    @Override
    public String description() {
        return "average of the weights, keeping " + decay;
    }

    @Override
    public void save(Snapshot into) {
        into.put("steps", steps);
        averages.forEach(
                (p, average) ->
                        into.put(p.name(), p.shape().sizes(), backend.download(average), Weights.float64(backend)));
    }

    @Override
    public void restore(Snapshot from) {
        steps = from.integer("steps", Long.MAX_VALUE);
        averages.forEach((p, average) -> backend.upload(from.values(p.name(), average.length()), average));
    }
}
