package chainrule.probe;

import chainrule.backend.Backend;
import chainrule.backend.Scope;
import chainrule.layer.Sequential;
import chainrule.loss.Loss;
import chainrule.tensor.Gradients;
import chainrule.tensor.Parameter;
import chainrule.tensor.RandomStream;
import chainrule.tensor.Tape;
import chainrule.tensor.Tensor;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * Captures the gradient of every layer: of its weights, its biases and its activations.
 *
 * <pre>{@code
 * List<GradientRow> rows = GradientProbe.capture(net, Loss.SOFTMAX_CROSS_ENTROPY, x, target);   // one batch
 * trainer.probe(new GradientProbe(100));                                                         // every 100th step
 * }</pre>
 *
 * A gradient of all zeros is a finding, shown as such, never an error.
 */
public final class GradientProbe {
    private final int every;
    private final List<GradientRow> rows = new ArrayList<>();
    private final List<GradientRow> activations = new ArrayList<>();

    /** @param every captures each step whose number is a multiple of this */
    public GradientProbe(int every) {
        if (every < 1) {
            throw new IllegalArgumentException("a gradient probe every " + every + " steps: must be at least 1");
        }
        this.every = every;
    }

    /** The gradients of one batch, without changing anything. */
    public static List<GradientRow> capture(Sequential net, Loss loss, Tensor x, Tensor target) {
        Backend k = net.backend();
        GradientProbe probe = new GradientProbe(1);
        try (Scope _ = k.openScope("gradient capture")) {
            Tape tape = new Tape(k);
            // As in training, so that batch norm and dropout do what they do there; the draw is fixed.
            Tensor y = net.forward(tape, x, RandomStream.of(0, "gradient capture"));
            Tensor l = tape.run(loss.of(y, target));
            Gradients gradients = tape.backward(l, probe.listener(k, 0));
            probe.finish(0, net, gradients);
        }
        return probe.rows();
    }

    /** Whether this step is to be captured. */
    public boolean wants(long step) {
        return step % every == 0;
    }

    /** Listens to the activations' gradients during a backward pass. */
    public Tape.GradientListener listener(Backend k, long step) {
        activations.clear();
        return (entry, gradient) -> {
            if (!entry.layer().isEmpty()) {
                activations.add(
                        new GradientRow(
                                step,
                                0,
                                entry.layer(),
                                GradientRow.Role.ACTIVATION,
                                entry.op().name(),
                                k.statistics(gradient.buffer())));
            }
        };
    }

    /** Adds the parameters' gradients, layer by layer from the input on. */
    public void finish(long step, Sequential net, Gradients gradients) {
        Collections.reverse(activations); // backward told of the last one first
        int depth = 0;
        for (Sequential.Stage stage : net.stages()) {
            boolean weighted = stage.parameters().values().stream().anyMatch(Parameter::trainable);
            int place = weighted ? ++depth : 0;
            stage.parameters()
                    .forEach(
                            (name, p) -> {
                                if (p.differentiable()) {
                                    rows.add(
                                            new GradientRow(
                                                    step,
                                                    place,
                                                    stage.name(),
                                                    name.equals("weight") || name.equals("gamma")
                                                            ? GradientRow.Role.WEIGHT
                                                            : GradientRow.Role.BIAS,
                                                    p.name(),
                                                    net.backend().statistics(gradients.of(p).buffer())));
                                }
                            });
            activations.stream().filter(a -> a.layer().equals(stage.name())).forEach(rows::add);
        }
    }

    /** Everything captured so far, step by step, layer by layer. */
    public List<GradientRow> rows() {
        return Collections.unmodifiableList(rows);
    }
}
