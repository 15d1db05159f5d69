package chainrule.experiments.conv;

import chainrule.experiments.data.Mnist;
import chainrule.experiments.report.Assignment;
import chainrule.experiments.study.RunFacts;
import chainrule.experiments.text.Numbers;
import chainrule.layer.Sequential;
import chainrule.train.Evaluation;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

import java.nio.file.Path;
import java.util.Locale;

/** Exercise 2, problem A: a convolutional net on MNIST. */
@Command(
        name = "mnist-cnn",
        description = "a convolutional net on MNIST: trains to a validation accuracy above 0.993 and saves the model",
        footer = {
            "",
            "Training stops when the validation accuracy exceeds --target; --target 1 trains all epochs. The weights"
                    + " of",
            "the best epoch on the validation images are kept; the test images are read once, at the end.",
            "The assignment's plain net: ./run mnist-cnn --no-augment --no-batch-norm --no-schedule --dropout 0"
                    + " --smoothing 0"
        },
        sortOptions = false)
public final class MnistCnnStudy extends ClassifierStudy {
    @Mixin MnistNet net;

    @Override
    ClassifierRecipe recipe() {
        net.check();
        return net;
    }

    @Override
    Images load(Path data) {
        Mnist mnist = Mnist.load(data).asImages();
        return new Images("MNIST", "mnist", mnist.train(), mnist.test(), mnist.describe());
    }

    @Override
    ClassifierReport report(
            RunFacts facts, ClassifierResults results, ClassifierReport.Material material, Sequential trained) {
        Evaluation validation = results.bestEpoch().validation();
        return new ClassifierReport(
                facts,
                results,
                material,
                "A convolutional net on MNIST",
                String.format(
                        Locale.ROOT,
                        "The assignment's report: %s%s.",
                        Assignment.MNIST_VALIDATION_ACCURACY.quoted(),
                        validation == null
                                ? ""
                                : "; here it is "
                                        + Numbers.percent(validation.accuracy(), 2)
                                        + " after epoch "
                                        + results.bestEpoch().number()));
    }
}
