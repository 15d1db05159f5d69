package chainrule.experiments.model;

import chainrule.backend.Backend;
import chainrule.backend.Backends;
import chainrule.backend.Scope;
import chainrule.data.Dataset;
import chainrule.experiments.data.Mnist;
import chainrule.experiments.report.Cell;
import chainrule.experiments.report.Table;
import chainrule.io.ModelFile;
import chainrule.layer.Sequential;
import chainrule.loss.Loss;
import chainrule.train.Evaluation;
import chainrule.train.metric.ConfusionMatrix;

import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

import java.nio.file.Path;
import java.util.List;
import java.util.Locale;

/** Measures a saved model on the test images of its data set. */
@Command(
        name = "evaluate",
        description = "measures a saved model on the test images of its data set",
        footer = {"", "Example: ./run evaluate --model experiments/results/mnist-cnn/model.safetensors"},
        mixinStandardHelpOptions = true,
        sortOptions = false)
public final class EvaluateCommand implements Runnable {
    private static final int BATCH = 250;

    @Option(names = "--model", paramLabel = "FILE", required = true, description = "the model file")
    Path model;

    @Option(
            names = "--data",
            paramLabel = "DIR",
            description = "folder with the data set's files (default: as shipped)")
    Path data;

    @Option(
            names = "--backend",
            paramLabel = "NAME",
            defaultValue = Backends.BEST,
            description = "reference, ejml, simd or best (default: ${DEFAULT-VALUE})")
    String backend;

    @Option(names = "--threads", paramLabel = "N", description = "CPU threads (default: all processors)")
    Integer threads;

    @Override
    public void run() {
        ModelFile file = ModelFile.read(model);
        Dataset test = testImages(file);
        int count = threads == null ? Runtime.getRuntime().availableProcessors() : threads;
        Backends.Choice choice = Backends.open(backend, count);
        try (Backend k = choice.backend();
                Scope _ = k.openScope("evaluate")) {
            System.out.printf("model    %s%n", model);
            System.out.printf("data     %s, %,d images%n", test.name(), test.size());
            System.out.printf("backend  %s: %s (%s)%n", k.name(), k.description(), choice.reason());
            Sequential net = file.build(k);
            Evaluation result = Evaluation.of(net, Loss.SOFTMAX_CROSS_ENTROPY, test, BATCH);
            System.out.printf(
                    Locale.ROOT,
                    "%ntest accuracy %.4f (%d of %d), loss %.4f%n",
                    result.accuracy(),
                    Math.round(result.accuracy() * test.size()),
                    test.size(),
                    result.loss());
            System.out.printf("%n%s", perClass(net, test).plain());
        }
    }

    private static Table perClass(Sequential net, Dataset test) {
        ConfusionMatrix confusion = new ConfusionMatrix(test.classNames().size());
        List<double[]> probabilities = Classifier.probabilities(net, test);
        for (int i = 0; i < probabilities.size(); i++) {
            confusion.add(test.label(i), Classifier.argMax(probabilities.get(i)));
        }
        Table.Builder table =
                Table.titled("Class by class").columns("class").numeric("images", "precision", "recall", "F1");
        for (int c = 0; c < confusion.classes(); c++) {
            table.row(
                    test.classNames().get(c),
                    confusion.actual(c),
                    Cell.decimals(confusion.precision(c), 4),
                    Cell.decimals(confusion.recall(c), 4),
                    Cell.decimals(confusion.f1(c), 4));
        }
        return table.build();
    }

    private Dataset testImages(ModelFile file) {
        if (!file.dataset().equals("mnist")) {
            throw new IllegalArgumentException(
                    model + " was trained on '" + file.dataset() + "'; this version can evaluate models of: mnist");
        }
        return file.preprocessing().applied(Mnist.load(data).test().reshaped(file.inputShape()));
    }
}
