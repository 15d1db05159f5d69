package chainrule.experiments.inspect;

import chainrule.backend.Backend;
import chainrule.backend.Scope;
import chainrule.backend.provider.Backends;
import chainrule.experiments.cli.ActivationNames;
import chainrule.experiments.cli.Checks;
import chainrule.io.ModelFile;
import chainrule.layer.Activation;
import chainrule.layer.Dense;
import chainrule.layer.Layer;
import chainrule.layer.Sequential;
import chainrule.loss.Loss;
import chainrule.probe.Explain;
import chainrule.tensor.RandomStream;
import chainrule.tensor.Shape;
import chainrule.tensor.Tape;
import chainrule.tensor.Tensor;

import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Prints the tape of one batch. */
@Command(
        name = "explain",
        description = "prints the tape of one batch: each op with its shapes and the formula of its derivative",
        mixinStandardHelpOptions = true)
public final class ExplainCommand implements Runnable {
    @Option(
            names = "--model",
            paramLabel = "FILE",
            description = "a saved model (default: a dense net of --depth and --activation)")
    Path model;

    @Option(
            names = "--depth",
            paramLabel = "L",
            defaultValue = "5",
            description = "hidden layers of the dense net (default: ${DEFAULT-VALUE})")
    int depth;

    @Option(
            names = "--activation",
            paramLabel = "NAME",
            defaultValue = "tanh",
            completionCandidates = ActivationNames.class,
            description = "${COMPLETION-CANDIDATES} (default: ${DEFAULT-VALUE})")
    String activation;

    @Option(
            names = "--batch",
            paramLabel = "N",
            defaultValue = "64",
            description = "images in the batch (default: ${DEFAULT-VALUE})")
    int batch;

    @Override
    public void run() {
        Checks.atLeast("--depth", depth, 1);
        Checks.atLeast("--batch", batch, 1);
        ModelFile file = model == null ? null : ModelFile.read(model);
        List<Layer> layers = file == null ? denseNet() : file.layers();
        Shape input = file == null ? Shape.of(784) : file.inputShape();
        try (Backend k = Backends.best(1).backend();
                Scope _ = k.openScope("explain")) {
            Sequential net = file == null ? Sequential.build(k, 1, input, layers) : file.build(k);
            Tape tape = new Tape(k);
            Tensor x = zeros(k, "input", input.batch(batch));
            Tensor target = zeros(k, "target", net.outputShape().batch(batch));
            Tensor y = net.forward(tape, x, RandomStream.of(1, "explain"));
            boolean classes = target.cols() > 1;
            tape.run((classes ? Loss.SOFTMAX_CROSS_ENTROPY : Loss.BINARY_CROSS_ENTROPY).of(y, target));
            System.out.println(net.summary());
            System.out.print(Explain.tape(tape));
            System.out.println(
                    """

                    The forward pass runs downwards, the backward pass upwards: it starts with dL/dL = 1 in the last
                    line, and each line turns the gradient dy of its result into contributions to the gradients of its
                    operands, by the formula on the right. Constant and frozen operands get none.\
                    """);
        }
    }

    private List<Layer> denseNet() {
        List<Layer> layers = new ArrayList<>();
        for (int i = 0; i < depth; i++) {
            layers.add(new Dense(32));
            layers.add(Activation.named(activation));
        }
        layers.add(new Dense(10));
        return layers;
    }

    private static Tensor zeros(Backend k, String name, Shape shape) {
        return Tensor.constant(name, shape, k.zeros(shape.elements(), name));
    }
}
