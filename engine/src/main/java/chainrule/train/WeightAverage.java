package chainrule.train;

import chainrule.backend.Backend;
import chainrule.backend.Buffer;
import chainrule.io.Snapshot;
import chainrule.layer.Sequential;
import chainrule.tensor.Parameter;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * An exponential moving average of all weights and running statistics over the steps of a run (Polyak and Juditsky 1992;
 * in this form Tarvainen and Valpola 2017): a ← d·a + (1 − d)·w after every step, d = min(decay, (1 + t)/(10 + t)) at
 * step t, so that the first weights are soon forgotten. The average lies in the middle of what the last steps wander
 * around, and usually does better on data not seen.
 *
 * <pre>{@code
 * WeightAverage average = new WeightAverage(net, 0.995);
 * new Trainer(net, loss, optimizer).listener(average).fit(train);
 * average.swap();     // the net now answers with the average
 * }</pre>
 */
public final class WeightAverage implements Stateful {
    private final Backend k;
    private final double decay;
    private final Map<Parameter, Buffer> averages = new LinkedHashMap<>();
    private long steps;

    /**
     * Allocates the average in the innermost scope, which must stay open while it is used.
     *
     * @param decay d, the share a step keeps: 0 follows the weights, 0.999 remembers some thousand steps
     * @throws IllegalArgumentException unless 0 ≤ decay &lt; 1
     */
    public WeightAverage(Sequential net, double decay) {
        if (!(decay >= 0 && decay < 1)) {
            throw new IllegalArgumentException("weight average: decay " + decay + ": must be in [0, 1)");
        }
        this.k = net.backend();
        this.decay = decay;
        for (Parameter p : net.parameters()) {
            Buffer average = k.allocate(p.shape().elements(), p.name() + " average");
            k.copy(p.buffer(), average);
            averages.put(p, average);
        }
    }

    @Override
    public void step(Progress progress) {
        steps++;
        double d = Math.min(decay, (1.0 + steps) / (10 + steps));
        averages.forEach(
                (parameter, average) -> {
                    k.scale(d, average);
                    k.axpy(1 - d, parameter.buffer(), average);
                });
    }

    /** Exchanges the net's weights and the average; once more gives them back. Training goes on only with the former. */
    public void swap() {
        averages.forEach(
                (parameter, average) -> {
                    double[] weights = k.download(parameter.buffer());
                    k.copy(average, parameter.buffer());
                    k.upload(weights, average);
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
                (p, average) -> into.put(p.name(), p.shape().sizes(), k.download(average), Weights.float64(k)));
    }

    @Override
    public void restore(Snapshot from) {
        steps = from.whole("steps", Long.MAX_VALUE);
        averages.forEach((p, average) -> k.upload(from.values(p.name(), average.length()), average));
    }
}
