package chainrule.initializer;

import chainrule.tensor.RandomStream;
import chainrule.tensor.Shape;

/**
 * Zero-mean weights with a variance that depends on the fans: Var w = gain / fan.
 *
 * @param gain numerator of the variance
 * @param fan denominator of the variance
 * @param normal true for a normal distribution, false for a uniform one in ±√(3 Var w)
 */
public record VarianceScaling(String name, double gain, Fan fan, boolean normal) implements Initializer {
    /** The fan in the denominator of the variance. */
    public enum Fan {
        IN,
        AVERAGE
    }

    /** Var w = 2/(fan-in + fan-out), a compromise between forward and backward (Glorot and Bengio 2010). */
    public static VarianceScaling glorotUniform() {
        return new VarianceScaling("glorot-uniform", 1, Fan.AVERAGE, false);
    }

    /** As {@link #glorotUniform}, with normal weights. */
    public static VarianceScaling glorotNormal() {
        return new VarianceScaling("glorot-normal", 1, Fan.AVERAGE, true);
    }

    /** Var w = 2/fan-in: compensates for ReLU, which halves the mean square (He et al. 2015). */
    public static VarianceScaling heUniform() {
        return new VarianceScaling("he-uniform", 2, Fan.IN, false);
    }

    /** As {@link #heUniform}, with normal weights. */
    public static VarianceScaling heNormal() {
        return new VarianceScaling("he-normal", 2, Fan.IN, true);
    }

    /**
     * Var w = 1/fan-in: a linear unit with inputs of unit variance has an output of unit variance (LeCun et al. 1998,
     * §4.6).
     */
    public static VarianceScaling lecunUniform() {
        return new VarianceScaling("lecun-uniform", 1, Fan.IN, false);
    }

    /** As {@link #lecunUniform}, with normal weights. */
    public static VarianceScaling lecunNormal() {
        return new VarianceScaling("lecun-normal", 1, Fan.IN, true);
    }

    /** Var w = 1/(3 fan-in), uniform in ±1/√fan-in: the default of PyTorch's layers. */
    public static VarianceScaling fanInUniform() {
        return new VarianceScaling("fan-in-uniform", 1.0 / 3, Fan.IN, false);
    }

    @Override
    public double[] values(Shape shape, RandomStream random) {
        double denominator =
                switch (fan) {
                    case IN -> Initializer.fanIn(shape);
                    case AVERAGE -> (Initializer.fanIn(shape) + Initializer.fanOut(shape)) / 2.0;
                };
        double deviation = Math.sqrt(gain / denominator);
        double limit = Math.sqrt(3) * deviation; // a uniform variable in ±l has variance l²/3
        double[] values = new double[shape.elements()];
        for (int i = 0; i < values.length; i++) {
            values[i] = normal ? deviation * random.gaussian(i) : limit * (2 * random.uniform(i) - 1);
        }
        return values;
    }
}
