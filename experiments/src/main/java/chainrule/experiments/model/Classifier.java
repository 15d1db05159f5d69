package chainrule.experiments.model;

import chainrule.backend.Backend;
import chainrule.backend.Scope;
import chainrule.data.Batch;
import chainrule.data.Batches;
import chainrule.data.Dataset;
import chainrule.layer.Sequential;
import chainrule.op.Softmax;
import chainrule.tensor.Tape;
import chainrule.tensor.Tensor;

import java.util.ArrayList;
import java.util.List;

/** Asks a trained net about a whole data set. */
public final class Classifier {
    private static final int BATCH = 250;

    private Classifier() {}

    /** The probabilities of all classes for every example, in order. */
    public static List<double[]> probabilities(Sequential net, Dataset data) {
        Backend k = net.backend();
        List<double[]> all = new ArrayList<>(data.size());
        for (Batch batch : new Batches(data, Math.min(BATCH, data.size()))) {
            try (Scope _ = k.openScope("classify")) {
                Tape tape = new Tape(k);
                Tensor y = tape.run(new Softmax(net.forward(tape, batch.uploadInputs(k))));
                double[] rows = k.download(y.buffer());
                int classes = y.cols();
                for (int i = 0; i < batch.size(); i++) {
                    all.add(java.util.Arrays.copyOfRange(rows, i * classes, (i + 1) * classes));
                }
            }
        }
        return all;
    }

    /** The place of the largest number. */
    public static int argMax(double[] row) {
        int best = 0;
        for (int i = 1; i < row.length; i++) {
            best = row[i] > row[best] ? i : best;
        }
        return best;
    }
}
