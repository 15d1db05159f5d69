package chainrule.experiments.conv;

import chainrule.data.Dataset;
import chainrule.data.Preprocessing;
import chainrule.data.augment.Augmentation;
import chainrule.data.augment.Rotation;
import chainrule.data.augment.Shift;
import chainrule.data.augment.TestTime;
import chainrule.experiments.cli.Checks;
import chainrule.experiments.cli.ClipOptions;
import chainrule.experiments.cli.CommonOptions;
import chainrule.experiments.cli.ProgressDisplay;
import chainrule.experiments.cli.Run;
import chainrule.experiments.cli.RunFacts;
import chainrule.experiments.data.Mnist;
import chainrule.experiments.model.Answers;
import chainrule.experiments.model.Classifier;
import chainrule.experiments.report.Assignment;
import chainrule.experiments.report.Numbers;
import chainrule.experiments.report.Report;
import chainrule.io.ModelFile;
import chainrule.layer.Activation;
import chainrule.layer.BatchNorm;
import chainrule.layer.Conv2d;
import chainrule.layer.Dense;
import chainrule.layer.Dropout;
import chainrule.layer.Flatten;
import chainrule.layer.Layer;
import chainrule.layer.MaxPool2d;
import chainrule.layer.Sequential;
import chainrule.loss.Loss;
import chainrule.optimizer.Adam;
import chainrule.tensor.RandomStream;
import chainrule.train.BestWeights;
import chainrule.train.EarlyStopping;
import chainrule.train.Evaluation;
import chainrule.train.History;
import chainrule.train.Trainer;
import chainrule.train.schedule.ConstantRate;
import chainrule.train.schedule.Cosine;
import chainrule.train.schedule.WarmUp;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Exercise 2, problem A: a convolutional net on MNIST. */
@Command(
        name = "mnist-cnn",
        description = "a convolutional net on MNIST: trains to a validation accuracy above 0.993 and saves the model",
        footer = {
            "",
            "Training stops when the validation accuracy has passed --target; --target 1 goes through all epochs. The",
            "weights of the best epoch on the validation images are kept; the test images are read once, at the end.",
            "The assignment's plain net: ./run mnist-cnn --no-augment --no-batch-norm --no-schedule --dropout 0"
                    + " --smoothing 0"
        },
        mixinStandardHelpOptions = true,
        sortOptions = false)
public final class MnistCnnStudy implements Runnable {
    static final Loss LOSS = Loss.SOFTMAX_CROSS_ENTROPY;

    @Option(
            names = "--epochs",
            paramLabel = "N",
            defaultValue = "30",
            description = "at most (default: ${DEFAULT-VALUE})")
    int epochs;

    @Option(
            names = "--target",
            paramLabel = "A",
            defaultValue = "0.993",
            description = "stop above this validation accuracy (default: ${DEFAULT-VALUE})")
    double target;

    @Option(
            names = "--batch",
            paramLabel = "N",
            defaultValue = "128",
            description = "images per step (default: ${DEFAULT-VALUE})")
    int batch;

    @Option(
            names = "--rate",
            paramLabel = "η",
            defaultValue = "0.002",
            description = "Adam's learning rate (default: ${DEFAULT-VALUE})")
    double rate;

    @Option(
            names = "--filters",
            paramLabel = "N,N,N",
            split = ",",
            hideParamSyntax = true,
            defaultValue = "32,64,128",
            description = "filters of the three blocks (default: ${DEFAULT-VALUE})")
    List<Integer> filters;

    @Option(
            names = "--dropout",
            paramLabel = "P",
            defaultValue = "0.3",
            description = "fraction of hidden units dropped before the last layer (default: ${DEFAULT-VALUE})")
    double dropout;

    @Option(
            names = "--smoothing",
            paramLabel = "S",
            defaultValue = "0.05",
            description = "label smoothing (default: ${DEFAULT-VALUE})")
    double smoothing;

    @Mixin ClipOptions clip = new ClipOptions();

    @Option(
            names = "--no-augment",
            negatable = true,
            defaultValue = "true",
            fallbackValue = "false",
            description = "small random shifts (2 pixels) and rotations (10°) of the training images (default: on)")
    boolean augment;

    @Option(
            names = "--no-batch-norm",
            negatable = true,
            defaultValue = "true",
            fallbackValue = "false",
            description = "batch normalization after each convolution (default: on)")
    boolean batchNorm;

    @Option(
            names = "--no-schedule",
            negatable = true,
            defaultValue = "true",
            fallbackValue = "false",
            description = "warm-up and a falling cosine instead of a constant rate (default: on)")
    boolean schedule;

    @Option(
            names = "--validation",
            paramLabel = "N",
            defaultValue = "5000",
            description = "training images held out to choose by (default: ${DEFAULT-VALUE})")
    int held;

    @Mixin CommonOptions common;

