package chainrule.bench.contender;

import chainrule.backend.Backend;
import chainrule.backend.reference.ReferenceBackend;
import chainrule.data.Batch;
import chainrule.io.SafetensorsWriter;
import chainrule.layer.Sequential;
import chainrule.loss.Loss;
import chainrule.tensor.Parameter;
import chainrule.tensor.Tape;
import chainrule.tensor.Tensor;
import chainrule.train.Trainer;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * Shows that a contender does the same work: from given weights on a given batch, its losses must agree with the losses of the
 * {@code reference} backend in float64. When training, it runs three steps and answers the loss before each of the three
 * updates; when inferring, it answers one loss. A loss is the mean cross-entropy of the softmax over the batch.
 *
 * <p>The file is in the safetensors format and float32. It has each weight as {@code layers.I.NAME}, where I counts the
 * layers from 0: "weight" of a dense layer is [in, out], that of a convolution [height, width, in, out], with "bias" [out];
 * batch normalization has "gamma", "beta", "running_mean" and "running_var". A flattened image is in the order height, width, channel.
 * "input" is the batch, images as [n, height, width, channels], and "target" has the n classes. Dropout does nothing in a
 * check; batch normalization uses the moments of the batch when training and its running statistics when inferring.
 *
 * @param file weights and batch
 * @param training the loss before each of the three updates
 * @param inference the loss of the initial weights at inference
 */
public record Check(Path file, List<Double> training, double inference) {
    private static final int STEPS = 3;
    private static final int BATCH = 8;

    /**
     * The largest difference between a loss and its reference, as a fraction of the first loss: float32 and another order of
     * summation. Batch normalization and Adam amplify such differences from step to step, while the loss itself falls.
     */
    private static final double TOLERANCE = 3e-3;

    /** Runs the steps and writes the file. */
    public static Check of(Net net, Path file) {
        Net same = net.deterministic();
        Batch batch = same.batch(BATCH, 2);
        try (Backend backend = new ReferenceBackend();
                var _ = backend.openScope("check")) {
            Sequential built = same.build(backend);
            SafetensorsWriter writer = new SafetensorsWriter();
            for (int i = 0; i < built.stages().size(); i++) {
                for (Map.Entry<String, Parameter> own : built.stages().get(i).parameters().entrySet()) {
                    Parameter p = own.getValue();
                    double[] values = rounded(backend.download(p));
                    backend.upload(values, p); // both sides begin with the same float32 numbers
                    writer.add("layers." + i + "." + own.getKey(), p.shape().sizes(), values, false);
                }
            }
            writer.add(
                    "input",
                    net.input().batch(BATCH).sizes(),
                    doubles(batch.inputs(), BATCH * net.input().elements()),
                    false);
            writer.add("target", new int[] {BATCH}, labels(batch.targets(), net.classes()), false);
            writer.write(file);
            double inference = inferenceLoss(built, batch);
            Trainer trainer = same.trainer(built);
            List<Double> training = IntStream.range(0, STEPS).mapToObj(_ -> trainer.step(batch).loss()).toList();
            return new Check(file, training, inference);
        }
    }

    /**
     * Compares the losses of a contender.
     *
     * @param found three losses of training, or one of inference
     * @throws IllegalArgumentException if they differ: the contender computes something else
     */
    public void require(List<Double> found) {
        List<Double> expected = found.size() == 1 ? List.of(inference) : training;
        boolean same = found.size() == expected.size();
        for (int i = 0; same && i < expected.size(); i++) {
            same = Math.abs(found.get(i) - expected.get(i)) <= TOLERANCE * expected.getFirst();
        }
        if (!same) {
            throw new IllegalArgumentException(
                    "computes something else: the losses of its check are " + found + ", expected " + expected);
        }
    }

    /** The loss of a batch at inference. */
    public static double inferenceLoss(Sequential net, Batch batch) {
        Backend backend = net.backend();
        Tape tape = new Tape(backend);
        Tensor y = net.forward(tape, batch.uploadInputs(backend));
        return backend.scalar(tape.run(Loss.SOFTMAX_CROSS_ENTROPY.of(y, batch.uploadTargets(backend))));
    }

    private static double[] rounded(double[] values) {
        return Arrays.stream(values).map(x -> (float) x).toArray();
    }

    private static double[] doubles(float[] values, int length) {
        return IntStream.range(0, length).mapToDouble(i -> values[i]).toArray();
    }

    private static double[] labels(float[] targets, int classes) {
        return IntStream.range(0, BATCH)
                .mapToDouble(
                        n ->
                                IntStream.range(0, classes)
                                        .filter(j -> targets[n * classes + j] == 1)
                                        .findFirst()
                                        .orElseThrow())
                .toArray();
    }
}
