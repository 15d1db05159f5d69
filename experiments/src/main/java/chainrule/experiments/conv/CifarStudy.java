package chainrule.experiments.conv;

import chainrule.experiments.cli.Checks;
import chainrule.experiments.data.Cifar10;
import chainrule.experiments.study.RunFacts;
import chainrule.layer.Sequential;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

import java.nio.file.Path;

/** Exercise 2, problem C: a convolutional net on CIFAR-10. */
@Command(
        name = "cifar",
        description = "a convolutional net on CIFAR-10, with batch norm, dropout and augmentation; saves the model",
        footer = {
            "",
            "The weights of the best epoch on the validation images are kept; --net fast keeps the weights of the last"
                    + " epoch and can train with --validation 0. The test images are read once, at the end.",
            "The assignment's report reached .8849 with its architecture."
        },
        sortOptions = false)
public final class CifarStudy extends ClassifierStudy {
    @Option(
            names = "--net",
            paramLabel = "NAME",
            defaultValue = "assignment",
            description =
                    "assignment; or fast: a wider net that trains for fewer epochs, with its own recipe (default:"
                            + " ${DEFAULT-VALUE})")
    String netName;

    @Option(
            names = "--epochs",
            paramLabel = "N",
            description =
                    "passes over the training images (default: "
                            + AssignmentNet.EPOCHS
                            + ", fast: "
                            + FastNet.EPOCHS
                            + ")")
    Integer epochs;

    @Option(
            names = "--batch",
            paramLabel = "N",
            description = "images per step (default: " + AssignmentNet.BATCH + ", fast: " + FastNet.BATCH + ")")
    Integer batch;

    @Mixin AssignmentNet assignment;

    @Spec CommandSpec spec;

    @Override
    ClassifierRecipe recipe() {
        boolean fast = netName.equals("fast");
        if (!fast && !netName.equals("assignment")) {
            throw new IllegalArgumentException("--net " + netName + ": expected assignment or fast");
        }
        int passes = epochs != null ? epochs : fast ? FastNet.EPOCHS : AssignmentNet.EPOCHS;
        int size = batch != null ? batch : fast ? FastNet.BATCH : AssignmentNet.BATCH;
        Checks.atLeast("--epochs", passes, 1);
        Checks.atLeast("--batch", size, 1);
        if (fast) {
            requireNone("--rate", "--decay", "--filters", "--dropout", "--smoothing", "--no-augment");
            return new FastNet(passes, size);
        }
        return assignment.with(passes, size);
    }

    private void requireNone(String... options) {
        for (String option : options) {
            if (spec.commandLine().getParseResult().hasMatchedOption(option)) {
                throw new IllegalArgumentException(
                        option
                                + " belongs to --net assignment; --net fast has its own recipe, expected none of "
                                + String.join(", ", options));
            }
        }
    }

    @Override
    Images load(Path data) {
        Cifar10 cifar = Cifar10.load(data);
        return new Images("CIFAR-10", "cifar10", cifar.train(), cifar.test(), cifar.describe());
    }

    @Override
    ClassifierReport report(
            RunFacts facts, ClassifierResults results, ClassifierReport.Material material, Sequential net) {
        return CifarReport.of(facts, results, material, net);
    }
}
