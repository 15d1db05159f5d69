package chainrule.experiments.conv;

import chainrule.data.Dataset;
import chainrule.data.Preprocessing;
import chainrule.experiments.cli.Checks;
import chainrule.experiments.cli.ClipOptions;
import chainrule.experiments.cli.CommonOptions;
import chainrule.experiments.cli.ProgressDisplay;
import chainrule.experiments.cli.Run;
import chainrule.experiments.cli.RunFacts;
import chainrule.experiments.data.Cifar10;
import chainrule.experiments.model.Answers;
import chainrule.experiments.model.Classifier;
import chainrule.io.ModelFile;
import chainrule.layer.Sequential;
import chainrule.loss.Loss;
import chainrule.tensor.RandomStream;
import chainrule.train.BestWeights;
import chainrule.train.History;
import chainrule.train.Trainer;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Exercise 2, problem C: a convolutional net on CIFAR-10. */
@Command(
        name = "cifar",
        description = "a convolutional net on CIFAR-10, with batch norm, dropout and augmentation; saves the model",
        footer = {
            "",
            "The weights of the best epoch on the validation images are kept (of --net fast: those of the last epoch);"
                    + " the test images are read once, at the end.",
            "The assignment's report reached .8849 with its architecture."
        },
        mixinStandardHelpOptions = true,
        sortOptions = false)
public final class CifarStudy implements Runnable {
    static final Loss LOSS = Loss.SOFTMAX_CROSS_ENTROPY;

    @Option(
            names = "--net",
            paramLabel = "NAME",
            defaultValue = "assignment",
            description =
                    "assignment; or fast: a wider net that trains for fewer epochs, with its own recipe (default:"
                            + " ${DEFAULT-VALUE})")
    String name;

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

    @Option(
            names = "--rate",
            paramLabel = "η",
            defaultValue = "0.003",
            description = "Adam's largest learning rate (default: ${DEFAULT-VALUE})")
    double rate;

    @Option(
            names = "--decay",
            paramLabel = "λ",
            defaultValue = "0.02",
            description =
                    "weight decay apart from the gradient, as in AdamW; 0 for plain Adam (default: ${DEFAULT-VALUE})")
    double decay;

    @Option(
            names = "--filters",
            paramLabel = "N,N,N",
            split = ",",
            hideParamSyntax = true,
            defaultValue = "32,64,128",
            description = "filters of the two convolutions of each block (default: ${DEFAULT-VALUE})")
    List<Integer> filters;

    @Option(
            names = "--dropout",
            paramLabel = "P,P,P,P",
            split = ",",
            hideParamSyntax = true,
            defaultValue = "0.1,0.2,0.3,0.5",
            description = "fraction dropped after each block and after the hidden layer (default: ${DEFAULT-VALUE})")
    List<Double> dropout;

    @Option(
            names = "--smoothing",
            paramLabel = "S",
            defaultValue = "0.05",
            description = "label smoothing (default: ${DEFAULT-VALUE})")
    double smoothing;

    @Option(
            names = "--no-augment",
            negatable = true,
            defaultValue = "true",
            fallbackValue = "false",
            description = "horizontal flips and shifts of the training images (default: on)")
    boolean augment;

    @Option(
            names = "--validation",
            paramLabel = "N",
            defaultValue = "5000",
            description = "training images held out to choose by; 0 for none with fast (default: ${DEFAULT-VALUE})")
    int held;

    @Mixin ClipOptions clip = new ClipOptions();

    @Mixin CommonOptions common;

    @Spec CommandSpec spec;

