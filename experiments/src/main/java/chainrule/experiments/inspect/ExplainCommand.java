package chainrule.experiments.inspect;

import chainrule.backend.Backend;
import chainrule.backend.Scope;
import chainrule.backend.reference.ReferenceBackend;
import chainrule.experiments.cli.Checks;
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

import java.util.ArrayList;
import java.util.List;

/** Prints the tape of one batch. */
@Command(
        name = "explain",
        description = "prints the tape of one batch: every op with its shapes and the formula of its derivative",
        mixinStandardHelpOptions = true)
public final class ExplainCommand implements Runnable {
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
            description = "relu, leaky-relu, tanh, sigmoid, lecun or identity (default: ${DEFAULT-VALUE})")
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
        List<Layer> layers = new ArrayList<>();
        for (int i = 0; i < depth; i++) {
            layers.add(new Dense(32));
            layers.add(Activation.named(activation));
        }
        layers.add(new Dense(10));
        try (Backend k = new ReferenceBackend();
                Scope _ = k.openScope("explain")) {
            Sequential net = Sequential.build(k, 1, Shape.of(784), layers);
            Tape tape = new Tape(k);
            Tensor x = Tensor.constant("input", Shape.of(batch, 784), k.zeros(batch * 784, "input"));
            Tensor target = Tensor.constant("target", Shape.of(batch, 10), k.zeros(batch * 10, "target"));
            Tensor y = net.forward(tape, x, RandomStream.of(1, "explain"));
            tape.run(Loss.SOFTMAX_CROSS_ENTROPY.of(y, target));
            System.out.println(net.summary());
            System.out.print(Explain.tape(tape));
            System.out.println(
                    """

                    Forward runs downwards. Backward is the same list read upwards: it starts with dL/dL = 1 in the last
                    line, and each line turns the gradient dy of its result into contributions to the gradients of its
                    operands, by the formula on the right.\
                    """);
        }
    }
}
