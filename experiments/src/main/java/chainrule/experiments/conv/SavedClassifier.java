package chainrule.experiments.conv;

import chainrule.backend.Backend;
import chainrule.backend.Backends;
import chainrule.backend.Scope;
import chainrule.data.DataException;
import chainrule.data.Dataset;
import chainrule.experiments.cli.RunFacts;
import chainrule.experiments.data.Cifar10;
import chainrule.experiments.data.Mnist;
import chainrule.experiments.inspect.ReportCommand.Source;
import chainrule.experiments.model.Answers;
import chainrule.experiments.model.Classifier;
import chainrule.experiments.report.Json;
import chainrule.experiments.report.Report;
import chainrule.io.ModelFile;
import chainrule.layer.Sequential;

import com.google.gson.JsonObject;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;

/** Writes the reports of classifiers again: from results.json, the saved model and the test images. */
public final class SavedClassifier {
    static final String MODEL = "model.safetensors";

    private SavedClassifier() {}

    /** How a study's report is computed once the net is there. */
    @FunctionalInterface
    private interface Writer {
        Report report(RunFacts facts, ClassifierResults results, ClassifierReport.Material material, Sequential net);
    }

    /** The report of a run of mnist-cnn. */
    public static Report mnist(RunFacts facts, JsonObject json, Source source) {
        return report(
                facts,
                json,
                source,
                Mnist.load(source.data()).asImages().test(),
                (f, results, material, _) -> MnistCnnStudy.report(f, results, material));
    }

    /** The report of a run of cifar. */
    public static Report cifar(RunFacts facts, JsonObject json, Source source) {
        return report(
                facts,
                json,
                source,
                Cifar10.load(source.data()).test(),
                (f, results, material, net) -> new CifarReport(f, results, material, net).report());
    }

    private static Report report(RunFacts facts, JsonObject json, Source source, Dataset images, Writer writer) {
        ClassifierResults results = Json.read(json, ClassifierResults.class);
        Path model = source.folder().resolve(MODEL);
        ModelFile file = ModelFile.read(model);
        if (!file.inputShape().equals(images.inputShape())) {
            throw new DataException(
                    model + " takes " + file.inputShape() + ", the test images are " + images.inputShape());
        }
        try (Backend backend = backend(facts);
                Scope _ = backend.openScope("report")) {
            Sequential net = file.build(backend);
            results.frozen().forEach(name -> net.parameter(name).setFrozen(true));
            Answers answers = Classifier.ask(net, file.preprocessing().applied(images), file.testTime());
            requireSame(model, results, answers);
            return writer.report(
                    facts,
                    results,
                    new ClassifierReport.Material(net.summary(), images, answers, file.testTime().views().size()),
                    net);
        }
    }

    /** The backend of the run if it works here: on another one an answer may differ by rounding. */
    private static Backend backend(RunFacts facts) {
        int threads = Runtime.getRuntime().availableProcessors();
        try {
            return Backends.open(facts.fact("backend").orElse(Backends.BEST).split(":")[0], threads).backend();
        } catch (IllegalArgumentException _) {
            return Backends.open(Backends.BEST, threads).backend();
        }
    }

    /** The pictures and the numbers of one report must be about the same net and the same images. */
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
