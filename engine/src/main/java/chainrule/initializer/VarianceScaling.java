package chainrule.initializer;

import chainrule.tensor.RandomStream;
import chainrule.tensor.Shape;

/**
 * Zero-mean weights with a variance chosen from the fans: Var w = gain / fan.
 *
 * @param gain numerator of the variance
 * @param fan denominator of the variance
 * @param normal normal distribution, else uniform in ±√(3 Var w)
 */
public record VarianceScaling(String name, double gain, Fan fan, boolean normal) implements Initializer {
    /** Which fan the variance is divided by. */
    public enum Fan {
        IN,
        AVERAGE
    }

    /** Var w = 2/(fan-in + fan-out), a compromise between forward and backward (Glorot and Bengio 2010). */
    public static VarianceScaling glorotUniform() {
        return new VarianceScaling("glorot-uniform", 1, Fan.AVERAGE, false);
    }

    /** {@link #glorotUniform} with normal weights. */
    public static VarianceScaling glorotNormal() {
        return new VarianceScaling("glorot-normal", 1, Fan.AVERAGE, true);
    }

    /** Var w = 2/fan-in: makes up for the half of the signal that ReLU cuts off (He et al. 2015). */
    public static VarianceScaling heUniform() {
        return new VarianceScaling("he-uniform", 2, Fan.IN, false);
    }

    /** {@link #heUniform} with normal weights. */
    public static VarianceScaling heNormal() {
        return new VarianceScaling("he-normal", 2, Fan.IN, true);
    }

    /** Var w = 1/fan-in: unit variance in, unit variance out of a linear unit (LeCun et al. 1998, §4.6). */
    public static VarianceScaling lecunUniform() {
        return new VarianceScaling("lecun-uniform", 1, Fan.IN, false);
    }

    /** {@link #lecunUniform} with normal weights. */
    public static VarianceScaling lecunNormal() {
        return new VarianceScaling("lecun-normal", 1, Fan.IN, true);
    }

    /** Var w = 1/(3 fan-in), uniform in ±1/√fan-in: what PyTorch's layers start with. */
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
