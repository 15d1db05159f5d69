package chainrule.experiments.conv;

import chainrule.backend.Backend;
import chainrule.backend.Elementwise;
import chainrule.backend.Scope;
import chainrule.data.Preprocessing;
import chainrule.layer.Activation;
import chainrule.layer.Dense;
import chainrule.layer.Reshape;
import chainrule.layer.Sequential;
import chainrule.loss.Loss;
import chainrule.op.Add;
import chainrule.op.Normalize;
import chainrule.op.Scale;
import chainrule.op.Softmax;
import chainrule.optimizer.Adam;
import chainrule.tensor.Gradients;
import chainrule.tensor.RandomStream;
import chainrule.tensor.Shape;
import chainrule.tensor.Tape;
import chainrule.tensor.Tensor;

/**
 * The assignment's generator f: a net with two hidden layers that maps the constant 1 to an image. It first learns to
 * reproduce a sample. Then a frozen classifier C follows it, and it learns to make C∘f predict a target class while the
 * image stays near the sample.
 */
final class Generator {
    private static final double RATE = 1e-3;

    /** The factor by which λ follows the confidence in each step: it doubles or halves in about seventy steps. */
    private static final double FOLLOW = 1.01;

    private final Backend k;
    private final Sequential generator;
    private final Sequential classifier;
    private final Preprocessing preprocessing;
    private final double[] sample;
    private final Shape image;

    /**
     * An image that a classifier predicts as a target class.
     *
     * @param pixels in [0, 1]
     * @param probabilities that the classifier predicts
     * @param error mean squared error against the sample
     */
    record AdversarialExample(double[] pixels, double[] probabilities, double error) {}

    /**
     * @param classifier is frozen by this constructor
     * @param preprocessing of the classifier's images
     * @param sample the image to stay near, in [0, 1]
     * @param seed of the generator's initial weights
     */
    Generator(Sequential classifier, Preprocessing preprocessing, double[] sample, long seed) {
        this.k = classifier.backend();
        this.classifier = classifier;
        this.preprocessing = preprocessing;
        this.sample = sample;
        this.image = classifier.inputShape();
        classifier.setFrozen(true);
        this.generator =
                Sequential.build(
                        k,
                        seed,
                        Shape.of(1),
                        new Dense(64),
                        new Activation(Elementwise.RELU),
                        new Dense(128),
                        new Activation(Elementwise.RELU),
                        new Dense(image.elements()),
                        new Activation(Elementwise.SIGMOID),
                        new Reshape(image));
    }

    private Tensor run(Tape tape) {
        Tensor one = Tensor.constant(k, "1", Shape.of(1, 1), 1);
        return generator.forward(tape, one, RandomStream.of(0, "generator"));
    }

    /** Trains the generator to reproduce the sample by Adam on the mean squared error; returns the last error. */
    double reproduce(int steps) {
        Adam adam = new Adam(RATE);
        adam.prepare(k, generator.parameters());
        double error = Double.NaN;
        for (int step = 0; step < steps; step++) {
            try (Scope _ = k.openScope("reproduce")) {
                Tape tape = new Tape(k);
                Tensor target = Tensor.constant(k, "sample", image.batch(1), sample);
                Tensor loss = tape.run(Loss.MEAN_SQUARED_ERROR.of(run(tape), target));
                error = k.scalar(loss.buffer());
                adam.step(k, tape.backward(loss));
            }
        }
        return error;
    }

