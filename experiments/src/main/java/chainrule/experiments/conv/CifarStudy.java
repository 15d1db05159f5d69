package chainrule.experiments.conv;

import chainrule.data.Dataset;
import chainrule.data.Preprocessing;
import chainrule.experiments.cli.Checks;
import chainrule.experiments.cli.CommonOptions;
import chainrule.experiments.cli.ProgressDisplay;
import chainrule.experiments.cli.Run;
import chainrule.experiments.data.Cifar10;
import chainrule.experiments.model.Classifier;
import chainrule.io.ModelFile;
import chainrule.layer.Sequential;
import chainrule.loss.Loss;
import chainrule.tensor.RandomStream;
import chainrule.train.BestWeights;
import chainrule.train.Evaluation;
import chainrule.train.History;
import chainrule.train.Trainer;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

import java.util.Arrays;
import java.util.List;

/** Exercise 2, problem C: a convolutional net on CIFAR-10. */
@Command(
        name = "cifar",
        description = "a convolutional net on CIFAR-10, with batch norm, dropout and augmentation; saves the model",
        footer = {
            "",
            "The weights of the best epoch on the validation images are kept; the test images are read once, at the"
                    + " end.",
            "The assignment's report reached .8849 with this architecture."
        },
        mixinStandardHelpOptions = true,
        sortOptions = false)
public final class CifarStudy implements Runnable {
    static final Loss LOSS = Loss.SOFTMAX_CROSS_ENTROPY;

    @Option(
            names = "--epochs",
            paramLabel = "N",
            defaultValue = "100",
            description = "passes over the training images (default: ${DEFAULT-VALUE})")
    int epochs;

    @Option(
            names = "--batch",
            paramLabel = "N",
            defaultValue = "128",
            description = "images per step (default: ${DEFAULT-VALUE})")
    int batch;

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
            description = "share dropped after each block and after the hidden layer (default: ${DEFAULT-VALUE})")
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
            description = "training images held out to choose by (default: ${DEFAULT-VALUE})")
    int held;

    @Mixin CommonOptions common;

    @Override
    public void run() {
        check();
        Cifar10 cifar = Cifar10.load(common.data());
        int images = cifar.train().size();
        Checks.atLeast("--validation", held, 1);
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
        CifarRecipe recipe = CifarRecipe.assignment(this);
        Checks.batch(recipe.batch(), train.size());
        try (Run run = Run.open(common)) {
            run.fact("data", cifar.describe())
                    .fact("validation", "%,d of the training images, chosen by the seed".formatted(held))
                    .fact("recipe", recipe.words())
                    .header();
            Sequential net = Sequential.build(run.backend(), common.seed(), train.inputShape(), recipe.layers());
            System.out.println(net.summary());
            BestWeights best = new BestWeights(net);
            History history = train(net, recipe, train, validation, best);
            if (best.epoch() == null) {
                throw new IllegalArgumentException(
                        "--rate " + rate + ": " + history.divergence().map(Object::toString).orElse("no epoch ended"));
            }
            history.divergence().ifPresent(where -> System.out.println("cifar: " + where));
            best.restore();
            Dataset test = preprocessing.applied(cifar.test());
            Evaluation result = Evaluation.of(net, LOSS, test, 250);
            ModelFile.save(
                    run.out().path().resolve("model.safetensors"),
                    net,
                    "cifar10",
                    cifar.test().classNames(),
                    preprocessing);
            new CifarReport(
                            run,
                            new ClassifierReport.Trained(net, history, best.epoch()),
                            cifar.test(),
                            result,
                            Classifier.probabilities(net, test))
                    .write();
        }
    }

    private void check() {
        Checks.atLeast("--epochs", epochs, 1);
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

    private History train(Sequential net, CifarRecipe recipe, Dataset train, Dataset validation, BestWeights best) {
        try (ProgressDisplay progress = ProgressDisplay.of("cifar")) {
            return new Trainer(net, LOSS, recipe.optimizer())
                    .batchSize(recipe.batch())
                    .epochs(recipe.epochs())
                    .seed(common.seed())
                    .validation(validation)
                    .schedule(recipe.schedule())
                    .augment(recipe.augmentation())
                    .labelSmoothing(recipe.smoothing())
                    .listener(progress)
                    .listener(best)
                    .fit(train);
        }
    }
}
