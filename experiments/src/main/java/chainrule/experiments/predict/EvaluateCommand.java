package chainrule.experiments.predict;

import chainrule.backend.Backend;
import chainrule.backend.Scope;
import chainrule.backend.provider.Backends;
import chainrule.data.Dataset;
import chainrule.data.augment.TestTime;
import chainrule.experiments.cli.BackendOptions;
import chainrule.experiments.cli.Checks;
import chainrule.experiments.cli.NotFinite;
import chainrule.experiments.model.Answers;
import chainrule.experiments.model.Classifier;
import chainrule.experiments.report.Cell;
import chainrule.experiments.report.Table;
import chainrule.io.ModelFile;
import chainrule.layer.Sequential;
import chainrule.train.metric.ConfusionMatrix;
import chainrule.train.metric.RocAuc;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Measures a saved model on the test images of its data set. */
@Command(
        name = "evaluate",
        description = "measures a saved model on the test images of its data set",
        footer = {
            "",
            "If the model's outputs for an image are NaN or infinite, it has no answer: it counts as wrong, and the"
                    + " exit status is 3.",
            "Example: ./run evaluate --model experiments/results/mnist-cnn/model.safetensors"
        },
        mixinStandardHelpOptions = true,
        sortOptions = false)
public final class EvaluateCommand implements Runnable {
    @Option(names = "--model", paramLabel = "FILE", required = true, description = "the model file")
    Path model;

    @Option(
            names = "--data",
            paramLabel = "PATH",
            description = "folder or archive with the data set (default: as for the studies)")
    Path data;

    @Mixin BackendOptions options;

    @Option(names = "--threads", paramLabel = "N", description = "CPU threads (default: all processors)")
    Integer threads;

    @Override
    public void run() {
        int count = Checks.threads(threads);
        ModelFile file = ModelFile.read(model);
        Dataset test = TestImages.of(file, data);
        Backends.Choice choice = options.open(count);
        try (Backend backend = choice.backend();
                Scope _ = backend.openScope("evaluate")) {
            System.out.printf(Locale.ROOT, "model    %s%n", model);
            System.out.printf(Locale.ROOT, "data     %s, %,d images%n", test.name(), test.size());
            System.out.printf(
                    Locale.ROOT, "backend  %s: %s (%s)%n", backend.name(), backend.description(), choice.reason());
            Sequential net = file.build(backend);
            if (file.testTime() != TestTime.NONE) {
                System.out.printf(
                        Locale.ROOT, "views    %d of every image, averaged%n", file.testTime().views().size());
            }
            Answers answers = Classifier.ask(net, test, file.testTime());
            System.out.printf(Locale.ROOT, "%n%s", figures(answers, test));
            answers.notFinite()
                    .ifPresent(
                            what -> {
                                throw new NotFinite(what);
                            });
        }
    }

    /** The metrics as text. */
    public static String figures(Answers answers, Dataset test) {
        String accuracy =
                String.format(
                        Locale.ROOT,
                        "test accuracy %.4f (%d of %d)%s, loss %.4f%n",
                        answers.accuracy(),
                        answers.correct(),
                        test.size(),
                        answers.confusion().noAnswer() == 0
                                ? ""
                                : String.format(
                                        Locale.ROOT,
                                        ", no answer for %d of %d",
                                        answers.confusion().noAnswer(),
                                        test.size()),
                        answers.loss());
        String more = test.classNames().size() == 2 ? ofTwoClasses(answers, test) : "";
        return accuracy
                + more
                + String.format(Locale.ROOT, "%n%s", perClass(answers.confusion(), test.classNames()).plain());
    }

    /** Metrics that do not depend on the frequencies of the two classes. */
    private static String ofTwoClasses(Answers answers, Dataset test) {
        double[] scores = answers.probabilities().stream().mapToDouble(row -> row[1]).toArray();
        boolean[] positive = new boolean[scores.length];
        for (int i = 0; i < positive.length; i++) {
            positive[i] = test.label(i) == 1;
        }
        return String.format(
                Locale.ROOT,
                "balanced accuracy %.4f, ROC-AUC %.4f%n",
                answers.confusion().balancedAccuracy(),
                RocAuc.of(scores, positive));
    }

    private static Table perClass(ConfusionMatrix confusion, List<String> classNames) {
        Table.Builder table =
                Table.titled("Class by class").columns("class").numeric("images", "precision", "recall", "F1");
        boolean unanswered = confusion.noAnswer() > 0;
        if (unanswered) {
            table.numeric("no answer");
        }
        for (int c = 0; c < confusion.classes(); c++) {
            List<Object> row = new ArrayList<>();
            row.add(classNames.get(c));
            row.add(confusion.actual(c));
            row.add(Cell.decimals(confusion.precision(c), 4));
            row.add(Cell.decimals(confusion.recall(c), 4));
            row.add(Cell.decimals(confusion.f1(c), 4));
            if (unanswered) {
                row.add(confusion.noAnswer(c));
            }
            table.row(row.toArray());
        }
        return table.build();
    }
}
