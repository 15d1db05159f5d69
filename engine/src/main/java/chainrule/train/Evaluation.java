package chainrule.train;

import chainrule.backend.Backend;
import chainrule.backend.Buffer;
import chainrule.backend.Scope;
import chainrule.data.Batch;
import chainrule.data.Batches;
import chainrule.data.Dataset;
import chainrule.layer.Sequential;
import chainrule.loss.Loss;
import chainrule.tensor.Tape;
import chainrule.tensor.Tensor;

/**
 * How well a net does on a data set.
 *
 * @param loss mean over the examples
 * @param accuracy share of examples classified as labelled, 0 to 1
 */
public record Evaluation(double loss, double accuracy) {

    /** Runs the whole data set through the net in inference mode. */
    public static Evaluation of(Sequential net, Loss loss, Dataset data, int batchSize) {
        return of(net, loss, data, new Batches(data, Math.min(batchSize, data.size())));
    }

    static Evaluation of(Sequential net, Loss loss, Dataset data, Batches batches) {
        Backend k = net.backend();
        double sum = 0;
        double correct = 0;
        for (Batch batch : batches) {
            try (Scope _ = k.openScope("evaluation")) {
                Tape tape = new Tape(k);
                Tensor target = batch.uploadTargets(k);
                Tensor y = net.forward(tape, batch.uploadInputs(k));
                Tensor l = tape.run(loss.of(y, target));
                double[] measured = k.scalars(l.buffer(), matches(k, y, target));
                sum += measured[0] * batch.size();
                correct += measured[1];
            }
        }
        return new Evaluation(sum / data.size(), correct / data.size());
    }

    /** A buffer with the number of examples classified as labelled. */
    static Buffer matches(Backend k, Tensor output, Tensor target) {
        Buffer count = k.allocate(1, "matches");
        k.matches(output.rows(), output.cols(), output.buffer(), target.buffer(), count);
        return count;
    }
}