    @Override
    public void run() {
        Checks.atLeast("--epochs", epochs, 1);
        Checks.positive("--rate", rate);
        clip.check();
        Checks.notEmpty("--filters", filters);
        Checks.share("--target", target);
        Checks.shareBelowOne("--dropout", dropout);
        Checks.shareBelowOne("--smoothing", smoothing);
        Mnist mnist = Mnist.load(common.data()).asImages();
        Checks.atLeast("--validation", held, 1);
        if (held >= mnist.train().size()) {
            throw new IllegalArgumentException(
                    "--validation " + held + ": expected fewer than the " + mnist.train().size() + " training images");
        }
        List<Layer> layers = layers();
        int[] order = RandomStream.of(common.seed(), "validation split").permutation(mnist.train().size());
        Dataset validation = mnist.train().subset("MNIST validation", Arrays.copyOf(order, held));
        Dataset train = mnist.train().subset("MNIST train", Arrays.copyOfRange(order, held, order.length));
        Checks.batch(batch, train.size());
        try (Run run = Run.open(common)) {
            run.fact("data", mnist.describe())
                    .fact(
                            "validation",
                            String.format(Locale.ROOT, "%,d of the training images, chosen by the seed", held))
                    .fact("recipe", recipe())
                    .header();
            Sequential net = Sequential.build(run.backend(), common.seed(), mnist.train().inputShape(), layers);
            ModelFile.check(
                    run.out().path().resolve("model.safetensors"),
                    net,
                    "mnist",
                    mnist.test().classNames(),
                    Preprocessing.none(1),
                    TestTime.NONE,
                    Map.of());
            System.out.println(net.summary());
            ClassifierResults.Net built = ClassifierResults.Net.of(net);
            BestWeights best = new BestWeights(net);
            History history = train(run, net, train, validation, best);
            ClassifierResults.requireAnEpoch(run, history);
            best.restore();
            Answers test = Classifier.ask(net, mnist.test(), TestTime.NONE);
            ModelFile.save(
                    run.out().path().resolve(SavedClassifier.MODEL),
                    net,
                    "mnist",
                    mnist.test().classNames(),
                    Preprocessing.none(1));
            ClassifierResults results =
                    ClassifierResults.of("mnist-cnn", built, epochs, true, best.epoch(), history, test);
            RunFacts facts = ClassifierResults.facts(run, history);
            ClassifierReport.Material material =
                    new ClassifierReport.Material(built.summary(), mnist.test(), test, TestTime.NONE.views().size());
            System.out.printf(Locale.ROOT, "%n%s", new ClassifierReport(facts, results, material).tables());
            run.write(facts, results, report(facts, results, material));
        }
    }

    /** The report, of a run or of its files. */
    static Report report(RunFacts facts, ClassifierResults results, ClassifierReport.Material material) {
        Evaluation validation = results.bestEpoch().validation();
        return new ClassifierReport(facts, results, material)
                .report(
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

    private History train(Run run, Sequential net, Dataset train, Dataset validation, BestWeights best) {
        List<Augmentation> steps = augment ? List.of(new Rotation(10, 0), new Shift(2, 2, 0)) : List.of();
        try (ProgressDisplay progress = ProgressDisplay.of("mnist-cnn")) {
            return clip.apply(new Trainer(net, LOSS, new Adam(rate)))
                    .batchSize(batch)
                    .epochs(epochs)
                    .seed(common.seed())
                    .validation(validation)
                    .schedule(schedule ? new WarmUp(1, new Cosine(epochs)) : new ConstantRate())
                    .augment(steps)
                    .labelSmoothing(smoothing)
                    .listener(progress)
                    .listener(best)
                    .listener(EarlyStopping.above(target))
                    .checkpoint(run.checkpoints("mnist-cnn"))
                    .fit(train);
        }
    }

    private List<Layer> layers() {
        List<Layer> layers = new ArrayList<>();
        for (int f : filters) {
            layers.add(Conv2d.same(f, 3));
            if (batchNorm) {
                layers.add(new BatchNorm());
            }
            layers.add(Activation.named("relu"));
            layers.add(MaxPool2d.of(2));
        }
        layers.add(new Flatten());
        layers.add(new Dense(128));
        layers.add(Activation.named("relu"));
        if (dropout > 0) {
            layers.add(new Dropout(dropout));
        }
        layers.add(new Dense(10));
        return layers;
    }

    private String recipe() {
        return "Adam "
                + rate
                + (schedule ? ", warm-up and cosine over " + epochs + " epochs" : "")
                + ", batch "
                + batch
                + (augment ? ", rotation ≤ 10°, shift ≤ 2 pixels" : "")
                + (batchNorm ? ", batch norm" : "")
                + (dropout > 0 ? ", dropout " + dropout : "")
                + (smoothing > 0 ? ", label smoothing " + smoothing : "")
                + clip.words();
    }
}
