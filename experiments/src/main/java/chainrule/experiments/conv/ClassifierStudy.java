package chainrule.experiments.conv;

import chainrule.backend.Backend;
import chainrule.backend.Scope;
import chainrule.backend.provider.Backends;
import chainrule.data.ByteImages;
import chainrule.data.DataException;
import chainrule.data.Dataset;
import chainrule.data.Preprocessing;
import chainrule.experiments.cli.Checks;
import chainrule.experiments.cli.NotFinite;
import chainrule.experiments.data.ValidationSplit;
import chainrule.experiments.model.Answers;
import chainrule.experiments.model.Classifier;
import chainrule.experiments.model.ModelTarget;
import chainrule.experiments.report.Report;
import chainrule.experiments.study.ClipOptions;
import chainrule.experiments.study.ProgressDisplay;
import chainrule.experiments.study.Run;
import chainrule.experiments.study.RunFacts;
import chainrule.experiments.study.SavedRun;
import chainrule.experiments.study.Study;
import chainrule.experiments.text.Numbers;
import chainrule.io.ModelFile;
import chainrule.layer.Sequential;
import chainrule.loss.Loss;
import chainrule.train.BestWeights;
import chainrule.train.History;
import chainrule.train.Trainer;

import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;

/** A study that trains an image classifier, saves it, and reports what it gets wrong on the test images. */
abstract class ClassifierStudy extends Study<ClassifierResults> implements SavedRun.Reporter {
    static final Loss LOSS = Loss.SOFTMAX_CROSS_ENTROPY;
    private static final String MODEL = "model.safetensors";

    @Option(
            names = "--validation",
            order = 1,
            paramLabel = "N",
            defaultValue = "5000",
            description = "training images held out for validation (default: ${DEFAULT-VALUE})")
    int heldOut;

    @Mixin ClipOptions clip = new ClipOptions();

    private ClassifierRecipe recipe;
    private Images images;
    private Preprocessing preprocessing;
    private ValidationSplit split;
    private ClassifierReport.Material material;
    private Sequential net;

    /**
     * A data set.
     *
     * @param title for people: "CIFAR-10"
     * @param name in model files: "cifar10"
     * @param description for a run's header
     */
    record Images(String title, String name, ByteImages train, ByteImages test, String description) {}

    /**
     * The recipe that the options ask for.
     *
     * @throws IllegalArgumentException naming the option that is out of range
     */
    abstract ClassifierRecipe recipe();

    /**
     * Reads the data set.
     *
     * @param data folder or archive; null for the default location
     */
    abstract Images load(Path data);

    abstract ClassifierReport report(
            RunFacts facts, ClassifierResults results, ClassifierReport.Material material, Sequential trained);

    @Override
    protected final void prepare() {
        clip.check();
        recipe = recipe();
        images = load(common.data());
        Checks.atLeast("--validation", heldOut, recipe.keepsBest() ? 1 : 0);
        if (heldOut >= images.train.size()) {
            throw new IllegalArgumentException(
                    "--validation "
                            + heldOut
                            + ": expected fewer than the "
                            + images.train.size()
                            + " training images");
        }
        ValidationSplit raw = ValidationSplit.of(images.title, images.train, heldOut, common.seed());
        preprocessing = recipe.preprocessing(raw.train());
        split = new ValidationSplit(preprocessing.applied(raw.train()), preprocessing.applied(raw.validation()));
        Checks.batch(recipe.batch(), split.train().size());
    }

    @Override
    protected final void describe(Run run) {
        run.fact("data", images.description)
                .fact("validation", split.describe())
                .fact("recipe", recipe.words() + clip.words());
    }

