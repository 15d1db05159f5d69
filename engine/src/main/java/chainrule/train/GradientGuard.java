package chainrule.train;

import chainrule.backend.Backend;
import chainrule.backend.Statistics;
import chainrule.io.Snapshot;
import chainrule.layer.Sequential;
import chainrule.probe.NonFinite;
import chainrule.tensor.Gradients;
import chainrule.tensor.Parameter;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Clips the gradients of a run between the backward pass and the update, and detects non-finite and exploding
 * gradients. Detection needs a pass over all gradients. Without clipping by norm, it therefore runs only in the first
 * steps, then in every twentieth step, and whenever the loss reaches a new maximum, which exploding gradients soon
 * cause.
 */
final class GradientGuard {
    private static final int INTERVAL = 20;

    /** The ratio of a norm to the largest norm before it that counts as an explosion. */
    private static final double EXPLOSION = 100;

    private double clipNorm = Double.POSITIVE_INFINITY;
    private double clipValue = Double.POSITIVE_INFINITY;
    private double largestNorm;
    private double highestLoss;

    /**
     * The result of inspecting the gradients of a step.
     *
     * @param nonFinite where a gradient is NaN or infinite; no update makes sense then
     * @param explosion present if the gradients explode in this step
     */
    record Finding(Optional<String> nonFinite, Optional<History.Explosion> explosion) {
        private static final Finding NONE = new Finding(Optional.empty(), Optional.empty());
    }

    void clipNorm(double most) {
        clipNorm = require("norm", most);
    }

    void clipValue(double most) {
        clipValue = require("value", most);
    }

    private static double require(String what, double most) {
        if (!(most > 0)) {
            throw new IllegalArgumentException("clipping to a " + what + " of " + most + ": must be above 0");
        }
        return most;
    }

    /** Describes the clipping, for the settings of a run. */
    String description() {
        List<String> bounds = new ArrayList<>();
        if (clipValue < Double.POSITIVE_INFINITY) {
            bounds.add("values at most " + clipValue);
        }
        if (clipNorm < Double.POSITIVE_INFINITY) {
            bounds.add("norm at most " + clipNorm);
        }
        return bounds.isEmpty() ? "none" : String.join(", ", bounds);
    }

    /**
     * Clips the gradients of a step and, in some steps, checks them.
     *
     * @param loss of the step
     */
    Finding inspect(Backend backend, Sequential net, Gradients gradients, long step, double loss) {
        boolean clipsValues = clipValue < Double.POSITIVE_INFINITY;
        boolean clipsNorm = clipNorm < Double.POSITIVE_INFINITY;
        boolean checks = clipsNorm || step <= INTERVAL || step % INTERVAL == 0 || loss > highestLoss;
        highestLoss = Math.max(highestLoss, loss);
        if (!clipsValues && !checks) {
            return Finding.NONE;
        }
        List<Parameter> parameters = net.parameters().stream().filter(Parameter::differentiable).toList();
        if (clipsValues) {
            parameters.forEach(p -> backend.clamp(clipValue, gradients.of(p)));
        }
        return checks ? check(backend, parameters, gradients, step) : Finding.NONE;
    }

    private Finding check(Backend backend, List<Parameter> parameters, Gradients gradients, long step) {
        double squares = 0;
        double most = 0;
        Parameter largest = null;
        // In the order of the backward pass: the first non-finite gradient is the origin.
        for (Parameter p : parameters.reversed()) {
            Statistics s = backend.statistics(gradients.of(p));
            if (s.nonFinite() > 0) {
                String layer = p.name().substring(0, p.name().lastIndexOf('.'));
                String where = layer + ": " + NonFinite.describe("the gradient of " + p, s);
                return new Finding(Optional.of(where), Optional.empty());
            }
            squares += s.sumSquares();
            if (s.l2() > most) {
                most = s.l2();
                largest = p;
            }
        }
        double norm = Math.sqrt(squares);
        Finding finding = Finding.NONE;
        if (largest != null) {
            if (largestNorm > 0 && norm > EXPLOSION * largestNorm) {
                History.Explosion explosion = new History.Explosion(step, largest.name(), norm, largestNorm);
                finding = new Finding(Optional.empty(), Optional.of(explosion));
            }
            largestNorm = Math.max(largestNorm, norm);
        }
        if (norm > clipNorm) {
            parameters.forEach(p -> backend.scale(clipNorm / norm, gradients.of(p), gradients.of(p)));
        }
        return finding;
    }

    void save(Snapshot into) {
        into.put("largest norm", largestNorm);
        into.put("highest loss", highestLoss);
    }

    void restore(Snapshot from) {
        largestNorm = from.number("largest norm");
        highestLoss = from.number("highest loss");
    }
}
