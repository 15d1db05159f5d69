package chainrule.train;

import chainrule.backend.Backend;
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
                sum += k.scalar(tape.run(loss.of(y, target)).buffer()) * batch.size();
                correct += matches(k, y, target);
            }
        }
        return new Evaluation(sum / data.size(), correct / data.size());
    }

    static double matches(Backend k, Tensor output, Tensor target) {
        var count = k.allocate(1, "matches");
        k.matches(output.rows(), output.cols(), output.buffer(), target.buffer(), count);
        return k.scalar(count);
    }
}
