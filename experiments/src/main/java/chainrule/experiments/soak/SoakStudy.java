package chainrule.experiments.soak;

import chainrule.backend.Scope;
import chainrule.data.Dataset;
import chainrule.data.augment.Rotation;
import chainrule.data.augment.Shift;
import chainrule.experiments.cli.Checks;
import chainrule.experiments.data.Mnist;
import chainrule.experiments.report.Report;
import chainrule.experiments.study.DivergedNet;
import chainrule.experiments.study.Interval;
import chainrule.experiments.study.Run;
import chainrule.experiments.study.RunFacts;
import chainrule.experiments.study.SavedRun;
import chainrule.experiments.study.Study;
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
import chainrule.train.BestWeights;
import chainrule.train.History;
import chainrule.train.Trainer;

import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Trains for hours and monitors the memory of the process for leaks. */
@Command(
        name = "soak",
        description = "trains for hours and monitors heap and resident memory for leaks",
        footer = {
            "",
            "One net after another is built, trained with augmentation, batch norm, dropout, checkpoints, validation"
                    + " and",
            "best weights, and closed. Each sample is taken after a full garbage collection. The exit status is 1 if"
                    + " the heap or",
            "the resident memory of the last quarter is more than "
                    + Growth.ALLOWED_PER_CENT
                    + " per cent above that of the second quarter."
        },
        sortOptions = false)
public final class SoakStudy extends Study<SoakResults> implements SavedRun.Reporter {
    private static final int NOT_FLAT = 1;

    @Option(
            names = "--for",
            paramLabel = "TIME",
            defaultValue = "2h",
            description = "duration of the soak, such as 90s, 30m or 2h (default: ${DEFAULT-VALUE})")
    String length;

    @Option(
            names = "--sample-every",
            paramLabel = "TIME",
            defaultValue = "30s",
            description = "interval between samples (default: ${DEFAULT-VALUE})")
    String interval;

    @Option(
            names = "--images",
            paramLabel = "N",
            defaultValue = "5000",
            description = "training images of each net (default: ${DEFAULT-VALUE})")
    int images;

    @Option(
            names = "--epochs",
            paramLabel = "N",
            defaultValue = "2",
            description = "passes over the images for each net (default: ${DEFAULT-VALUE})")
    int epochs;

    @Option(
            names = "--batch",
            paramLabel = "N",
            defaultValue = "64",
            description = "images per step (default: ${DEFAULT-VALUE})")
    int batch;

    private Duration time;
    private Duration every;
    private Mnist mnist;

    @Override
    protected void prepare() {
        time = Interval.time("--for", length);
        every = Interval.time("--sample-every", interval);
        if (time.toMillis() < 8 * every.toMillis()) {
            throw new IllegalArgumentException(
                    "--for "
                            + length
                            + " is too short for --sample-every "
                            + interval
                            + ": expected 8 samples or more");
        }
        Checks.atLeast("--epochs", epochs, 1);
        Checks.atLeast("--images", images, 1);
        mnist = Mnist.load(common.data()).asImages();
        Checks.atMost("--images", images, mnist.train().size());
        Checks.batch(batch, images);
    }

    @Override
    protected void describe(Run run) {
        run.ofOneProcess()
                .fact("data", mnist.describe())
                .fact("length", length + ", a sample every " + interval)
                .fact("nets", images + " images, " + epochs + " epochs, batch " + batch);
    }

    @Override
    protected SoakResults train(Run run) {
        Dataset train = mnist.train().first(images);
        Dataset validation = mnist.test().first(Math.min(1000, mnist.test().size()));
        try (MemoryLog log = MemoryLog.start(run.out().path().resolve("memory.csv"), time, every)) {
            int nets = 0;
            List<DivergedNet> diverged = new ArrayList<>();
            while (!log.over() && !run.interrupted()) {
                train(run, log, train, validation, nets).ifPresent(diverged::add);
                nets++;
            }
            return SoakResults.of(nets, log.samples(), diverged);
        }
    }

    @Override
    protected SoakReport report(RunFacts facts, SoakResults results) {
        return new SoakReport(facts, results);
    }

    @Override
    protected int status(SoakResults results) {
        return results.flat() ? 0 : NOT_FLAT;
    }

    @Override
    public Report report(SavedRun run) {
        return report(run.facts(), run.results(SoakResults.class)).report();
    }

    private Optional<DivergedNet> train(Run run, MemoryLog log, Dataset train, Dataset validation, int number) {
        try (Scope _ = run.backend().openScope("net " + number)) {
            Sequential net = Sequential.build(run.backend(), common.seed() + number, train.inputShape(), layers());
            BestWeights best = new BestWeights(net);
            History history =
                    new Trainer(net, Loss.SOFTMAX_CROSS_ENTROPY, new Adam(1e-3))
                            .batchSize(batch)
                            .epochs(epochs)
                            .seed(common.seed() + number)
                            .validation(validation)
                            .augment(List.of(new Rotation(10, 0), new Shift(2, 2, 0)))
                            .listener(best)
                            .listener(log)
                            .checkpoint(run.checkpoints("net " + number))
                            .fit(train);
            if (best.epoch() != null) {
                best.restore();
            }
            run.deleteCheckpoints();
            history.divergence().ifPresent(where -> System.out.println("net " + number + ": " + where));
            return history.divergence().map(where -> new DivergedNet("net " + number, where));
        }
    }

    private static List<Layer> layers() {
        return List.of(
                Conv2d.same(16, 3),
                new BatchNorm(),
                Activation.named("relu"),
                MaxPool2d.of(2),
                Conv2d.same(32, 3),
                new BatchNorm(),
                Activation.named("relu"),
                MaxPool2d.of(2),
                new Flatten(),
                new Dense(64),
                Activation.named("tanh"),
                new Dropout(0.3),
                new Dense(10));
    }
}
