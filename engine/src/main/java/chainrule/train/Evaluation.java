package chainrule.train;

import chainrule.backend.Backend;
import chainrule.backend.Memory.Buffer;
import chainrule.backend.Scope;
import chainrule.data.Batch;
import chainrule.data.Batches;
import chainrule.data.Dataset;
import chainrule.layer.Sequential;
import chainrule.loss.Loss;
import chainrule.tensor.Tape;
import chainrule.tensor.Tensor;

/**
 * The loss and accuracy of a net on a data set.
 *
 * @param loss mean over the examples
 * @param accuracy fraction of correctly classified examples, 0 to 1
 */
public record Evaluation(double loss, double accuracy) {

    /** Evaluates the net on the whole data set, in inference mode. */
    public static Evaluation of(Sequential net, Loss loss, Dataset data, int batchSize) {
        return of(net, loss, data, new Batches(data, Math.min(batchSize, data.size())));
    }

    static Evaluation of(Sequential net, Loss loss, Dataset data, Batches batches) {
        Backend backend = net.backend();
        double sum = 0;
        double correct = 0;
        for (Batch batch : batches) {
            try (Scope _ = backend.openScope("evaluation")) {
                Tape tape = new Tape(backend);
                Tensor target = batch.uploadTargets(backend);
                Tensor y = net.forward(tape, batch.uploadInputs(backend));
                Tensor l = tape.run(loss.of(y, target));
                double[] measured = backend.scalars(l, matches(backend, y, target));
                sum += measured[0] * batch.size();
                correct += measured[1];
            }
        }
        return new Evaluation(sum / data.size(), correct / data.size());
    }

    /** Returns a buffer with the number of correctly classified examples. */
    static Buffer matches(Backend backend, Tensor output, Tensor target) {
        Buffer count = backend.allocate(1, "matches");
        backend.matches(output, target, count);
        return count;
    }
}
