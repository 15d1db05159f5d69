package chainrule.io;

import chainrule.backend.Backend;
import chainrule.backend.Buffer;
import chainrule.backend.Scope;
import chainrule.data.Batch;
import chainrule.layer.Sequential;
import chainrule.optimizer.Optimizer;
import chainrule.tensor.Gradients;
import chainrule.tensor.Parameter;
import chainrule.tensor.RandomStream;
import chainrule.tensor.Tape;
import chainrule.tensor.Tensor;

import java.util.ArrayList;
import java.util.List;

/** Trains the net of a {@link Trace} on one of our backends and compares every recorded tensor. */
public final class TraceReplay {
    private static final double FLOAT64_BOUND = 1e-6;
    private static final double FLOAT32_BOUND = 1e-4;
    private static final double FLOAT32_FACTOR = 5;

    private final Trace trace;
    private final Backend k;
    private final double tolerance;
    private final List<Comparison> comparisons = new ArrayList<>();

    private TraceReplay(Trace trace, Backend k, double tolerance) {
        this.trace = trace;
        this.k = k;
        this.tolerance = tolerance;
    }

    /**
     * One tensor, ours against the recorded one.
     *
     * @param error ‖ours − recorded‖ / ‖recorded‖
     * @param bound the largest error that passes
     */
    public record Comparison(String tensor, double error, double bound) {
        public boolean passed() {
            return error <= bound;
        }
    }

    /** Replays with the bounds that belong to the backend's arithmetic. */
    public static List<Comparison> run(Trace trace, Backend k) {
        return run(trace, k, Double.NaN);
    }

    /**
     * Replays a trace.
     *
     * @param tolerance the bound for every tensor; NaN for the usual ones: 1e-6 in float64; in float32 the larger of
     *     1e-4 and five times the recording library's own float32 error
     * @throws FormatException if layers, loss and tensors of the trace do not fit each other
     */
    public static List<Comparison> run(Trace trace, Backend k, double tolerance) {
        try (Scope _ = k.openScope("replay of " + trace.name())) {
            return new TraceReplay(trace, k, tolerance).run();
        } catch (IllegalArgumentException e) { // such as a loss that does not fit the answer
            throw new FormatException(trace.name() + " cannot be replayed: " + e.getMessage(), e);
        }
    }

    private List<Comparison> run() {
        Sequential net = Sequential.build(k, 0, trace.inputShape(), trace.layers());
        for (int i = 0; i < net.stages().size(); i++) {
            for (var own : net.stages().get(i).parameters().entrySet()) {
                String name = "layers." + i + "." + own.getKey();
                if (own.getValue().trainable()) {
                    k.upload(trace.tensors().values(name), own.getValue().buffer());
                }
            }
        }
        Optimizer optimizer = trace.optimizer();
        optimizer.prepare(k, net.parameters());
        Batch batch = trace.batch();
        double[] losses = new double[trace.steps() + 1];
        for (int step = 0; step <= trace.steps(); step++) {
            losses[step] = step(net, optimizer, batch, step);
        }
        compare("losses", losses, trace.float32Error().loss());
        compareParameters("final.", net, trace.float32Error().last());
        return comparisons;
    }

    /** One step like any other, except that the first is compared and after the last nothing is updated. */
    private double step(Sequential net, Optimizer optimizer, Batch batch, int step) {
        try (Scope _ = k.openScope("step")) {
            Tape tape = new Tape(k);
            Tensor input = batch.uploadInputs(k);
            Tensor x = Tensor.variable("input", input.shape(), input.buffer());
            Tensor y = net.forward(tape, x, RandomStream.of(0, "replay").child(step));
            Tensor loss = tape.run(trace.loss().of(y, batch.uploadTargets(k)));
            if (step < trace.steps()) {
                Gradients gradients = tape.backward(loss);
                if (step == 0) {
                    compare("output", y.buffer(), trace.float32Error().loss());
                    compareParameters("after_one_forward.", net, trace.float32Error().loss());
                    compare("grad.input", gradients.of(x).buffer(), trace.float32Error().grad());
                    compareGradients(net, gradients);
                }
                optimizer.step(k, gradients);
            }
            return k.scalar(loss.buffer());
        }
    }

    private void compareGradients(Sequential net, Gradients gradients) {
        for (int i = 0; i < net.stages().size(); i++) {
            String prefix = "grad.layers." + i + ".";
            net.stages()
                    .get(i)
                    .parameters()
                    .forEach(
                            (name, p) -> {
                                if (p.differentiable()) {
                                    compare(prefix + name, gradients.of(p).buffer(), trace.float32Error().grad());
                                }
                            });
        }
    }

    private void compareParameters(String prefix, Sequential net, double float32Error) {
        for (int i = 0; i < net.stages().size(); i++) {
            for (var own : net.stages().get(i).parameters().entrySet()) {
                Parameter p = own.getValue();
                String name = prefix + "layers." + i + "." + own.getKey();
                if (trace.tensors().has(name)) {
                    compare(name, p.buffer(), float32Error);
                }
            }
        }
    }

    private void compare(String name, Buffer ours, double float32Error) {
        compare(name, k.download(ours), float32Error);
    }

    private void compare(String name, double[] ours, double float32Error) {
        double[] recorded = trace.tensors().values(name);
        if (recorded.length != ours.length) {
            throw new FormatException(
                    trace.name() + ": " + name + " has " + recorded.length + " numbers, expected " + ours.length);
        }
        double difference = 0;
        double norm = 0;
        for (int i = 0; i < ours.length; i++) {
            difference += (ours[i] - recorded[i]) * (ours[i] - recorded[i]);
            norm += recorded[i] * recorded[i];
        }
        double error = difference == 0 ? 0 : Math.sqrt(difference / norm);
        comparisons.add(
                new Comparison(name, Double.isNaN(error) ? Double.POSITIVE_INFINITY : error, bound(float32Error)));
    }

    private double bound(double float32Error) {
        if (!Double.isNaN(tolerance)) {
            return tolerance;
        }
        return k.unitRoundoff() < 0x1p-40 ? FLOAT64_BOUND : Math.max(FLOAT32_BOUND, FLOAT32_FACTOR * float32Error);
    }
}