    /**
     * Trains C∘f on cross-entropy + λ·MSE and returns the image nearest to the sample among those that C predicts as
     * the target with at least that confidence; if there is none, the most confident one.
     *
     * <p>λ grows a little in every step in which C is confident enough and shrinks in the others, so that the image
     * settles where the confidence just suffices, as near to the sample as possible.
     *
     * @param target the class that C should predict
     * @param lambda the initial weight of the distance to the sample
     */
    AdversarialExample attack(int target, double lambda, double confidence, int steps) {
        Adam adam = new Adam(RATE);
        adam.prepare(k, generator.parameters());
        AdversarialExample best = null;
        double weight = lambda;
        for (int step = 1; step <= steps; step++) {
            try (Scope _ = k.openScope("attack")) {
                Tape tape = new Tape(k);
                Tensor made = run(tape);
                Tensor original = Tensor.constant(k, "sample", image.batch(1), sample);
                Tensor near = tape.run(Loss.MEAN_SQUARED_ERROR.of(made, original));
                Tensor logits = classify(tape, made);
                Tensor error = tape.run(Loss.SOFTMAX_CROSS_ENTROPY.of(logits, oneHot(target, logits.cols())));
                Tensor loss = tape.run(new Add(error, tape.run(new Scale(weight, near))));
                Gradients gradients = tape.backward(loss);
                adam.step(k, gradients);
                double[] probabilities = k.download(tape.run(new Softmax(logits)).buffer());
                best = better(best, made, probabilities, k.scalar(near.buffer()), target, confidence);
                weight *= probabilities[target] >= confidence ? FOLLOW : 1 / FOLLOW;
            }
        }
        return best;
    }

    /** The logits of C, after its preprocessing x ↦ (x − mean) / deviation of every channel. */
    private Tensor classify(Tape tape, Tensor x) {
        int channels = image.size(2);
        if (preprocessing.equals(Preprocessing.none(channels))) {
            return classifier.forward(tape, x);
        }
        double[] mean = new double[channels];
        double[] variance = new double[channels];
        double[] ones = new double[channels];
        for (int c = 0; c < channels; c++) {
            mean[c] = preprocessing.mean().get(c);
            variance[c] = Math.pow(preprocessing.deviation().get(c), 2);
            ones[c] = 1;
        }
        Shape perChannel = Shape.of(channels);
        Tensor normalized =
                tape.run(
                        new Normalize(
                                x,
                                Tensor.constant(k, "mean", perChannel, mean),
                                Tensor.constant(k, "variance", perChannel, variance),
                                Tensor.constant(k, "gamma", perChannel, ones),
                                Tensor.constant(k, "beta", perChannel, new double[channels]),
                                0));
        return classifier.forward(tape, normalized);
    }

    /** The probabilities that the classifier predicts for an image in [0, 1]. */
    double[] probabilities(double[] pixels) {
        try (Scope _ = k.openScope("classify")) {
            Tape tape = new Tape(k);
            Tensor x = Tensor.constant(k, "image", image.batch(1), pixels);
            return k.download(tape.run(new Softmax(classify(tape, x))).buffer());
        }
    }

    private AdversarialExample better(
            AdversarialExample best, Tensor made, double[] probabilities, double error, int target, double confidence) {
        boolean first = best == null;
        boolean bestGood = !first && best.probabilities[target] >= confidence;
        boolean good = probabilities[target] >= confidence;
        boolean wins =
                first
                        || good && (!bestGood || error < best.error)
                        || !good && !bestGood && probabilities[target] > best.probabilities[target];
        return wins ? new AdversarialExample(k.download(made.buffer()), probabilities, error) : best;
    }

    private Tensor oneHot(int target, int classes) {
        double[] row = new double[classes];
        row[target] = 1;
        return Tensor.constant(k, "target class", Shape.of(1, classes), row);
    }

    /** The generator's weights, to start another attack from the same reproduction. */
    double[][] weights() {
        return generator.parameters().stream().map(p -> k.download(p.buffer())).toArray(double[][]::new);
    }

    void restore(double[][] weights) {
        for (int i = 0; i < weights.length; i++) {
            k.upload(weights[i], generator.parameters().get(i).buffer());
        }
    }

    /** The largest change of a pixel. */
    double largestChange(double[] pixels) {
        double largest = 0;
        for (int i = 0; i < pixels.length; i++) {
            largest = Math.max(largest, Math.abs(pixels[i] - sample[i]));
        }
        return largest;
    }

    /** The Euclidean length of the change. */
    double distance(double[] pixels) {
        double sum = 0;
        for (int i = 0; i < pixels.length; i++) {
            sum += (pixels[i] - sample[i]) * (pixels[i] - sample[i]);
        }
        return Math.sqrt(sum);
    }
}
