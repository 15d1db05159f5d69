package chainrule.layer;

import chainrule.backend.Elementwise;
import chainrule.op.Apply;
import chainrule.tensor.Shape;
import chainrule.tensor.Tensor;

import java.util.List;
import java.util.Locale;

/**
 * An elementwise function after a layer.
 *
 * @param slope of a leaky ReLU below zero; the other functions ignore it
 */
public record Activation(Elementwise function, double slope) implements Layer {
    /** The leaky ReLU's slope where none is given. */
    public static final double DEFAULT_SLOPE = 0.01;

    public Activation(Elementwise function) {
        this(function, DEFAULT_SLOPE);
    }

    /** The names {@link #named} knows. */
    public static List<String> names() {
        return List.of(Elementwise.values()).stream().map(Activation::nameOf).toList();
    }

    /**
     * The activation of that name: relu, leaky-relu, tanh, sigmoid, lecun, gelu, identity.
     *
     * @throws IllegalArgumentException listing the known names
     */
    public static Activation named(String name) {
        for (Elementwise f : Elementwise.values()) {
            if (nameOf(f).equals(name.toLowerCase(Locale.ROOT).replace('_', '-'))) {
                return new Activation(f);
            }
        }
        throw new IllegalArgumentException(
                "unknown activation '" + name + "', expected one of " + String.join(", ", names()));
    }

    private static String nameOf(Elementwise f) {
        return f.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    @Override
    public String kind() {
        return nameOf(function);
    }

    @Override
    public Shape outputShape(Shape input) {
        return input;
    }

    @Override
    public Tensor forward(Tensor x, ForwardContext context) {
        return context.run(new Apply(function, slope, x));
    }
}
