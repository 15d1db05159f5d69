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
 * Looks after the gradients of a run between the backward pass and the update: clips them, and notices when they are no
 * longer numbers or have exploded. A look costs a pass over every gradient; so without clipping by norm it looks at the
 * first steps, then at every twentieth, and whenever the loss is higher than ever, as it soon is when gradients explode.
 */
final class GradientGuard {
    private static final int EVERY = 20;

    /** How many times the largest norm before it makes a norm an explosion. */
    private static final double EXPLOSION = 100;

    private double clipNorm = Double.POSITIVE_INFINITY;
    private double clipValue = Double.POSITIVE_INFINITY;
    private double largest;
    private double highestLoss;
    private History.Explosion news;

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

    /** For a run's settings. */
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
     * Looks at the gradients of a step, if it is their turn, and clips them.
     *
     * @param loss of the step
     * @return where they are not finite, if they are not; there is no sense in an update then
     */
    Optional<String> inspect(Backend k, Sequential net, Gradients gradients, long step, double loss) {
        news = null;
        boolean bounds = clipValue < Double.POSITIVE_INFINITY;
        boolean scales = clipNorm < Double.POSITIVE_INFINITY;
        boolean looks = scales || step <= EVERY || step % EVERY == 0 || loss > highestLoss;
        highestLoss = Math.max(highestLoss, loss);
        if (!bounds && !looks) {
            return Optional.empty();
        }
        List<Parameter> parameters = net.parameters().stream().filter(Parameter::differentiable).toList();
        if (bounds) {
            parameters.forEach(p -> k.clamp(clipValue, gradients.of(p).buffer()));
        }
        return looks ? look(k, parameters, gradients, step) : Optional.empty();
    }

    private Optional<String> look(Backend k, List<Parameter> parameters, Gradients gradients, long step) {
        double squares = 0;
        double most = 0;
        Parameter foremost = null;
        for (Parameter p : parameters.reversed()) { // as backward goes: the first one found is where it began
            Statistics s = k.statistics(gradients.of(p).buffer());
            if (s.nonFinite() > 0) {
                String layer = p.name().substring(0, p.name().lastIndexOf('.'));
                return Optional.of(layer + ": " + NonFinite.describe("the gradient of " + p, s));
            }
            squares += s.sumSquares();
            if (s.l2() > most) {
                most = s.l2();
                foremost = p;
            }
        }
        double norm = Math.sqrt(squares);
        if (foremost != null) {
            if (largest > 0 && norm > EXPLOSION * largest) {
                news = new History.Explosion(step, foremost.name(), norm, largest);
            }
            largest = Math.max(largest, norm);
        }
        if (norm > clipNorm) {
            parameters.forEach(p -> k.scale(clipNorm / norm, gradients.of(p).buffer()));
        }
        return Optional.empty();
    }

    /** The explosion of the step just inspected, if it was one. */
    Optional<History.Explosion> news() {
        return Optional.ofNullable(news);
    }

    void save(Snapshot into) {
        into.put("largest norm", largest);
        into.put("highest loss", highestLoss);
    }

    void restore(Snapshot from) {
        largest = from.number("largest norm");
        highestLoss = from.number("highest loss");
    }
}
