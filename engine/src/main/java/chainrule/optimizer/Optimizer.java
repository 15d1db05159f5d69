package chainrule.optimizer;

import chainrule.backend.Backend;
import chainrule.backend.Buffer;
import chainrule.tensor.Gradients;
import chainrule.tensor.Parameter;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Changes parameters against their gradients, one step at a time. */
public abstract sealed class Optimizer permits Sgd, Adam {
    private double learningRate;
    private long step;
    private final List<Slot> slots = new ArrayList<>();
    private final List<Group> groups = new ArrayList<>();

    /** A parameter, what the optimiser remembers of it from step to step, and the factors of its group. */
    record Slot(Parameter parameter, Buffer first, Buffer second, Group group) {}

    /** Factors of η and λ for the parameters of one short name, such as "beta". */
    record Group(String name, double rate, double decay) {
        static final Group OTHERS = new Group("", 1, 1);
    }

    Optimizer(double learningRate) {
        setLearningRate(learningRate);
    }

    /** How far a step goes, η. */
    public final double learningRate() {
        return learningRate;
    }

    /** Changes η, as a schedule does between steps. @throws IllegalArgumentException unless 0 ≤ η &lt; ∞ */
    public final void setLearningRate(double rate) {
        if (!(rate >= 0 && rate < Double.POSITIVE_INFINITY)) {
            throw new IllegalArgumentException("learning rate " + rate + ": must be a number from 0 up");
        }
        this.learningRate = rate;
    }

    /** Steps taken so far. */
    public final long steps() {
        return step;
    }

    /** Continues counting from there: for a run that resumes. */
    public final void setSteps(long steps) {
        this.step = steps;
    }

    /**
     * Trains all parameters of one short name, such as "bias" or a batch normalisation's "beta", at another pace. To be
     * called before the optimiser is given to a trainer.
     *
     * @param name the last part of their full names
     * @param rate factor of η, from 0 up
     * @param decay factor of the weight decay λ, from 0 up; a step shrinks a weight by the fraction ηλ of it, so that
     *     1/rate leaves that as it is for the others
     * @throws IllegalStateException if it trains something already
     */
    public final Optimizer group(String name, double rate, double decay) {
        require("factor of the learning rate", rate, Double.POSITIVE_INFINITY);
        require("factor of the weight decay", decay, Double.POSITIVE_INFINITY);
        if (!slots.isEmpty()) {
            throw new IllegalStateException("group " + name + ": the optimiser is in use; call this before");
        }
        groups.add(new Group(name, rate, decay));
        return this;
    }

    private Group groupOf(Parameter p) {
        return groups.stream().filter(g -> p.name().endsWith("." + g.name)).findFirst().orElse(Group.OTHERS);
    }

    /** One line for a run's header. */
    public final String description() {
        StringBuilder line = new StringBuilder(settings());
        for (Group g : groups) {
            line.append("; ").append(g.name).append(": rate × ").append(g.rate);
            line.append(", decay × ").append(g.decay);
        }
        return line.toString();
    }

    abstract String settings();

    /** How many numbers it remembers per weight: 0, 1 or 2. */
    abstract int memories();

    abstract void update(Backend k, Slot slot, Buffer gradient, long step);

    /** Allocates what it remembers of these parameters, zeroed, in the innermost scope. Forgets earlier ones. */
    public final void prepare(Backend k, List<Parameter> parameters) {
        slots.clear();
        step = 0;
        for (Parameter p : parameters) {
            if (p.trainable()) {
                Buffer first = memories() > 0 ? k.zeros(p.shape().elements(), p.name() + " momentum") : null;
                Buffer second = memories() > 1 ? k.zeros(p.shape().elements(), p.name() + " square") : null;
                slots.add(new Slot(p, first, second, groupOf(p)));
            }
        }
    }

    /** One step for every prepared parameter that is not frozen. */
    public final void step(Backend k, Gradients gradients) {
        step++;
        for (Slot slot : slots) {
            if (slot.parameter.differentiable()) {
                update(k, slot, gradients.of(slot.parameter).buffer(), step);
            }
        }
    }

    /** What it remembers, by name: "dense1.weight momentum"; for checkpoints. */
    public final Map<String, Buffer> state() {
        Map<String, Buffer> state = new LinkedHashMap<>();
        for (Slot slot : slots) {
            if (slot.first != null) {
                state.put(slot.first.label(), slot.first);
            }
            if (slot.second != null) {
                state.put(slot.second.label(), slot.second);
            }
        }
        return state;
    }

    static double require(String name, double value, double below) {
        if (!(value >= 0 && value < below)) {
            throw new IllegalArgumentException(name + " " + value + ": must be in [0, " + below + ")");
        }
        return value;
    }
}
