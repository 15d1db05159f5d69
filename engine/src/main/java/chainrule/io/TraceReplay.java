package chainrule.io;

import chainrule.backend.Backend;
import chainrule.backend.Memory.Buffer;
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

/** Trains the net of a {@link Trace} on a backend and compares every recorded tensor. */
public final class TraceReplay {
    private static final double FLOAT64_BOUND = 1e-6;
    private static final double FLOAT32_BOUND = 1e-4;
    private static final double FLOAT32_FACTOR = 5;

    private final Trace trace;
    private final Backend backend;
    private final double tolerance;
    private final List<Comparison> comparisons = new ArrayList<>();

    private TraceReplay(Trace trace, Backend backend, double tolerance) {
        this.trace = trace;
        this.backend = backend;
        this.tolerance = tolerance;
    }

    /**
     * The comparison of one computed tensor with the recorded one.
     *
     * @param error ‖computed − recorded‖ / ‖recorded‖
     * @param bound the largest error that passes
     */
    public record Comparison(String tensor, double error, double bound) {
        public boolean passed() {
            return error <= bound;
        }
    }

    /** Replays with the default bounds for the backend's arithmetic. */
    public static List<Comparison> run(Trace trace, Backend backend) {
        return run(trace, backend, Double.NaN);
    }

    /**
     * Replays a trace.
     *
     * @param tolerance the bound for every tensor; NaN for the default bounds: 1e-6 in float64; in float32 the larger
     *     of 1e-4 and five times the float32 error of the recording library
     * @throws FormatException if layers, loss and tensors of the trace do not match
     */
    public static List<Comparison> run(Trace trace, Backend backend, double tolerance) {
        try (Scope _ = backend.openScope("replay of " + trace.name())) {
            return new TraceReplay(trace, backend, tolerance).run();
        } catch (IllegalArgumentException e) { // such as a loss that does not fit the output
            throw new FormatException(trace.name() + " cannot be replayed: " + e.getMessage(), e);
        }
    }

    private List<Comparison> run() {
        Sequential net = Sequential.build(backend, 0, trace.inputShape(), trace.layers());
        for (int i = 0; i < net.stages().size(); i++) {
            for (var own : net.stages().get(i).parameters().entrySet()) {
                String name = "layers." + i + "." + own.getKey();
                if (own.getValue().trainable()) {
                    backend.upload(trace.tensors().values(name), own.getValue());
                }
            }
        }
        Optimizer optimizer = trace.optimizer();
        optimizer.prepare(backend, net.parameters());
        Batch batch = trace.batch();
        double[] losses = new double[trace.steps() + 1];
        for (int step = 0; step <= trace.steps(); step++) {
            losses[step] = step(net, optimizer, batch, step);
        }
        compare("losses", losses, trace.float32Error().loss());
        compareParameters("final.", net, trace.float32Error().last());
        return comparisons;
    }

    /** A training step; the first one is compared, and the last one has no update. */
    private double step(Sequential net, Optimizer optimizer, Batch batch, int step) {
        try (Scope _ = backend.openScope("step")) {
            Tape tape = new Tape(backend);
            Tensor input = batch.uploadInputs(backend);
            Tensor x = Tensor.variable("input", input.shape(), input.buffer());
            Tensor y = net.forward(tape, x, RandomStream.of(0, "replay").child(step));
            Tensor loss = tape.run(trace.loss().of(y, batch.uploadTargets(backend)));
            if (step < trace.steps()) {
                Gradients gradients = tape.backward(loss);
                if (step == 0) {
                    compare("output", y.buffer(), trace.float32Error().loss());
                    compareParameters("after_one_forward.", net, trace.float32Error().loss());
                    compare("grad.input", gradients.of(x).buffer(), trace.float32Error().grad());
                    compareGradients(net, gradients);
                }
                optimizer.step(backend, gradients);
            }
            return backend.scalar(loss);
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

    private void compare(String name, Buffer computed, double float32Error) {
        compare(name, backend.download(computed), float32Error);
    }

    private void compare(String name, double[] computed, double float32Error) {
        double[] recorded = trace.tensors().values(name);
        if (recorded.length != computed.length) {
            throw new FormatException(
                    trace.name() + ": " + name + " has " + recorded.length + " elements, expected " + computed.length);
        }
        double difference = 0;
        double norm = 0;
        for (int i = 0; i < computed.length; i++) {
            difference += (computed[i] - recorded[i]) * (computed[i] - recorded[i]);
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
        return backend.unitRoundoff() < 0x1p-40
                ? FLOAT64_BOUND
                : Math.max(FLOAT32_BOUND, FLOAT32_FACTOR * float32Error);
    }
}
