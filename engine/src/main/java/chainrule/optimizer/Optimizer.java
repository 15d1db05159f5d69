package chainrule.optimizer;

import chainrule.backend.Backend;
import chainrule.backend.Memory.Buffer;
import chainrule.tensor.Gradients;
import chainrule.tensor.Parameter;
import chainrule.tensor.Tensor;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Updates parameters by their gradients, one step at a time. */
public abstract sealed class Optimizer permits Sgd, Adam {
    private double learningRate;
    private long step;
    private final List<Slot> slots = new ArrayList<>();
    private final List<Group> groups = new ArrayList<>();

    /** A parameter, the state kept for it from step to step, and the factors of its group. */
    record Slot(Parameter parameter, Buffer first, Buffer second, Group group) {}

    /** Factors of η and λ for the parameters of one short name, such as "beta". */
    record Group(String name, double rate, double decay) {
        static final Group OTHERS = new Group("", 1, 1);
    }

    Optimizer(double learningRate) {
        setLearningRate(learningRate);
    }

    /** The size of a step, η. */
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

    /** Continues counting from that step, for a run that resumes. */
    public final void setSteps(long steps) {
        this.step = steps;
    }

    /**
     * Sets a separate learning rate and weight decay for a parameter group: all parameters of one short name, such as "bias"
     * or a batch normalization's "beta". Call it before the optimizer is given to a trainer.
     *
     * @param name the last part of their full names
     * @param rate factor of η, from 0 up
     * @param decay factor of the weight decay λ, from 0 up; a step shrinks a weight by the fraction ηλ, so 1/rate shrinks this
     *     group as the others
     * @throws IllegalStateException if the optimizer is in use already
     */
    public final Optimizer group(String name, double rate, double decay) {
        require("factor of the learning rate", rate, Double.POSITIVE_INFINITY);
        require("factor of the weight decay", decay, Double.POSITIVE_INFINITY);
        if (!slots.isEmpty()) {
            throw new IllegalStateException("group " + name + ": the optimizer is in use; call this before");
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

    /** The number of state elements per weight: 0, 1 or 2. */
    abstract int stateSize();

    abstract void update(Backend backend, Slot slot, Tensor gradient, long step);

    /** Allocates the state for these parameters, zeroed, in the innermost scope. Forgets earlier ones. */
    public final void prepare(Backend backend, List<Parameter> parameters) {
        slots.clear();
        step = 0;
        for (Parameter p : parameters) {
            if (p.trainable()) {
                Buffer first = stateSize() > 0 ? backend.zeros(p.shape().elements(), p.name() + " momentum") : null;
                Buffer second = stateSize() > 1 ? backend.zeros(p.shape().elements(), p.name() + " square") : null;
                slots.add(new Slot(p, first, second, groupOf(p)));
            }
        }
    }

    /** One step for every prepared parameter that is not frozen. */
    public final void step(Backend backend, Gradients gradients) {
        step++;
        for (Slot slot : slots) {
            if (slot.parameter.differentiable()) {
                update(backend, slot, gradients.of(slot.parameter), step);
            }
        }
    }

    /** Its state, by name: "dense1.weight momentum"; for checkpoints. */
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