    @Override
    protected final ClassifierResults train(Run run) {
        net = recipe.build(run.backend(), common.seed(), split.train());
        ModelTarget model =
                new ModelTarget(
                        run.out().path().resolve(MODEL),
                        images.name,
                        images.test.classNames(),
                        recipe.testTime(),
                        Map.of());
        model.check(net, preprocessing);
        System.out.println(net.summary());
        ClassifierResults.Net built = ClassifierResults.Net.of(net);
        BestWeights best = new BestWeights(net);
        History history = train(run, best);
        requireAnEpoch(run, history);
        best.restore();
        Answers test = Classifier.ask(net, preprocessing.applied(images.test), recipe.testTime());
        model.save(net, preprocessing);
        if (!Double.isNaN(history.waiting())) {
            run.fact("input", "waited for " + Numbers.percent(history.waiting(), 1) + " of the training time");
        }
        material = new ClassifierReport.Material(built.summary(), images.test, test, recipe.testTime().views().size());
        History.Epoch chosen = recipe.keepsBest() ? best.epoch() : history.last();
        return ClassifierResults.of(name(), built, recipe.epochs(), recipe.keepsBest(), chosen, history, test);
    }

    private History train(Run run, BestWeights best) {
        try (ProgressDisplay progress = ProgressDisplay.of(name())) {
            Trainer trainer =
                    clip.apply(recipe.trainer(net))
                            .seed(common.seed())
                            .listener(progress)
                            .checkpoint(run.checkpoints(recipe.name()));
            if (heldOut > 0) {
                trainer.validation(split.validation());
            }
            if (recipe.keepsBest()) {
                trainer.listener(best);
            }
            recipe.earlyStopping().ifPresent(trainer::listener);
            return trainer.fit(split.train());
        }
    }

    /**
     * Prints where the net diverged.
     *
     * @throws NotFinite if it diverged before its first epoch ended, so that there is nothing to report
     */
    private static void requireAnEpoch(Run run, History history) {
        if (history.epochs().isEmpty()) {
            run.requireUninterrupted();
            throw new NotFinite(
                    "diverged before the first epoch ended: "
                            + history.divergence().map(Object::toString).orElse("no step was finite"));
        }
        history.divergence().ifPresent(System.out::println);
    }

    @Override
    protected final ClassifierReport report(RunFacts facts, ClassifierResults results) {
        return report(facts, results, material, net);
    }

    /** Classifies the test images again with the saved model, since results.json does not hold the predictions. */
    @Override
    public final Report report(SavedRun run) {
        ClassifierResults results = run.results(ClassifierResults.class);
        Dataset test = load(run.data()).test;
        Path model = run.folder().resolve(MODEL);
        ModelFile file = ModelFile.read(model);
        if (!file.inputShape().equals(test.inputShape())) {
            throw new DataException(
                    model + " takes " + file.inputShape() + ", the test images are " + test.inputShape());
        }
        try (Backend backend = backend(run.facts());
                Scope _ = backend.openScope("report")) {
            Sequential saved = file.build(backend);
            results.frozen().forEach(name -> saved.parameter(name).setFrozen(true));
            Answers answers = Classifier.ask(saved, file.preprocessing().applied(test), file.testTime());
            requireSame(model, results, answers);
            int views = file.testTime().views().size();
            return report(
                            run.facts(),
                            results,
                            new ClassifierReport.Material(saved.summary(), test, answers, views),
                            saved)
                    .report();
        }
    }

    /** The backend of the run if it works here: another one may round an answer differently. */
    private static Backend backend(RunFacts facts) {
        int threads = Runtime.getRuntime().availableProcessors();
        try {
            return Backends.open(facts.fact("backend").orElse(Backends.BEST).split(":")[0], threads).backend();
        } catch (IllegalArgumentException _) {
            return Backends.open(Backends.BEST, threads).backend();
        }
    }

    /** Rejects a model or test images that do not belong to the results. */
    private static void requireSame(Path model, ClassifierResults results, Answers answers) {
        if (!Arrays.deepEquals(ClassifierResults.counts(answers.confusion()), results.confusion())) {
            throw new DataException(
                    String.format(
                                    Locale.ROOT,
                                    "%s classifies %d of %d test images correctly, but %s says %d of %d: another model,"
                                            + " other images",
                                    model,
                                    answers.correct(),
                                    answers.confusion().total(),
                                    RunFacts.FILE,
                                    results.matrix().total() - results.testMistakes(),
                                    results.matrix().total())
                            + " or another backend");
        }
    }
}
