package chainrule.experiments.model;

import chainrule.backend.Backend;
import chainrule.backend.Scope;
import chainrule.data.Batch;
import chainrule.data.Batches;
import chainrule.data.Dataset;
import chainrule.data.augment.TestTime;
import chainrule.layer.Sequential;
import chainrule.tensor.Tape;
import chainrule.train.metric.Argmax;

import java.util.ArrayList;
import java.util.List;

/**
 * Classifies a data set or an image with a trained net. A net with one output z has two classes with the probabilities
 * 1 − σ(z) and σ(z), as if its logits were 0 and z. If an output is NaN, or the largest one infinite, all probabilities
 * are NaN: the net has no answer.
 */
public final class Classifier {
    private static final int BATCH = 250;

    private Classifier() {}

    /** The probabilities of all classes for every example, in order, without test-time views. */
    public static List<double[]> probabilities(Sequential net, Dataset data) {
        return ask(net, data, TestTime.NONE).probabilities();
    }

    /**
     * Classifies every example.
     *
     * @param data preprocessed examples
     * @param testTime the views of each image whose probabilities are averaged
     * @throws chainrule.tensor.ShapeException if the views do not apply to the shape of the examples
     */
    public static Answers ask(Sequential net, Dataset data, TestTime testTime) {
        testTime.require(data.inputShape());
        List<double[]> logarithms = new ArrayList<>(data.size());
        for (Batch batch : new Batches(data, Math.min(BATCH, data.size()))) {
            logarithms.addAll(List.of(ask(net, batch, testTime)));
        }
        return Answers.of(data, logarithms);
    }

    /** The probabilities of all classes for one image of the net's input shape, preprocessed. */
    public static double[] probabilities(Sequential net, float[] image, TestTime testTime) {
        testTime.require(net.inputShape());
        Batch one = new Batch(1, net.inputShape(), image, 1, new float[1]);
        return Answers.probabilities(ask(net, one, testTime)[0]);
    }

    /** The logarithms of the averaged probabilities, a row per example. */
    private static double[][] ask(Sequential net, Batch batch, TestTime testTime) {
        float[] seen = new float[batch.inputs().length];
        int length = batch.inputShape().elements();
        double[][] sums = null;
        for (TestTime.View view : testTime.views()) {
            for (int i = 0; i < batch.size(); i++) {
                view.write(batch.inputs(), seen, i * length, batch.inputShape());
            }
            Batch viewed = new Batch(batch.size(), batch.inputShape(), seen, batch.classes(), batch.targets());
            sums = mixed(sums, answers(net, viewed), Math.log(view.weight()));
        }
        return sums;
    }

    /** The logarithms of the probabilities, a row per example; all NaN if the net has no answer. */
    private static double[][] answers(Sequential net, Batch batch) {
        Backend k = net.backend();
        try (Scope _ = k.openScope("classify")) {
            double[] logits = k.download(net.forward(new Tape(k), batch.uploadInputs(k)).buffer());
            int columns = logits.length / batch.size();
            double[][] rows = new double[batch.size()][];
            for (int i = 0; i < rows.length; i++) {
                rows[i] = columns == 1 ? new double[] {0, logits[i]} : row(logits, i, columns);
                double largest = Double.NEGATIVE_INFINITY;
                for (double logit : rows[i]) {
                    largest = Math.max(largest, logit);
                }
                for (int c = 0; c < rows[i].length; c++) {
                    rows[i][c] -= largest; // first, since large logits would absorb log Σ
                }
                double normalizer = logSumExp(rows[i]);
                for (int c = 0; c < rows[i].length; c++) {
                    rows[i][c] -= normalizer;
                }
            }
            return rows;
        }
    }

    private static double[] row(double[] logits, int row, int columns) {
        double[] one = new double[columns];
        System.arraycopy(logits, row * columns, one, 0, columns);
        return one;
    }

    /** log(eˢ + w · eˣ) element by element; log(w · eˣ) if there are no sums yet. */
    private static double[][] mixed(double[][] sums, double[][] rows, double logWeight) {
        for (int i = 0; i < rows.length; i++) {
            for (int c = 0; c < rows[i].length; c++) {
                double weighted = rows[i][c] + logWeight;
                rows[i][c] = sums == null ? weighted : logSumExp(new double[] {sums[i][c], weighted});
            }
        }
        return rows;
    }

    /** log Σₓ eˣ, scaled by the largest x to avoid overflow; NaN if an x is NaN or +∞, −∞ if all are −∞. */
    private static double logSumExp(double[] values) {
        double largest = values[0];
        for (double value : values) {
            largest = Math.max(largest, value);
        }
        if (largest == Double.NEGATIVE_INFINITY) {
            return largest; // the sum is 0
        }
        double sum = 0;
        for (double value : values) {
            sum += StrictMath.exp(value - largest);
        }
        return largest + StrictMath.log(sum);
    }

    /** The class with the largest score, the first one of a tie, or {@link Argmax#NO_ANSWER}. */
    public static int argMax(double[] row) {
        return Argmax.of(row);
    }

    /** The name of a class found by {@link #argMax}, or "no answer". */
    public static String name(List<String> classNames, int answer) {
        return answer == Argmax.NO_ANSWER ? "no answer" : classNames.get(answer);
    }
}