    @Override
    public void run() {
        clip.check();
        CifarRecipe recipe = recipe();
        Cifar10 cifar = Cifar10.load(common.data());
        int images = cifar.train().size();
        Checks.atLeast("--validation", held, recipe.keepsBest() ? 1 : 0);
        if (held >= images) {
            throw new IllegalArgumentException(
                    "--validation " + held + ": expected fewer than the " + images + " training images");
        }
        int[] order = RandomStream.of(common.seed(), "validation split").permutation(images);
        Dataset own = cifar.train().subset("CIFAR-10 train", Arrays.copyOfRange(order, held, images));
        Preprocessing preprocessing = Preprocessing.of(own);
        Dataset train = preprocessing.applied(own);
        Dataset validation =
                preprocessing.applied(cifar.train().subset("CIFAR-10 validation", Arrays.copyOf(order, held)));
        Checks.batch(recipe.batch(), train.size());
        try (Run run = Run.open(common)) {
            run.fact("data", cifar.describe())
                    .fact(
                            "validation",
                            held == 0
                                    ? "none"
                                    : String.format(
                                            Locale.ROOT, "%,d of the training images, chosen by the seed", held))
                    .fact("recipe", recipe.words() + clip.words())
                    .header();
            Sequential net = recipe.build(run.backend(), common.seed(), train);
            ModelFile.check(
                    run.out().path().resolve("model.safetensors"),
                    net,
                    "cifar10",
                    cifar.test().classNames(),
                    preprocessing,
                    recipe.testTime(),
                    Map.of());
            System.out.println(net.summary());
            ClassifierResults.Net built = ClassifierResults.Net.of(net);
            BestWeights best = new BestWeights(net);
            History history = train(run, net, recipe, train, validation, best);
            ClassifierResults.requireAnEpoch(run, history);
            best.restore();
            Answers test = Classifier.ask(net, preprocessing.applied(cifar.test()), recipe.testTime());
            ModelFile.save(
                    run.out().path().resolve(SavedClassifier.MODEL),
                    net,
                    "cifar10",
                    cifar.test().classNames(),
                    preprocessing,
                    recipe.testTime(),
                    Map.of());
            History.Epoch chosen = recipe.keepsBest() ? best.epoch() : history.last();
            ClassifierResults results =
                    ClassifierResults.of("cifar", built, recipe.epochs(), recipe.keepsBest(), chosen, history, test);
            RunFacts facts = ClassifierResults.facts(run, history);
            CifarReport report =
                    new CifarReport(
                            facts,
                            results,
                            new ClassifierReport.Material(
                                    built.summary(), cifar.test(), test, recipe.testTime().views().size()),
                            net);
            System.out.printf(Locale.ROOT, "%n%s", report.tables());
            run.write(facts, results, report.report());
        }
    }

    private CifarRecipe recipe() {
        boolean fast = name.equals("fast");
        if (!fast && !name.equals("assignment")) {
            throw new IllegalArgumentException("--net " + name + ": expected assignment or fast");
        }
        int passes = epochs != null ? epochs : fast ? FastNet.EPOCHS : AssignmentNet.EPOCHS;
        int size = batch != null ? batch : fast ? FastNet.BATCH : AssignmentNet.BATCH;
        Checks.atLeast("--epochs", passes, 1);
        Checks.atLeast("--batch", size, 1);
        if (fast) {
            requireNone("--rate", "--decay", "--filters", "--dropout", "--smoothing", "--no-augment");
            return new FastNet(passes, size);
        }
        check();
        return new AssignmentNet(filters, dropout, passes, size, rate, decay, augment, smoothing);
    }

    private void requireNone(String... options) {
        for (String option : options) {
            if (spec.commandLine().getParseResult().hasMatchedOption(option)) {
                throw new IllegalArgumentException(
                        option
                                + " belongs to --net assignment; --net fast has a recipe of its own, expected none of "
                                + String.join(", ", options));
            }
        }
    }

    private void check() {
        Checks.positive("--rate", rate);
        Checks.notNegative("--decay", decay);
        Checks.notEmpty("--filters", filters);
        Checks.shareBelowOne("--smoothing", smoothing);
        dropout.forEach(rate -> Checks.shareBelowOne("--dropout", rate));
        if (dropout.size() != filters.size() + 1) {
            throw new IllegalArgumentException(
                    "--dropout "
                            + dropout
                            + ": expected "
                            + (filters.size() + 1)
                            + " numbers, one for each of the "
                            + filters.size()
                            + " blocks and one for the hidden layer");
        }
    }

    private History train(
            Run run, Sequential net, CifarRecipe recipe, Dataset train, Dataset validation, BestWeights best) {
        try (ProgressDisplay progress = ProgressDisplay.of("cifar")) {
            Trainer trainer =
                    clip.apply(recipe.trainer(net))
                            .seed(common.seed())
                            .listener(progress)
                            .checkpoint(run.checkpoints("cifar-" + name));
            if (held > 0) {
                trainer.validation(validation);
            }
            if (recipe.keepsBest()) {
                trainer.listener(best);
            }
            return trainer.fit(train);
        }
    }
}
